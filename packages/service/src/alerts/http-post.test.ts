import { createServer, type ServerResponse } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { makeAuthority, makeCertificate } from '../tls/testing/certificates.ts';
import type { Delivery } from './define.ts';
import { judgeAnswer, openHttpPoster } from './http-post.ts';
import { startReceiver, type Receiver } from './testing/receiver.ts';

const receivers: Receiver[] = [];
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
});

async function receiver(...settings: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...settings);
  receivers.push(started);
  return started;
}

/** Sends once to where the URL says; its path is a secret. */
async function post(
  origin: string,
  {
    allowNetworks = ['127.0.0.0/8'],
    signal = new AbortController().signal,
  }: { allowNetworks?: readonly string[]; signal?: AbortSignal } = {},
): Promise<Delivery> {
  const poster = await openHttpPoster({
    what: 'the webhook ops',
    url: `${origin}/canary-path`,
    allowNetworks,
  });
  try {
    return await poster.post('{}', { 'x-test': '1' }, signal);
  } finally {
    await poster.close();
  }
}

const privateAddress =
  'its address is of this machine, a private network or a metadata service; allow_networks permits what is meant so';

describe('where a POST goes', () => {
  it('is where the URL says', async () => {
    const { port, received } = await receiver();
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ outcome: 'sent' });
    expect(received).toMatchObject([
      { path: '/canary-path', body: '{}', headers: { 'content-type': 'application/json', 'x-test': '1' } },
    ]);
  });

  it.each([
    ['an address', 'http://127.0.0.1'],
    ['an address in other words', 'http://2130706433'],
    ['an address in other words', 'http://0x7f.1'],
    ['an address of IPv6', 'http://[::1]'],
    ['an IPv4 address within IPv6', 'http://[::ffff:127.0.0.1]'],
    ['a name that stands for one', 'http://localhost'],
    ['a name that stands for one, over TLS', 'https://localhost'],
  ])('is never this machine, by %s: %s', async (_what, origin) => {
    const { port, received } = await receiver();
    expect(await post(`${origin}:${port}`, { allowNetworks: [] })).toEqual({
      outcome: 'retry',
      error: privateAddress,
    });
    expect(received).toEqual([]);
  });

  it('is this machine by a name where that is allowed', async () => {
    const { port, received } = await receiver();
    expect(await post(`http://localhost:${port}`)).toEqual({ outcome: 'sent' });
    expect(received).toHaveLength(1);
  });

  it('is not where a redirect points to', async () => {
    const target = await receiver();
    const { port } = await receiver((response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end(),
    );
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({
      outcome: 'retry',
      error: 'answered 307: redirects are not followed',
    });
    expect(target.received).toEqual([]);
  });

  it.each(['ftp://example.org', 'example.org', 'file:///etc/passwd', ''])('is not %j', async (origin) => {
    const error: unknown = await post(origin).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(error)).not.toContain('canary');
  });
});

describe('what comes of a POST', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['is far too long', (response) => void response.end('x'.repeat(5_000_000))],
    [
      'breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('ok');
        setTimeout(() => response.destroy(), 10);
      },
    ],
  ])('is known by the status of an answer that %s', async (_what, answer) => {
    const { port } = await receiver(answer);
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ outcome: 'sent' });
  });

  it('is not known when there is no answer in time', async () => {
    const { port } = await receiver(() => undefined);
    expect(await post(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(100) })).toEqual({
      outcome: 'retry',
      error: 'the answer took too long',
    });
  });

  it('is that nobody listens', async () => {
    const closed = await startReceiver();
    await closed.close();
    expect(await post(`http://127.0.0.1:${closed.port}`)).toEqual({
      outcome: 'retry',
      error: 'the connection was refused',
    });
  });

  it('is that the name is not known', async () => {
    expect(await post('http://canary-host.invalid')).toMatchObject({
      outcome: 'retry',
      error: expect.stringMatching(/^its name (was not found|could not be looked up)$/),
    });
  });

  it('is that a certificate is not believed', async () => {
    const { port, received } = await receiver(undefined, await makeCertificate(await makeAuthority('other')));
    expect(await post(`https://127.0.0.1:${port}`)).toMatchObject({
      outcome: 'retry',
      error: expect.stringMatching(/^its certificate or TLS was not accepted \([A-Z_]+\)$/),
    });
    expect(received).toEqual([]);
  });

  it('is that something else answers', async () => {
    const server = createServer();
    server.on('connection', (socket) => socket.end('220 mail.example.org canary\r\n'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const delivery = await post(`http://127.0.0.1:${port}`);
    server.close();
    expect(delivery).toMatchObject({ outcome: 'retry' });
    expect(JSON.stringify(delivery)).not.toContain('canary');
  });
});

it.each<[number, string | undefined, string, Delivery]>([
  [200, undefined, 'ok', { outcome: 'sent' }],
  [204, undefined, '', { outcome: 'sent' }],
  [301, undefined, '', { outcome: 'retry', error: 'answered 301: redirects are not followed' }],
  [400, undefined, 'invalid_payload', { outcome: 'refused', error: 'answered 400 invalid_payload' }],
  [413, undefined, '', { outcome: 'refused', error: 'answered 413' }],
  [422, undefined, '{"url":"https://canary"}', { outcome: 'refused', error: 'answered 422' }],
  [401, undefined, '', { outcome: 'retry', error: 'answered 401' }],
  [403, undefined, 'action_prohibited', { outcome: 'retry', error: 'answered 403 action_prohibited' }],
  [404, undefined, 'no_service', { outcome: 'retry', error: 'answered 404 no_service' }],
  [410, undefined, 'channel_is_archived', { outcome: 'retry', error: 'answered 410 channel_is_archived' }],
  [429, '30', '', { outcome: 'retry', error: 'answered 429', retryAfterMs: 30_000 }],
  [429, 'soon', '', { outcome: 'retry', error: 'answered 429' }],
  [429, 'Thu, 01 Jan 1970 00:00:00 GMT', '', { outcome: 'retry', error: 'answered 429' }],
  [500, undefined, '', { outcome: 'retry', error: 'answered 500' }],
  [503, '120', '', { outcome: 'retry', error: 'answered 503', retryAfterMs: 120_000 }],
])('an answer of %i with Retry-After %s and %j is judged', (status, retryAfter, text, expected) => {
  expect(judgeAnswer(status, retryAfter, text)).toEqual(expected);
});
