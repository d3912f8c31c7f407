import { isHarnessError, type HarnessError } from '@mcp-test-harness/core/errors';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import {
  cipherSuiteNames,
  clientOptions,
  createTlsReloader,
  loadTlsSettings,
  readTlsMaterial,
  toOpensslCiphers,
  type TlsSettings,
} from './index.ts';
import { makeAuthority, makeCertificate, type KeyKind, type Pair } from './testing/certificates.ts';

const newFolder = temporaryFolders();
const now = Date.now();
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

let authority: Pair;
let rsaAuthority: Pair;
let clientAuthority: Pair;
let ec: Pair;
let rsa: Pair;
beforeAll(async () => {
  [authority, rsaAuthority, clientAuthority] = await Promise.all([
    makeAuthority('ca'),
    makeAuthority('rsa ca', 'rsa'),
    makeAuthority('client ca'),
  ]);
  [ec, rsa] = await Promise.all([
    makeCertificate(authority),
    makeCertificate(rsaAuthority, { keyType: 'rsa' }),
  ]);
});

/** The suites of the deployment guide. */
const guideSuites = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'];

interface Files {
  readonly pair?: Pair;
  readonly ca?: string;
  readonly clientCa?: string;
}

/** Writes the files as they have to be, and names them. */
function settingsFor({ pair = ec, ca, clientCa }: Files = {}, more: Partial<TlsSettings> = {}): TlsSettings {
  const folder = newFolder();
  const write = (name: string, text: string, mode = 0o644): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };
  return {
    certFile: write('server.crt', pair.cert),
    keyFile: write('server.key', pair.key, 0o600),
    caFile: ca === undefined ? undefined : write('ca.crt', ca),
    clientAuth: clientCa === undefined ? 'none' : 'require',
    clientCaFile: clientCa === undefined ? undefined : write('client-ca.crt', clientCa),
    minVersion: 'TLSv1.2',
    ...more,
  };
}

interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly settings: TlsSettings;
}

