import fc from 'fast-check';
import type * as Crypto from 'node:crypto';
import { timingSafeEqual } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createApiKey, digestApiKey, hashApiKey, readApiKey } from './api-key.ts';
import { authenticate, type Credentials } from './authenticate.ts';
import { certificateNames } from './certificate-names.ts';
import { guard } from './guard.ts';
import { parsePolicy } from './policy.ts';

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

const now = Date.parse('2026-06-01T00:00:00Z');
const keys = { ci: createApiKey(), next: createApiKey(), old: createApiKey(), admin: createApiKey() };
const foreign = 'f'.repeat(64);
const policy = parsePolicy(
  'rbac.yaml',
  `
roles:
  - { name: operator, permissions: ["test:run", "test:view"] }
  - { name: admin, permissions: ["test:*", "config:*"] }
users:
  - username: ci
    role: operator
    api_keys:
      - { hash: "${keys.ci.hash}", expires_at: "2026-06-01T00:00:01Z" }
      - { hash: "${keys.next.hash}" }
      - { hash: "${keys.old.hash}", expires_at: "2026-06-01T00:00:00Z" }
      - { hash: "${hashApiKey(foreign)}" }
    client_certificates: ["CN=ci", "URI:spiffe://example.com/ci"]
  - username: admin
    role: admin
    api_key_hash: "${keys.admin.hash}"
    client_certificates: ["DNS:admin.example.com"]
`,
  now,
);
const bearer = (key: string): Credentials => ({ headers: { authorization: `Bearer ${key}` } });
const ask = (credentials: Credentials) => authenticate(policy, credentials, now);

describe('a key', () => {
  it('is made of a name, 256 random bits and a checksum', () => {
    const { id, key, hash } = createApiKey();
    expect(key).toMatch(/^mth_[0-9a-z]{8}_[0-9a-z]{50}_[0-9a-f]{8}$/);
    expect(readApiKey(key)).toEqual({ state: 'ours', id });
    expect(hash).toBe(`sha256:${digestApiKey(key).toString('hex')}`);
  });

  it('keeps its form for every number that chance can give', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const { key, id } = createApiKey((count) => Buffer.from(bytes.subarray(0, count)));
        expect(readApiKey(key)).toEqual({ state: 'ours', id });
      }),
      { examples: [[new Uint8Array(32)], [new Uint8Array(32).fill(255)]] },
    );
  });

  it('with any one character changed is known to be mistyped before anything is compared', () => {
    const { key } = createApiKey();
    fc.assert(
      fc.property(
        fc.nat(key.length - 1),
        fc.constantFrom('0', '7', 'a', 'f', 'z', 'A', '_'),
        (at, letter) => {
          fc.pre(key[at] !== letter && at > 3);
          expect(readApiKey(`${key.slice(0, at)}${letter}${key.slice(at + 1)}`).state).toBe('malformed');
        },
      ),
    );
  });

  it.each([
    '',
    'hunter2',
    'a'.repeat(42),
    'mth_',
    `${keys.ci.key}x`,
    keys.ci.key.slice(0, -1),
    'a'.repeat(513),
  ])('that could be guessed, or was cut, is not hashed: %s', (key) => {
    let message = '';
    try {
      hashApiKey(key);
    } catch (error) {
      message = `${(error as Error).message} ${(error as { hint?: string }).hint}`;
    }
    expect(message).toMatch(/not hashed/);
    if (key.length > 4) expect(message).not.toContain(key);
  });
});

describe('who sends a request', () => {
  it.each([
    ['a key as bearer', bearer(keys.ci.key), { username: 'ci', via: 'api-key', keyId: keys.ci.id }],
    ['bearer in any case', { headers: { authorization: `bearer   ${keys.ci.key}` } }, { username: 'ci' }],
    ['X-API-Key', { headers: { 'x-api-key': keys.admin.key } }, { username: 'admin', role: 'admin' }],
    [
      'both, the same',
      { headers: { 'x-api-key': keys.ci.key, authorization: `Bearer ${keys.ci.key}` } },
      { username: 'ci' },
    ],
    ['a second key of the user', bearer(keys.next.key), { username: 'ci', keyId: keys.next.id }],
    ['a key made elsewhere', bearer(foreign), { username: 'ci' }],
    [
      'a certificate by its common name',
      { headers: {}, certificate: { subject: { CN: 'ci' } } },
      { username: 'ci', via: 'certificate', certificate: 'CN=ci' },
    ],
    [
      'a certificate by a URI',
      { headers: {}, certificate: { subject: {}, subjectaltname: 'DNS:x, URI:spiffe://example.com/ci' } },
      { username: 'ci', certificate: 'URI:spiffe://example.com/ci' },
    ],
    [
      'a key, beside a certificate of the same user',
      { ...bearer(keys.ci.key), certificate: { subject: { CN: 'ci' } } },
      { username: 'ci', via: 'api-key', certificate: 'CN=ci' },
    ],
    [
      'a key, beside a certificate of nobody',
      { ...bearer(keys.ci.key), certificate: { subject: { CN: 'host-7' } } },
      { username: 'ci', certificate: 'CN=host-7' },
    ],
  ] as [string, Credentials, object][])('is known by %s', (_how, credentials, principal) => {
    expect(ask(credentials)).toMatchObject({ state: 'recognised', principal });
  });

  it.each([
    ['nothing', { headers: {} }, 'no-credentials'],
    ['another valid key', bearer(createApiKey().key), 'unknown-key'],
    ['a key that has just expired', bearer(keys.old.key), 'expired-key'],
    ['a key with a slip', bearer(`${keys.ci.key.slice(0, -1)}g`), 'malformed-credentials'],
    ['the hash in place of the key', bearer(keys.ci.hash), 'unknown-key'],
    ['a password', { headers: { authorization: 'Basic Y2k6Y2k=' } }, 'malformed-credentials'],
    ['an empty key', { headers: { 'x-api-key': ' ' } }, 'malformed-credentials'],
    [
      'two different keys',
      { headers: { 'x-api-key': keys.admin.key, authorization: `Bearer ${keys.ci.key}` } },
      'malformed-credentials',
    ],
    [
      'the header twice',
      { headers: { 'x-api-key': `${keys.ci.key}, ${keys.admin.key}` } },
      'malformed-credentials',
    ],
    [
      'a certificate of nobody',
      { headers: {}, certificate: { subject: { CN: 'CI' } } },
      'unknown-certificate',
    ],
    [
      'a certificate with two common names',
      { headers: {}, certificate: { subject: { CN: ['ci', 'x'] } } },
      'no-credentials',
    ],
    [
      'a certificate of two users',
      { headers: {}, certificate: { subject: { CN: 'ci' }, subjectaltname: 'DNS:admin.example.com' } },
      'contradictory-credentials',
    ],
    [
      'a key of one and a certificate of another',
      { ...bearer(keys.admin.key), certificate: { subject: { CN: 'ci' } } },
      'contradictory-credentials',
    ],
    [
      'a name that hides another',
      { headers: {}, certificate: { subject: {}, subjectaltname: 'DNS:"x, DNS:admin.example.com"' } },
      'unknown-certificate',
    ],
  ] as [string, Credentials, string][])('is not known by %s', (_how, credentials, reason) => {
    expect(ask(credentials)).toMatchObject({ state: 'refused', reason });
  });
});

