import { isHarnessError, type HarnessError } from '@mcp-test-harness/core/errors';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { createEncryptor, isSealed, openKeyProvider, type KeyProvider } from './index.ts';
import { jwt, roleId, secretId, startVaultStandIn } from './testing/vault-stand-in.ts';

const newFolder = temporaryFolders();
const key = randomBytes(32).toString('hex');
const otherKey = randomBytes(32).toString('base64');
const place = 'run:42:response';
const envProvider = (text = key): Promise<KeyProvider> =>
  openKeyProvider('env', { variable: 'KEY' }, { env: { KEY: text } });

async function failureOf(attempt: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
  return error;
}

/** Everything that an error could show, its causes and hidden members too. */
const everythingOf = (error: unknown): string => inspect(error, { depth: 20, showHidden: true });

describe('a sealed text', () => {
  it('opens again, whatever it is, and says nothing of it', async () => {
    const encryptor = createEncryptor({ provider: await envProvider() });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (text, where) => {
        const sealed = await encryptor.seal(text, where);
        expect(isSealed(sealed)).toBe(true);
        expect(sealed).toMatch(/^mthenc\.1\.[\w.-]+$/);
        if (text.length > 8) expect(sealed).not.toContain(text);
        expect(await encryptor.open(sealed, where)).toBe(text);
      }),
    );
  });

  it('is another each time, so that equal texts are not seen to be equal', async () => {
    const encryptor = createEncryptor({ provider: await envProvider() });
    expect(await encryptor.seal('same', place)).not.toBe(await encryptor.seal('same', place));
  });

  it('does not open when any character of it is another', async () => {
    const encryptor = createEncryptor({ provider: await envProvider() });
    const sealed = await encryptor.seal('a secret answer', place);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length - 1),
        fc.constantFrom('A', 'B', '9', '-', '_', '.', '=', ' ', '\n'),
        async (at, letter) => {
          fc.pre(sealed[at] !== letter);
          const error = await failureOf(
            encryptor.open(`${sealed.slice(0, at)}${letter}${sealed.slice(at + 1)}`, place),
          );
          expect(error.code).toBe('IO_READ');
          expect(everythingOf(error)).not.toContain('a secret answer');
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    ['cut', (sealed: string) => sealed.slice(0, -1)],
    ['longer', (sealed: string) => `${sealed}A`],
    ['without its end', (sealed: string) => sealed.slice(0, sealed.lastIndexOf('.'))],
    ['with one part more', (sealed: string) => `${sealed}.AAAA`],
    ['nothing but its beginning', () => 'mthenc.1.'],
    ['in the clear', () => 'hello'],
    ['empty', () => ''],
  ])('does not open %s', async (_what, change) => {
    const encryptor = createEncryptor({ provider: await envProvider() });
    expect((await failureOf(encryptor.open(change(await encryptor.seal('text', place)), place))).code).toBe(
      'IO_READ',
    );
  });

  it('does not open in another place: a stored answer cannot be put to another run', async () => {
    const encryptor = createEncryptor({ provider: await envProvider() });
    const sealed = await encryptor.seal('text', place);
    expect((await failureOf(encryptor.open(sealed, 'run:43:response'))).message).toContain(
      'belongs to another place',
    );
  });

  it('does not open with the key of another', async () => {
    const sealed = await createEncryptor({ provider: await envProvider(otherKey) }).seal('text', place);
    const error = await failureOf(createEncryptor({ provider: await envProvider() }).open(sealed, place));
    expect(error.message).toMatch(
      /it needs the key [0-9a-f]{16}, which is not among those of the environment variable KEY/,
    );
  });
});