/** Answers with the common name of the client. */
async function listen(
  settings: TlsSettings,
): Promise<Listener & { readonly material: Awaited<ReturnType<typeof readTlsMaterial>> }> {
  const material = await readTlsMaterial(settings, now);
  const server = createServer({ ...material.context, ...clientOptions(settings) }, (request, response) => {
    const socket = request.socket as TLSSocket;
    response.end(socket.authorized ? String(socket.getPeerCertificate().subject.CN) : 'nobody');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, settings, material };
}

/** A connection with its handshake behind it, which a client has only when it has read something (TLS 1.3). */
async function dial({ port }: Listener, options: ConnectionOptions = {}) {
  const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, ...options });
  closing.push(() => socket.destroy());
  // With TLS 1.3 the refusal of a certificate comes when the client believes to be connected.
  const ended = new Promise<never>((_resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
  ended.catch(() => undefined);
  let session: ConnectionOptions['session'];
  socket.on('session', (ticket: Buffer) => (session = ticket));
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  const ask = async (): Promise<string> => {
    text = '';
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (!/\r\n\r\n[^]+/.test(text)) await Promise.race([once(socket, 'data'), ended]);
    return text.split('\r\n\r\n')[1] ?? '';
  };
  await Promise.race([once(socket, 'secureConnect'), ended]);
  const answer = await ask();
  return {
    socket,
    ask,
    answer,
    cipher: socket.getCipher(),
    protocol: socket.getProtocol(),
    serial: socket.getPeerCertificate().serialNumber,
    session: () => session,
  };
}

/** The code of what a handshake ends with. */
const failureOf = async (attempt: Promise<unknown>): Promise<string> =>
  await attempt.then(
    () => 'no failure',
    (error: unknown) => String((error as { code?: string }).code),
  );

describe('a listener', () => {
  it('is trusted by those who trust its authority, and by no others', async () => {
    const listener = await listen(settingsFor({ ca: authority.cert }));
    expect((await dial(listener)).answer).toContain('nobody');
    expect(await failureOf(dial(listener, { ca: rsaAuthority.cert }))).toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('sends the intermediate certificates that only ca_file has, so that the root is enough for clients', async () => {
    const intermediate = await makeCertificate(authority, { name: 'intermediate', cA: true });
    const pair = await makeCertificate(intermediate);
    const without = await listen(settingsFor({ pair }));
    expect(await failureOf(dial(without))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    const listener = await listen(settingsFor({ pair, ca: `${authority.cert}\n${intermediate.cert}` }));
    expect((await dial(listener)).answer).toContain('nobody');
  });

  it.each([
    ['TLSv1', '1.2', 'refused'],
    ['TLSv1.1', '1.2', 'refused'],
    ['TLSv1.2', '1.2', 'TLSv1.2'],
    ['TLSv1.3', '1.2', 'TLSv1.3'],
    ['TLSv1.2', '1.3', 'refused'],
    ['TLSv1.3', '1.3', 'TLSv1.3'],
  ] as const)('answers a client of %s with min_version %s: %s', async (version, min, outcome) => {
    const listener = await listen(settingsFor({}, { minVersion: `TLSv${min}` }));
    // Of its own accord OpenSSL would not even offer the old ones.
    const attempt = dial(listener, {
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    if (outcome === 'refused')
      expect(await failureOf(attempt)).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
    else expect((await attempt).protocol).toBe(outcome);
  });

  it.each([
    ['rsa', guideSuites, 'TLSv1.2', guideSuites],
    ['rsa', guideSuites, 'TLSv1.3', cipherSuiteNames.slice(0, 3)],
    ['rsa', ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'], 'TLSv1.2', ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']],
    ['rsa', ['ECDHE-RSA-AES128-GCM-SHA256'], 'TLSv1.2', ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']],
    [
      'ec',
      ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
      'TLSv1.2',
      ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
    ],
    [
      'ec',
      ['TLS_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
      'TLSv1.3',
      ['TLS_AES_128_GCM_SHA256'],
    ],
    ['ec', undefined, 'TLSv1.2', ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384']],
    ['ec', undefined, 'TLSv1.3', ['TLS_AES_256_GCM_SHA384']],
  ] as [KeyKind, string[] | undefined, 'TLSv1.2' | 'TLSv1.3', string[]][])(
    'with a certificate of %s and the suites %j speaks %s with one of %j',
    async (kind, cipherSuites, version, expected) => {
      const [pair, ca] = kind === 'rsa' ? [rsa, rsaAuthority.cert] : [ec, authority.cert];
      const listener = await listen(settingsFor({ pair }, { cipherSuites }));
      const { cipher } = await dial(listener, { ca, minVersion: version, maxVersion: version });
      expect(expected).toContain(cipher.standardName);
    },
  );

  it('refuses a client that offers none of its suites', async () => {
    const listener = await listen(settingsFor({ pair: rsa }, { cipherSuites: guideSuites }));
    const options = {
      ca: rsaAuthority.cert,
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-RSA-CHACHA20-POLY1305',
    } as const;
    expect(await failureOf(dial(listener, options))).toMatch(/HANDSHAKE_FAILURE/);
  });
});

describe('a listener that asks clients for a certificate', () => {
  const asClient = async (from: Pair): Promise<ConnectionOptions> => ({
    ...(await makeCertificate(from, { name: 'ci' })),
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'and requires it lets in who has one of the authority for clients, and nobody else, with %s',
    async (version) => {
      const listener = await listen(settingsFor({ ca: authority.cert, clientCa: clientAuthority.cert }));
      const only = { minVersion: version, maxVersion: version };
      expect((await dial(listener, { ...only, ...(await asClient(clientAuthority)) })).answer).toContain(
        'ci',
      );
      for (const [who, options] of [
        ['nobody', {}],
        ['a client of the authority of the server', await asClient(authority)],
        ['a client of an authority of the same name', await asClient(await makeAuthority('client ca'))],
        [
          'one whose certificate has expired',
          { ...(await makeCertificate(clientAuthority, { name: 'ci', endsAt: new Date(now - 60_000) })) },
        ],
      ] as const)
        expect(await failureOf(dial(listener, { ...only, ...options })), who).toMatch(
          /^(?:ERR_SSL_|ECONNRESET|EPIPE)/,
        );
    },
  );

  it('and does not require it lets everybody in, and knows who has shown one', async () => {
    const listener = await listen(settingsFor({ clientCa: clientAuthority.cert }, { clientAuth: 'request' }));
    expect((await dial(listener)).answer).toContain('nobody');
    expect((await dial(listener, await asClient(authority))).answer).toContain('nobody');
    expect((await dial(listener, await asClient(clientAuthority))).answer).toContain('ci');
  });
});

describe('renewed files', () => {
  const renew = (settings: TlsSettings, { cert, key }: Pair): void => {
    writeFileSync(settings.certFile, cert);
    writeFileSync(settings.keyFile, key);
  };
  const reloaderOf = ({ server, settings, material }: Awaited<ReturnType<typeof listen>>) =>
    createTlsReloader({ settings, initial: material, apply: (context) => server.setSecureContext(context) });

  it('are in force for new connections, while those that are open go on', async () => {
    const listener = await listen(settingsFor());
    const reloader = reloaderOf(listener);
    const before = await dial(listener);
    expect(await reloader.reload()).toEqual({ state: 'unchanged' });
    renew(listener.settings, await makeCertificate(authority));
    expect(await reloader.reload()).toMatchObject({ state: 'reloaded' });
    const after = await dial(listener);
    expect(after.serial).not.toBe(before.serial);
    expect(await before.ask()).toContain('nobody');
    expect(await reloader.reload()).toEqual({ state: 'unchanged' });
  });

  it('are in force without a failed handshake while clients come and go', async () => {
    const listener = await listen(settingsFor());
    const reloader = reloaderOf(listener);
    const work = new AbortController();
    const serials = new Set<string>();
    const clients = Promise.all(
      [1, 2].map(async () => {
        while (!work.signal.aborted) {
          const { serial, socket } = await dial(listener);
          serials.add(serial);
          socket.destroy();
        }
      }),
    );
    for (let round = 0; round < 5; round += 1) {
      renew(listener.settings, await makeCertificate(authority));
      expect(await reloader.reload()).toMatchObject({ state: 'reloaded' });
      serials.add((await dial(listener)).serial);
    }
    work.abort();
    await clients;
    expect(serials.size).toBeGreaterThanOrEqual(5);
  });

  it('that do not fit each other yet change nothing, and are taken when they do', async () => {
    const listener = await listen(settingsFor());
    const reloader = reloaderOf(listener);
    const { serial } = await dial(listener);
    const next = await makeCertificate(authority);
    writeFileSync(listener.settings.certFile, next.cert);
    expect(await reloader.reload()).toMatchObject({
      state: 'kept',
      error: { message: expect.stringContaining('is not that of the certificate') },
    });
    expect((await dial(listener)).serial).toBe(serial);
    writeFileSync(listener.settings.keyFile, next.key);
    expect(await reloader.reload()).toMatchObject({ state: 'reloaded' });
    expect((await dial(listener)).serial).not.toBe(serial);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'end the sessions of clients whose authority is another now: none is resumed with %s',
    async (version) => {
      const listener = await listen(settingsFor({ clientCa: clientAuthority.cert }));
      const reloader = reloaderOf(listener);
      const client = {
        ...(await makeCertificate(clientAuthority, { name: 'ci' })),
        minVersion: version,
        maxVersion: version,
      };
      const first = await dial(listener, client);
      const session = first.session();
      if (session === undefined) throw new Error('the server gives sessions');
      expect((await dial(listener, { ...client, session })).socket.isSessionReused()).toBe(true);
      writeFileSync(String(listener.settings.clientCaFile), (await makeAuthority('new client ca')).cert);
      expect(await reloader.reload()).toMatchObject({ state: 'reloaded' });
      expect(await failureOf(dial(listener, { ...client, session }))).toMatch(
        /^(?:ERR_SSL_|ECONNRESET|EPIPE)/,
      );
    },
  );
});

describe('files that would make handshakes fail later', () => {
  const failure = async (settings: TlsSettings): Promise<HarnessError> => {
    const error: unknown = await readTlsMaterial(settings, now).catch((thrown: unknown) => thrown);
    if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
    return error;
  };

  it('are refused: a key of another certificate', async () => {
    const settings = settingsFor({ pair: { cert: ec.cert, key: (await makeCertificate(authority)).key } });
    expect((await failure(settings)).message).toContain('is not that of the certificate');
  });

  it('are refused: an authority that has not issued the certificate', async () => {
    expect((await failure(settingsFor({ ca: clientAuthority.cert }))).message).toContain(
      'was not issued by an authority in',
    );
  });

  it.skipIf(process.platform === 'win32').each([0o644, 0o660, 0o604])(
    'are refused: a private key of mode %o',
    async (mode) => {
      const settings = settingsFor();
      chmodSync(settings.keyFile, mode);
      expect(await failure(settings)).toMatchObject({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('chmod'),
      });
    },
  );

  it.skipIf(process.platform === 'win32')(
    'are refused: an authority for clients that everybody may replace',
    async () => {
      const settings = settingsFor({ clientCa: clientAuthority.cert });
      chmodSync(String(settings.clientCaFile), 0o666);
      expect((await failure(settings)).message).toContain('may be written by others');
    },
  );

  it.each([
    ['empty', ''],
    ['no certificate', 'hello'],
    ['a certificate that is cut', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('are refused: a certificate that is %s', async (_what, text) => {
    const settings = settingsFor();
    writeFileSync(settings.certFile, text);
    expect((await failure(settings)).message).toMatch(
      /holds (?:no certificate|a certificate that cannot be read)/,
    );
  });

  it('are refused: a key with a passphrase, or none at all, without a word of it', async () => {
    const settings = settingsFor();
    const sealed = createPrivateKey(ec.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 's3cret',
    });
    writeFileSync(settings.keyFile, sealed);
    expect((await failure(settings)).message).toContain('is encrypted with a passphrase');
    writeFileSync(settings.keyFile, ec.key.replace(/[A-Za-z0-9+/]{20}/, 'AAAA'));
    const error = await failure(settings);
    expect(error.message).toContain('holds no private key that can be read');
    const [, middle = ''] = ec.key.split('\n');
    expect(JSON.stringify([error.message, error.hint, error.cause, error.stack])).not.toContain(
      middle.slice(24, 48),
    );
  });

  it('are told of in time: expired, soon to expire, not yet valid', async () => {
    const day = 86_400_000;
    const warnings = async (endsAt: number, at = now) =>
      (
        await readTlsMaterial(
          settingsFor({ pair: await makeCertificate(authority, { endsAt: new Date(endsAt) }) }),
          at,
        )
      ).warnings;
    expect(await warnings(now - day)).toEqual([expect.stringContaining('has expired on')]);
    expect(await warnings(now + 3 * day)).toEqual([expect.stringContaining('expires on')]);
    expect(await warnings(now + 60 * day)).toEqual([]);
    expect(await warnings(now + 60 * day, now - 9 * day)).toEqual([
      expect.stringContaining('is not valid before'),
    ]);
  });
});

describe('cipher suites', () => {
  it.each([
    [
      'an RSA list for an ECDSA certificate',
      guideSuites,
      'TLSv1.2',
      'ec',
      /works with the certificate, whose key is of the kind ECDSA/,
      /Add TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384/,
    ],
    [
      'only TLS 1.3 while 1.2 is allowed',
      ['TLS_AES_128_GCM_SHA256'],
      'TLSv1.2',
      'rsa',
      /no suite of TLS 1\.2/,
      /min_version to "1\.3"/,
    ],
    [
      'only TLS 1.2 while 1.3 is needed',
      guideSuites,
      'TLSv1.3',
      'rsa',
      /no suite of TLS 1\.3/,
      /TLS_AES_256/,
    ],
    [
      'no forward secrecy',
      ['TLS_RSA_WITH_AES_128_GCM_SHA256'],
      'TLSv1.2',
      'rsa',
      /is not offered/,
      /no forward secrecy/,
    ],
    [
      'CBC',
      ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
      'TLSv1.2',
      'rsa',
      /is not offered/,
      /broken or has no authenticated/,
    ],
    [
      'a slip',
      ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA348'],
      'TLSv1.2',
      'rsa',
      /is not offered/,
      /Did you mean TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384/,
    ],
    [
      'OpenSSL words that would add others',
      ['ALL:@SECLEVEL=0'],
      'TLSv1.2',
      'rsa',
      /is not offered/,
      /Offered/,
    ],
  ] as const)('with %s are refused', (_what, names, minVersion, kind, message, hint) => {
    let error: unknown;
    try {
      toOpensslCiphers(names, minVersion, kind);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('of the guide keep their order and get those of TLS 1.3 before them', () => {
    expect(toOpensslCiphers(guideSuites, 'TLSv1.2', 'rsa')).toBe(
      'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256',
    );
  });
});

describe('tls-config.yaml', () => {
  const load = async (text: string) => {
    const file = join(newFolder(), 'tls-config.yaml');
    writeFileSync(file, text, { mode: 0o640 });
    return { settings: await loadTlsSettings(file), folder: join(file, '..') };
  };
  const guide = `
tls:
  enabled: true
  cert_file: "/etc/ssl/certs/mcp-test-harness.crt"
  key_file: "private/mcp-test-harness.key"
  ca_file: "/etc/ssl/certs/ca.crt"
  client_auth: "require"
  client_ca_file: "/etc/ssl/certs/client-ca.crt"
  min_version: "1.2"
  cipher_suites:
    - "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    - "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
`;

  it('of the guide is understood', async () => {
    const { settings, folder } = await load(guide);
    expect(settings).toEqual({
      certFile: '/etc/ssl/certs/mcp-test-harness.crt',
      keyFile: join(folder, 'private/mcp-test-harness.key'),
      caFile: '/etc/ssl/certs/ca.crt',
      clientAuth: 'require',
      clientCaFile: '/etc/ssl/certs/client-ca.crt',
      minVersion: 'TLSv1.2',
      cipherSuites: guideSuites,
    });
  });

  it('may say that there is none, and 1.3 without quotes', async () => {
    expect((await load(guide.replace('true', 'false'))).settings).toBeUndefined();
    expect((await load(guide.replace('"1.2"', '1.3'))).settings?.minVersion).toBe('TLSv1.3');
  });

  it.each([
    ['1.1', guide.replace('"1.2"', '"1.1"'), /min_version: expected one of 1\.2, 1\.3/],
    [
      'clients without an authority',
      guide.replace(/.*client_ca_file.*\n/, ''),
      /client_auth: require needs client_ca_file/,
    ],
    [
      'an authority for clients that are not asked',
      guide.replace('"require"', 'none'),
      /client_ca_file: means nothing while/,
    ],
    ['a slip in a key', guide.replace('key_file', 'kee_file'), /kee_file: is not a known key/],
  ])('with %s is refused', async (_what, text, message) => {
    await expect(load(text)).rejects.toThrow(message);
  });
});
