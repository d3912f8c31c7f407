import { describe, expect, it } from 'vitest';
import { readProxyEnvironment } from './proxy-environment.ts';
import { describeTarget, inheritEnvironment } from './server-target.ts';

describe('the proxies of the environment', () => {
  it.each([
    [{}, undefined],
    [{ NO_PROXY: 'a' }, undefined],
    [{ HTTP_PROXY: '' }, undefined],
    [{ HTTP_PROXY: 'http://a' }, { http: 'http://a' }],
    [
      { HTTPS_PROXY: 'http://b', NO_PROXY: 'c' },
      { https: 'http://b', no: 'c' },
    ],
    [{ http_proxy: 'http://small', HTTP_PROXY: 'http://LARGE' }, { http: 'http://small' }],
    [{ http_proxy: '', HTTP_PROXY: 'http://a' }, undefined],
  ])('%j are %j', (env, expected) => {
    expect(readProxyEnvironment(env)).toEqual(expected);
  });
});

describe('a planned server', () => {
  const env = { HTTP_PROXY: 'http://proxy:3128', PATH: '/bin' };

  it('inherits the environment below its own', () => {
    const session = inheritEnvironment({ command: 'x', env: { PATH: '/own' } }, env);
    expect(session).toEqual({ command: 'x', env: { ...env, PATH: '/own' } });
  });

  it.each(['http', 'sse', 'websocket'] as const)('of a url takes the proxies (%s)', (transport) => {
    const session = inheritEnvironment({ transport, url: 'http://example.test' }, env);
    expect(session).toMatchObject({ proxy: { http: 'http://proxy:3128' } });
    const own = inheritEnvironment(
      { transport, url: 'http://example.test', proxy: {}, start: { command: 'x' } },
      env,
    );
    expect(own).toMatchObject({ proxy: {}, start: { env } });
  });

  it('is named by its command line or its url', () => {
    expect(describeTarget({ command: 'node', args: ['a b'] })).toBe("node 'a b'");
    expect(describeTarget({ transport: 'websocket', url: 'ws://example.test' })).toBe('ws://example.test');
  });
});