describe('a data key', () => {
  /** Counts, on a clock of its own. */
  async function counted(more: { maxAgeMs?: number; maxUses?: number } = {}) {
    const inner = await envProvider();
    const provider = {
      ...inner,
      createDataKey: vi.fn(() => inner.createDataKey()),
      unwrap: vi.fn((wrapped: string) => inner.unwrap(wrapped)),
    };
    const clock = { now: 0 };
    return { provider, clock, encryptor: createEncryptor({ provider, now: () => clock.now, ...more }) };
  }

  it('serves for a while, and for a number of texts', async () => {
    const { provider, clock, encryptor } = await counted({ maxAgeMs: 100, maxUses: 10 });
    for (let index = 0; index < 10; index += 1) await encryptor.seal('x', place);
    expect(provider.createDataKey).toHaveBeenCalledTimes(1);
    await encryptor.seal('x', place);
    expect(provider.createDataKey).toHaveBeenCalledTimes(2);
    clock.now = 100;
    await encryptor.seal('x', place);
    expect(provider.createDataKey).toHaveBeenCalledTimes(3);
  });

  it('is made once when many ask at the same time', async () => {
    const { provider, encryptor } = await counted();
    const sealed = await Promise.all(Array.from({ length: 50 }, () => encryptor.seal('x', place)));
    expect(provider.createDataKey).toHaveBeenCalledTimes(1);
    await Promise.all(sealed.map((text) => encryptor.open(text, place)));
    expect(provider.unwrap).toHaveBeenCalledTimes(1);
  });

  it('that could not be made is asked for again, and nothing was sealed in between', async () => {
    const { provider, encryptor } = await counted();
    provider.createDataKey.mockRejectedValueOnce(new Error('out of order'));
    const error = await failureOf(encryptor.seal('s3cret text', place));
    expect(error).toMatchObject({
      code: 'IO_WRITE',
      message: expect.stringContaining('nothing is stored in the clear'),
    });
    expect(everythingOf(error)).not.toContain('s3cret text');
    expect(await encryptor.open(await encryptor.seal('text', place), place)).toBe('text');
  });
});

describe('keys of the environment or a file', () => {
  it('are rotated by putting a new one first', async () => {
    const before = createEncryptor({ provider: await envProvider(key) });
    const after = createEncryptor({ provider: await envProvider(`${otherKey}\n${key}`) });
    expect(await after.open(await before.seal('old', place), place)).toBe('old');
    expect((await failureOf(before.open(await after.seal('new', place), place))).code).toBe('IO_READ');
  });

  it('may be changed for those of another provider, while the old ones can still be read', async () => {
    const file = join(newFolder(), 'key');
    writeFileSync(file, `${otherKey}\n`, { mode: 0o600 });
    const earlier = await envProvider();
    const sealed = await createEncryptor({ provider: earlier }).seal('old', place);
    const provider = await openKeyProvider('file', { path: file }, { env: {} });
    expect(await createEncryptor({ provider, earlier: [earlier] }).open(sealed, place)).toBe('old');
    expect((await failureOf(createEncryptor({ provider }).open(sealed, place))).message).toContain(
      'the provider "env", which is not configured',
    );
  });

  it.skipIf(process.platform === 'win32').each([0o644, 0o660, 0o604])(
    'are refused in a file of mode %o',
    async (mode) => {
      const file = join(newFolder(), 'key');
      writeFileSync(file, key);
      chmodSync(file, mode);
      expect((await failureOf(openKeyProvider('file', { path: file }, { env: {} }))).code).toBe(
        'CONFIG_INVALID',
      );
    },
  );

  it.each([
    '',
    'correct horse battery staple',
    key.slice(1),
    `${key}\nshort`,
    Buffer.alloc(31, 1).toString('base64'),
  ])('are refused, and not repeated, when they are none: %j', async (text) => {
    const error = await failureOf(envProvider(text));
    expect(error.code).toBe('CONFIG_INVALID');
    for (const word of text.split(/\s/)) if (word.length > 4) expect(everythingOf(error)).not.toContain(word);
  });

  it('are missing when the variable is not set', async () => {
    expect((await failureOf(openKeyProvider('env', {}, { env: {} }))).message).toContain(
      'MCP_TEST_HARNESS_ENCRYPTION_KEY is not set',
    );
  });
});

