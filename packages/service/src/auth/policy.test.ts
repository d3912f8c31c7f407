import { isHarnessError, type HarnessError, type HarnessErrorList } from '@mcp-test-harness/core/errors';
import fc from 'fast-check';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createApiKey } from './api-key.ts';
import { authenticate } from './authenticate.ts';
import { loadPolicy, openPolicy } from './load-policy.ts';
import { expandGrant, permissions } from './permissions.ts';
import { parsePolicy } from './policy.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const one = createApiKey();
const other = createApiKey();

/** The roles of the deployment guide. */
const roles = `
roles:
  - name: "test-operator"
    permissions: ["test:run", "test:view", "report:view"]
  - name: "test-admin"
    permissions: ["test:*", "config:*", "baseline:*", "report:*"]
  - name: "read-only"
    permissions: ["test:view", "report:view"]
`;
const withUsers = (users: string): string => `${roles}\nusers:\n${users}`;
const guide = withUsers(`
  - username: "ci-system"
    role: "test-operator"
    api_key_hash: "${one.hash}"
  - username: "admin"
    role: "test-admin"
    api_key_hash: "${other.hash}"
`);

function errorsOf(text: string): readonly HarnessError[] {
  try {
    parsePolicy('rbac.yaml', text, now);
  } catch (error) {
    if (isHarnessError(error)) return 'errors' in error ? (error as HarnessErrorList).errors : [error];
    throw error;
  }
  return [];
}

describe('the policy of the deployment guide', () => {
  const policy = parsePolicy('rbac.yaml', guide, now);

  it('gives every role exactly its permissions', () => {
    const table = permissions.map((permission) => [
      permission,
      [...policy.roles].flatMap(([role, has]) => (has.has(permission) ? [role] : [])).join(', '),
    ]);
    expect(Object.fromEntries(table)).toEqual({
      'test:view': 'test-operator, test-admin, read-only',
      'test:run': 'test-operator, test-admin',
      'test:cancel': 'test-admin',
      'report:view': 'test-operator, test-admin, read-only',
      'report:create': 'test-admin',
      'report:delete': 'test-admin',
      'config:view': 'test-admin',
      'config:reload': 'test-admin',
      'baseline:view': 'test-admin',
      'baseline:update': 'test-admin',
      'baseline:rollback': 'test-admin',
      'audit:view': '',
    });
  });

  it('has its users, with their roles', () => {
    expect([...policy.users.values()].map(({ username, role }) => [username, role])).toEqual([
      ['ci-system', 'test-operator'],
      ['admin', 'test-admin'],
    ]);
    expect(policy.warnings).toEqual([]);
  });

  it('is refused as it is printed there, with ... for the hashes', () => {
    const [error] = errorsOf(guide.replaceAll(/sha256:[0-9a-f]+/g, 'sha256:...'));
    expect(error?.message).toBe('users[0].api_key_hash: is the placeholder of the guide, not a hash');
    expect(error?.location).toMatchObject({ file: 'rbac.yaml', line: 14, column: 19 });
  });
});

describe('a grant', () => {
  it.each([
    ['test:run', ['test:run']],
    ['test:*', ['test:view', 'test:run', 'test:cancel']],
    ['test:read', ['test:view']],
    ['*', undefined],
    ['*:view', undefined],
    ['test:ru*', undefined],
    ['test', undefined],
    ['test:', undefined],
    ['TEST:RUN', undefined],
    ['constructor:*', undefined],
    ['__proto__:*', undefined],
  ])('%s stands for %j', (grant, meaning) => {
    expect(expandGrant(grant)).toEqual(meaning);
  });

  it('never stands for what its text does not name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z*]{1,8}:[a-z*]{0,8}$/)), (grant) => {
        for (const permission of expandGrant(grant) ?? [])
          expect(permission.split(':')[0]).toBe(grant.split(':')[0]);
      }),
    );
  });
});

