import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../protocol/connect.ts';
import type { Session, TlsOptions } from '../../protocol/types.ts';
import { makeAuthority, makeCertificate, type Pair } from '../testing/certificates.ts';
import { startJsonFixture } from '../testing/json-fixture.ts';
import { failureOf, okay } from '../testing/sessions.ts';
import { startSseFixture } from '../testing/sse-fixture.ts';
import { startWebSocketFixture } from '../testing/websocket-fixture.ts';
import { loadTls } from './tls.ts';

let authority: Pair;
let stranger: Pair;
let server: Pair;
let client: Pair;
let folder: string;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [authority, stranger] = await Promise.all([makeAuthority('our authority'), makeAuthority('a stranger')]);
  [server, client] = await Promise.all([
    makeCertificate(authority),
    makeCertificate(authority, { names: ['harness'], addresses: [] }),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type CreateServer = (listener: RequestListener) => ReturnType<typeof createTlsServer>;

const starters = {
  http: (create: CreateServer) => startJsonFixture({ create, protocol: 'https' }),
  sse: (createServer: CreateServer) => startSseFixture({ createServer, protocol: 'https' }),
  websocket: (createServer: CreateServer) => startWebSocketFixture({ createServer, protocol: 'wss' }),
};

type Transport = keyof typeof starters;
const kinds: readonly Transport[] = ['http', 'sse', 'websocket'];

/** Starts a server of that kind on TLS and opens a session with it. */
async function open(transport: Transport, options: ServerOptions, tls?: TlsOptions): Promise<Session> {
  const fixture = await starters[transport]((listener) => createTlsServer(options, listener));
  cleanups.push(() => fixture.close());
  const session = await connect({ transport, url: fixture.url, tls });
  cleanups.push(() => session.close());
  return session;
}

describe.each(kinds)('over TLS, %s', (transport) => {
  it('trusts the authority in `ca`', async () => {
    const session = await open(transport, server, { ca: authority.cert });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
  });

  it('refuses an unknown authority, and says where to name it', async () => {
    const error = await failureOf(open(transport, server));
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(error.message).toContain('has a certificate of an unknown authority (127.0.0.1:');
    expect(error.hint).toContain('tls.ca (--ca)');
  });

  it('refuses a self-signed certificate, unless it is named itself', async () => {
    const own = await makeCertificate(undefined);
    const error = await failureOf(open(transport, own));
    expect(error.message).toContain('has a self-signed certificate');
    await open(transport, own, { ca: own.cert });
  });

  it('refuses an expired certificate', async () => {
    const expired = await makeCertificate(authority, { expired: true });
    const error = await failureOf(open(transport, expired, { ca: authority.cert }));
    expect(error.message).toContain('has a certificate that has expired');
    expect(error.hint).toContain('Renew');
  });

  it('refuses a certificate of another name, and tells its names', async () => {
    const other = await makeCertificate(authority, { names: ['example.test'], addresses: ['10.0.0.1'] });
    const error = await failureOf(open(transport, other, { ca: authority.cert }));
    expect(error.message).toContain('has a certificate for other names (example.test, 10.0.0.1)');
    expect(error.hint).toContain('Use one of these names in the url');
  });

  it('takes any certificate with `verify: false`', async () => {
    const expired = await makeCertificate(stranger, { expired: true, names: ['elsewhere'], addresses: [] });
    const session = await open(transport, expired, { verify: false });
    expect((await session.callTool('any')).content).toEqual(okay['content']);
  });

  describe('with a server that wants a client certificate', () => {
    const wanting = (): ServerOptions => ({
      ...server,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });

    it('shows the one it was given', async () => {
      const session = await open(transport, wanting(), { ca: authority.cert, ...client });
      expect((await session.callTool('any')).content).toEqual(okay['content']);
    });

    it('is told when it has none', async () => {
      const error = await failureOf(open(transport, wanting(), { ca: authority.cert }));
      expect(error.message).toContain('wants a client certificate');
      expect(error.hint).toContain('tls.cert and tls.key (--cert, --key)');
    });

    it('is told when it has a wrong one', async () => {
      const wrong = await makeCertificate(stranger, { names: ['harness'] });
      const error = await failureOf(open(transport, wanting(), { ca: authority.cert, ...wrong }));
      // Node ends the connection without a word; other servers say why.
      expect(error.message).toMatch(
        /refused the client certificate|closed the connection before it had answered/,
      );
      expect(error.hint).toContain('client certificate: tls.cert and tls.key');
    });
  });
});

it('a server that speaks plain HTTP where the url says https is named so', async () => {
  const fixture = await startSseFixture();
  cleanups.push(() => fixture.close());
  const url = fixture.url.replace('http:', 'https:');
  for (const options of [
    { transport: 'sse', url },
    { transport: 'http', url },
    { transport: 'websocket', url: url.replace('https:', 'wss:') },
  ] as const) {
    const error = await failureOf(connect(options));
    expect(error.message).toContain('does not speak TLS');
    expect(error.hint).toContain('https (wss)');
  }
});

describe('certificates and keys', () => {
  it('may be files', async () => {
    const paths = {
      ca: join(folder, 'ca.pem'),
      cert: join(folder, 'cert.pem'),
      key: join(folder, 'key.pem'),
    };
    await writeFile(paths.ca, authority.cert);
    await writeFile(paths.cert, client.cert);
    await writeFile(paths.key, client.key);
    expect(await loadTls(paths)).toEqual({ ca: authority.cert, cert: client.cert, key: client.key });
  });

  it('that need a passphrase get it', async () => {
    const { cert, key } = await makeCertificate(authority, { passphrase: 'open sesame' });
    expect(await loadTls({ cert, key, passphrase: 'open sesame' })).toMatchObject({ cert });
    for (const passphrase of [undefined, 'wrong']) {
      const error = await failureOf(loadTls({ cert, key, passphrase }));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: 'tls.key cannot be decrypted' });
      expect(error.hint).toContain('tls.passphrase');
    }
  });

  it.each([
    [
      'a missing file',
      () => ({ ca: '/nowhere/ca.pem' }),
      'IO_READ',
      'tls.ca: cannot read /nowhere/ca.pem (ENOENT)',
    ],
    [
      'a file that is no PEM',
      () => ({ ca: import.meta.dirname + '/proxy.ts' }),
      'CONFIG_INVALID',
      `tls.ca: ${import.meta.dirname}/proxy.ts is not in PEM format`,
    ],
    ['a key alone', () => ({ key: client.key }), 'CONFIG_INVALID', 'tls.key is given without tls.cert'],
    [
      'a certificate alone',
      () => ({ cert: client.cert }),
      'CONFIG_INVALID',
      'tls.cert is given without tls.key',
    ],
    [
      'the key of another certificate',
      () => ({ cert: client.cert, key: server.key }),
      'CONFIG_INVALID',
      'tls.key does not belong to tls.cert',
    ],
    [
      'a damaged certificate',
      () => ({ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
      'CONFIG_INVALID',
      'tls.ca: certificate 1 cannot be read',
    ],
  ])('are refused before anything is started: %s', async (_what, tls, code, message) => {
    const error = await failureOf(
      connect({
        transport: 'http',
        url: 'https://127.0.0.1:1/mcp',
        tls: tls(),
        start: { command: 'no-such-program' },
      }),
    );
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});