it('an unknown provider is told, with what was meant', async () => {
  expect((await failureOf(openKeyProvider('valt', {}, { env: {} }))).hint).toBe('Did you mean vault?');
  expect((await failureOf(openKeyProvider('constructor', {}, { env: {} }))).hint).toContain(
    'env, file, vault',
  );
});

describe('Vault (a stand-in for its transit engine)', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  const token = 'root-token-of-the-test';

  async function withVault(
    more: {
      auth?: object;
      maxAgeMs?: number;
      leaseSeconds?: number;
      timeout_ms?: number;
      namespace?: string;
    } = {},
  ) {
    const { maxAgeMs, leaseSeconds, ...options } = more;
    const vault = await startVaultStandIn(leaseSeconds === undefined ? {} : { leaseSeconds });
    const provider = await openKeyProvider(
      'vault',
      { endpoint: vault.url, key_name: 'harness', ...options },
      { env: { VAULT_TOKEN: token } },
    );
    const encryptor = createEncryptor({ provider, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) });
    closing.push(
      () => vault.close().catch(() => undefined),
      () => encryptor.close(),
    );
    return { vault, encryptor, provider };
  }
  const secretFile = (text: string): string => {
    const file = join(newFolder(), 'secret');
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    return file;
  };

  it('wraps the data key, which stands as vault:v1:… in what is stored', async () => {
    const { encryptor, vault } = await withVault();
    const sealed = await encryptor.seal('text', place);
    const header = JSON.parse(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString()) as Record<
      string,
      string
    >;
    expect(header).toMatchObject({ provider: 'vault', wrapped: expect.stringMatching(/^vault:v1:/) });
    expect(await encryptor.open(sealed, place)).toBe('text');
    expect(vault.calls.map(({ path }) => path)).toEqual([
      '/v1/transit/datakey/plaintext/harness',
      '/v1/transit/decrypt/harness',
    ]);
  });

  it('rotates its key, and still unwraps what it has wrapped before', async () => {
    const { encryptor, vault } = await withVault({ maxAgeMs: 0 });
    const first = await encryptor.seal('one', place);
    vault.rotate();
    const second = await encryptor.seal('two', place);
    expect([await encryptor.open(first, place), await encryptor.open(second, place)]).toEqual(['one', 'two']);
    expect(Buffer.from(second.split('.')[2] ?? '', 'base64url').toString()).toContain('vault:v2:');
  });

  it('that is down keeps everything from being stored, once the data key has ended, and serves again when it is up', async () => {
    const { encryptor, vault } = await withVault({ maxAgeMs: 0 });
    await encryptor.seal('text', place);
    await vault.close();
    const error = await failureOf(encryptor.seal('s3cret text', place));
    expect(error).toMatchObject({ code: 'IO_WRITE', message: expect.stringContaining('ECONNREFUSED') });
    expect(everythingOf(error)).not.toContain('s3cret text');
    const again = await startVaultStandIn({ port: Number(new URL(vault.url).port) });
    closing.push(() => again.close());
    expect(isSealed(await encryptor.seal('text', place))).toBe(true);
  });

  it.each([
    ['sealed', 503, '{"errors":["Vault is sealed"]}', /503: Vault is sealed/],
    ['in pain', 500, 'no JSON', /with 500$/],
    ['elsewhere', 307, '', /with 307$/],
    [
      'full of strange words',
      400,
      JSON.stringify({ errors: ['\u001B[31m\n::error::', 'x'.repeat(9999)] }),
      /^.{1,420}$/,
    ],
    [
      'giving another answer',
      200,
      '{"data":{"plaintext":"AAAA","ciphertext":"vault:v1:AAAA"}}',
      /without a key of 256 bits/,
    ],
    ['giving none', 200, '[]', /without a wrapped key/],
    [
      'giving a wrapped key of another form',
      200,
      '{"data":{"plaintext":"AAAA","ciphertext":"http://x"}}',
      /without a wrapped key/,
    ],
    ['giving without end', 200, `"${'x'.repeat(400_000)}"`, /./],
  ])('that is %s stores nothing', async (_what, status, body, message) => {
    const { encryptor, vault } = await withVault();
    vault.fault = { status, body };
    const error = await failureOf(encryptor.seal('s3cret text', place));
    expect(error.code).toBe('IO_WRITE');
    expect(error.message).toMatch(message);
    expect(everythingOf(error)).not.toMatch(/s3cret text|root-token/);
  });

  it('that does not answer is not waited for', async () => {
    const { encryptor, vault } = await withVault({ timeout_ms: 100 });
    vault.fault = 'hang';
    expect((await failureOf(encryptor.seal('text', place))).code).toBe('IO_WRITE');
  });

  it.each([
    ['approle', () => ({ method: 'approle', role_id: roleId, secret_id_file: secretFile(secretId) })],
    ['kubernetes', () => ({ method: 'kubernetes', role: 'harness', jwt_file: secretFile(jwt) })],
    ['token_file', () => ({ method: 'token', token_file: secretFile(token) })],
  ])('is asked with a token that was got by %s', async (_how, auth) => {
    const { encryptor } = await withVault({ auth: auth() });
    expect(await encryptor.open(await encryptor.seal('text', place), place)).toBe('text');
  });

  it('gives a new token when the old one was revoked, once', async () => {
    const { encryptor, vault } = await withVault({
      maxAgeMs: 0,
      auth: { method: 'approle', role_id: roleId, secret_id_file: secretFile(secretId) },
    });
    await encryptor.seal('text', place);
    vault.tokens.clear();
    await encryptor.seal('text', place);
    expect(vault.calls.filter(({ path }) => path.endsWith('login'))).toHaveLength(2);
    vault.fault = { status: 403, body: '{"errors":["permission denied"]}' };
    expect((await failureOf(encryptor.seal('text', place))).message).toMatch(/403: permission denied/);
  });

  it('is asked for a new token when the lease of the old one ends', async () => {
    const auth = { method: 'approle', role_id: roleId, secret_id_file: secretFile(secretId) };
    const { encryptor, vault } = await withVault({ maxAgeMs: 0, leaseSeconds: 0.05, auth });
    await encryptor.seal('text', place);
    await sleep(100);
    await encryptor.seal('text', place);
    expect(vault.calls.map(({ path }) => path.split('/').slice(2, 4).join(' '))).toEqual([
      'auth approle',
      'transit datakey',
      'auth approle',
      'transit datakey',
    ]);
  });

  it('that refuses the login is told without the credential', async () => {
    const { encryptor } = await withVault({
      auth: { method: 'approle', role_id: roleId, secret_id_file: secretFile('wrong-secret-id') },
    });
    const error = await failureOf(encryptor.seal('text', place));
    expect(error.message).toContain('the login by approle with 400: invalid role or secret ID');
    expect(everythingOf(error)).not.toContain('wrong-secret-id');
  });

  it('is asked in its namespace', async () => {
    const { encryptor, vault } = await withVault({ namespace: 'team/a' });
    await encryptor.seal('text', place);
    expect(vault.calls[0]).toMatchObject({ namespace: 'team/a', token });
  });

  it.each([
    ['http://vault.example.com:8200', /must be https/],
    ['https://user:pw@vault.example.com', /must hold no user/],
    ['ftp://vault', /expected a URL/],
    ['', /expected a URL/],
  ])('at %s is refused', async (endpoint, message) => {
    const error = await failureOf(openKeyProvider('vault', { endpoint, key_name: 'harness' }, { env: {} }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
    expect(everythingOf(error)).not.toContain('user:pw');
  });

  it('without a token is told', async () => {
    const provider = await openKeyProvider(
      'vault',
      { endpoint: 'http://127.0.0.1:1', key_name: 'harness' },
      { env: {} },
    );
    closing.push(async () => await provider.close?.());
    expect((await failureOf(createEncryptor({ provider }).seal('x', place))).message).toContain(
      'VAULT_TOKEN is not set',
    );
  });
});