describe('a faulty policy', () => {
  it.each([
    [
      'an unknown permission',
      roles.replace('test:run', 'test:rum'),
      /\[0\]: there is no permission "test:rum"/,
      'Did you mean test:run?',
    ],
    [
      'a star alone',
      roles.replace('test:run', '*'),
      /there is no permission "\*"/,
      /^\* stands for every action of one resource, and only at the end/,
    ],
    [
      'an unknown role',
      withUsers(`  - { username: a, role: read-onli, api_key_hash: "${one.hash}" }`),
      /there is no role "read-onli"/,
      'Did you mean read-only?',
    ],
    [
      'a role twice',
      `${roles}  - { name: read-only, permissions: [] }`,
      /"read-only" stands here a second time/,
      undefined,
    ],
    [
      'a user twice',
      withUsers('  - { username: a, role: read-only }\n  - { username: a, role: test-admin }'),
      /"a" stands here a second time/,
      /api_keys/,
    ],
    [
      'a key twice',
      withUsers(
        `  - { username: a, role: read-only, api_key_hash: "${one.hash}" }\n  - { username: b, role: test-admin, api_keys: [{ hash: "${one.hash}" }] }`,
      ),
      /users\[1\]\.api_keys\[0\]\.hash: this key is given a second time/,
      /another/,
    ],
    [
      'a hash that is cut',
      withUsers(`  - { username: a, role: read-only, api_key_hash: "${one.hash.slice(0, -1)}" }`),
      /64 hexadecimal digits/,
      /create-key/,
    ],
    [
      'a password hash',
      withUsers('  - { username: a, role: read-only, api_key_hash: "$argon2id$v=19$m=1,t=1,p=1$YQ$YQ" }'),
      /hash of a password/,
      /256 random bits/,
    ],
    [
      'an unknown key',
      withUsers('  - { username: a, role: read-only, api_key: x }'),
      /users\[0\]\.api_key: is not a known key/,
      'Did you mean api_keys?',
    ],
    [
      'an end without a time zone',
      withUsers(
        `  - { username: a, role: read-only, api_keys: [{ hash: "${one.hash}", expires_at: "2027-01-01T00:00:00" }] }`,
      ),
      /is no moment in time/,
      /time zone/,
    ],
    [
      'a wildcard for certificates',
      withUsers('  - { username: a, role: read-only, client_certificates: ["*.example.com"] }'),
      /is no name of a certificate/,
      /matches nothing/,
    ],
    [
      'a certificate of two users',
      withUsers(
        '  - { username: a, role: read-only, client_certificates: ["CN=x"] }\n  - { username: b, role: read-only, client_certificates: ["CN=x"] }',
      ),
      /"CN=x" is a name of the user "a" already/,
      undefined,
    ],
    ['no roles', 'users: []', /roles: expected a list/, undefined],
    ['something else', '- a\n- b', /expected a mapping/, undefined],
    ['nothing', '', /expected a mapping/, undefined],
    ['no YAML', 'roles: [', /no valid YAML/, /may hold a secret/],
  ])('with %s is refused', (_what, text, message, hint) => {
    const [error] = errorsOf(text);
    expect(error?.message).toMatch(message);
    if (hint !== undefined) expect(error?.hint).toMatch(hint);
    expect(error?.location?.line).toBeGreaterThan(0);
  });

  it('names all faults at once', () => {
    expect(errorsOf(roles.replaceAll('test:view', 'x:y'))).toHaveLength(2);
  });

  it.each([
    [
      'in the place of its hash',
      (key: string) => withUsers(`  - { username: a, role: read-only, api_key_hash: "${key}" }`),
    ],
    [
      'in the line after',
      (key: string) => withUsers(`  - username: a\n    role: read-only\n    api_key_hash:\n      "${key}"`),
    ],
    [
      'in a list where a text should be',
      (key: string) => withUsers(`  - { username: a, role: read-only, api_key_hash: ["${key}"] }`),
    ],
    ['in broken YAML', (key: string) => withUsers(`  - { username: a, api_key_hash: "${key}`)],
    [
      'as an end',
      (key: string) =>
        withUsers(
          `  - { username: a, role: read-only, api_keys: [{ hash: "${one.hash}", expires_at: "${key}" }] }`,
        ),
    ],
  ])('never repeats a key that stands %s', (_where, make) => {
    for (const key of [one.key, 'hunter2-hunter2-hunter2']) {
      const errors = errorsOf(make(key));
      expect(errors.length).toBeGreaterThan(0);
      expect(
        JSON.stringify(errors.map((error) => [error.message, error.hint, error.frame, error.details])),
      ).not.toContain(key.slice(0, 16));
    }
  });

  it('says that a key must be taken out of use when it stands where its hash belongs', () => {
    const [error] = errorsOf(withUsers(`  - { username: a, role: read-only, api_key_hash: "${one.key}" }`));
    expect(error?.hint).toContain('take it out of use');
  });

  it('ends in an error of ours, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const error of errorsOf(text)) expect(error.code).toMatch(/^CONFIG_/);
      }),
    );
  });

  it('is refused when its aliases multiply', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
    ];
    expect(errorsOf(bomb.join('\n'))[0]?.message).toContain('repeat too much');
  });
});