describe('the comparison of keys', () => {
  const compared = vi.mocked(timingSafeEqual);

  it.each([
    ['the first key', keys.ci.key],
    ['the last key', keys.admin.key],
    ['an expired key', keys.old.key],
    ['a key of nobody', createApiKey().key],
  ])('looks at every digest in constant time, also for %s', (_which, key) => {
    compared.mockClear();
    ask(bearer(key));
    expect(compared).toHaveBeenCalledTimes(policy.keys.length);
    for (const [a, b] of compared.mock.calls) expect([a.byteLength, b.byteLength]).toEqual([32, 32]);
  });

  it('takes as long for a key that is right but for its end as for one that is wrong from its beginning', () => {
    // Foreign keys, since those of ours carry a checksum that anybody can compute.
    const nearly = `${foreign.slice(0, -1)}e`;
    const wrong = `e${foreign.slice(1)}`;
    const time = (key: string): number => {
      const from = performance.now();
      for (let count = 0; count < 50; count += 1) ask(bearer(key));
      return performance.now() - from;
    };
    for (let round = 0; round < 50; round += 1) [nearly, wrong].forEach(time);
    const ratios = Array.from({ length: 101 }, (_, round) =>
      round % 2 === 0 ? time(nearly) / time(wrong) : 1 / (time(wrong) / time(nearly)),
    ).toSorted((a, b) => a - b);
    // A comparison that stops at the first difference of the text would not show in digests at all; this one is a guard
    // against anything coarse, such as a look-up before the comparison.
    expect(ratios[50]).toBeGreaterThan(0.7);
    expect(ratios[50]).toBeLessThan(1.4);
  });
});

describe('a request that wants to do something', () => {
  it.each([
    ['goes on when the role has the permission', bearer(keys.ci.key), 'test:run', 200],
    ['is 403 when it has not', bearer(keys.ci.key), 'config:reload', 403],
    ['is 401 without a key', { headers: {} }, 'test:view', 401],
    ['is 401 with a wrong key', bearer(createApiKey().key), 'test:view', 401],
  ] as const)('%s', (_what, credentials, permission, status) => {
    expect(guard(policy, credentials, permission, now).status).toBe(status);
  });

  it('is told nothing by which a wrong key could be told from an expired or a mistyped one', () => {
    const answers = [createApiKey().key, keys.old.key, `${keys.ci.key}x`, 'short'].map((key) => {
      const {
        reason: _reason,
        keyId: _keyId,
        ...answer
      } = guard(policy, bearer(key), 'test:view', now) as never as Record<string, unknown>;
      return JSON.stringify(answer);
    });
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain(String.raw`error=\"invalid_token\"`);
  });

  it('leaves no key in what is logged of it', () => {
    for (const key of [keys.ci.key, keys.old.key, foreign, createApiKey().key, `${keys.ci.key}x`]) {
      const logged = JSON.stringify(guard(policy, bearer(key), 'config:reload', now));
      expect(logged).not.toContain(key.slice(13, 40));
    }
  });
});

describe('the names of a certificate', () => {
  it('cannot be made up within one of them, however it is written', () => {
    // As Node writes them: in quotes what has a comma, a quote, or is no plain ASCII.
    const write = (value: string): string => (/^[ !#-+\--~]*$/.test(value) ? value : JSON.stringify(value));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constant('x, DNS:admin'), fc.constant('"x", DNS:admin')), {
          maxLength: 4,
        }),
        (values) => {
          const subjectaltname = values.map((value) => `DNS:${write(value)}`).join(', ');
          expect(certificateNames({ subjectaltname })).toEqual(values.map((value) => `DNS:${value}`));
        },
      ),
    );
  });

  it('are none when the line cannot be read to its end', () => {
    for (const subjectaltname of ['DNS:a, DNS:"b', 'DNS:a,DNS:b"', ', ', 'DNS'])
      expect(certificateNames({ subjectaltname })).toEqual([]);
  });

  it('leave out addresses and other kinds', () => {
    expect(
      certificateNames({ subjectaltname: 'IP Address:127.0.0.1, Registered ID:1.2.3, email:a@b.c' }),
    ).toEqual(['email:a@b.c']);
  });
});