describe('what looks like a slip', () => {
  it('is a warning: a user who cannot call, a key that has expired', () => {
    const policy = parsePolicy(
      'rbac.yaml',
      withUsers(`
  - { username: nobody, role: read-only }
  - { username: ci, role: read-only, api_keys: [{ hash: "${one.hash}", expires_at: 2026-05-01 }, { hash: "${other.hash}" }] }`),
      now,
    );
    expect(policy.warnings).toEqual([
      'the user "nobody" has neither a key nor a certificate and cannot call',
      'the user "ci" has 1 expired key',
    ]);
  });
});

describe('the file of the policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-rbac-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'rbac.yaml');
  const write = (text: string | Uint8Array, mode = 0o640): void => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  const asks = (key: string) => ({ headers: { 'x-api-key': key } });

  it.each([0o600, 0o640, 0o644, 0o440])('of mode %o is read', async (mode) => {
    write(guide, mode);
    expect((await loadPolicy(file)).users.size).toBe(2);
  });

  it.skipIf(process.platform === 'win32').each([0o660, 0o606, 0o666, 0o622])(
    'of mode %o is refused: others could give themselves a role',
    async (mode) => {
      write(guide, mode);
      await expect(loadPolicy(file)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('chmod go-w'),
      });
    },
  );

  it('that is missing, too large or no text is told', async () => {
    await expect(loadPolicy(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
    write(Buffer.alloc(2 * 1024 * 1024, 'a'));
    await expect(loadPolicy(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    write(Buffer.from([0xff, 0xfe, 0x00]));
    await expect(loadPolicy(file)).rejects.toMatchObject({ code: 'CONFIG_SYNTAX' });
  });

  it('is in force as soon as it is reloaded: a key that was taken out is refused', async () => {
    write(guide);
    const holder = await openPolicy(file);
    expect(authenticate(holder.current, asks(one.key), now).state).toBe('recognised');
    write(guide.replace(one.hash, createApiKey().hash));
    expect(await holder.reload()).toMatchObject({ state: 'reloaded' });
    expect(authenticate(holder.current, asks(one.key), now)).toMatchObject({
      state: 'refused',
      reason: 'unknown-key',
    });
  });

  it.skipIf(process.platform === 'win32').each([
    ['is broken', () => write('roles: [')],
    ['is open to everybody', () => write(guide.replaceAll('read-only', 'x'), 0o666)],
    ['is gone', () => rmSync(file)],
  ])('leaves the earlier policy in force when it %s', async (_what, harm) => {
    write(guide);
    const holder = await openPolicy(file);
    harm();
    expect(await holder.reload()).toMatchObject({ state: 'kept', error: { message: expect.any(String) } });
    expect(authenticate(holder.current, asks(one.key), now).state).toBe('recognised');
    write(guide);
    expect(await holder.reload()).toMatchObject({ state: 'reloaded' });
  });

  it('of many reloads at once, the last look at the file counts', async () => {
    write(guide);
    const holder = await openPolicy(file);
    const reloads = [];
    for (let round = 0; round < 20; round += 1) {
      write(
        withUsers(
          `  - { username: "user-${round}", role: read-only, api_key_hash: "${createApiKey().hash}" }`,
        ),
      );
      reloads.push(holder.reload());
    }
    await Promise.all(reloads);
    expect([...holder.current.users.keys()]).toEqual(['user-19']);
  });
});

it('keys are compared in one place only, and there in constant time', () => {
  const sources = ['authenticate.ts', 'guard.ts', 'api-key.ts', 'load-policy.ts'].map((name) =>
    readFileSync(join(import.meta.dirname, name), 'utf8'),
  );
  expect(sources.join('\n').match(/timingSafeEqual\(/g)).toHaveLength(1);
  for (const source of sources) expect(source).not.toMatch(/\.(?:equals|compare)\(|(?:digest|hash)\b.*===/);
});
