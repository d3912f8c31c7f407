import { timingSafeEqual } from 'node:crypto';
import { digestApiKey, readApiKey } from './api-key.ts';
import { certificateNames, type CertificateSubject } from './certificate-names.ts';
import type { Permission } from './permissions.ts';
import type { Policy, StoredKey, User } from './policy.ts';

/** What is read of a request. */
export interface Credentials {
  /** Names in lower case, as Node has them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The client's certificate, only when the TLS handshake has found it to be of the authority for clients. */
  readonly certificate?: CertificateSubject | undefined;
}

/** One who was recognised. */
export interface Principal {
  readonly username: string;
  readonly role: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly via: 'api-key' | 'certificate';
  /** Of a key of ours; no secret. */
  readonly keyId?: string;
  /** The name in the certificate that came with the request, whether or not it decided. */
  readonly certificate?: string;
}

/** Why somebody was not recognised: for the audit log. The caller is told the same of all but the first. */
export type RefusalReason =
  | 'no-credentials'
  | 'malformed-credentials'
  | 'unknown-key'
  | 'expired-key'
  | 'unknown-certificate'
  | 'contradictory-credentials';

export type Authentication =
  | { readonly state: 'recognised'; readonly principal: Principal }
  | {
      readonly state: 'refused';
      readonly reason: RefusalReason;
      readonly keyId?: string;
      readonly certificate?: string;
    };

/**
 * Who sends this: by `Authorization: Bearer KEY`, `X-API-Key: KEY`, or the client certificate. A key and a certificate of
 * two different users recognise nobody.
 * @param now in ms since 1970
 */
export function authenticate(policy: Policy, credentials: Credentials, now: number): Authentication {
  const names = credentials.certificate === undefined ? [] : certificateNames(credentials.certificate);
  const owned = names.find((name) => policy.certificates.has(name));
  const certificate = owned ?? names[0];
  const shown = certificate === undefined ? {} : { certificate };
  const owner = owned === undefined ? undefined : policy.certificates.get(owned);
  if (names.some((name) => (policy.certificates.get(name) ?? owner) !== owner))
    return { state: 'refused', reason: 'contradictory-credentials', ...shown };

  const given = givenKey(credentials.headers);
  if (given.state === 'none') {
    if (owner !== undefined) return recognise(owner, 'certificate', shown);
    return {
      state: 'refused',
      reason: certificate === undefined ? 'no-credentials' : 'unknown-certificate',
      ...shown,
    };
  }
  const reading = given.state === 'key' ? readApiKey(given.key) : undefined;
  if (given.state !== 'key' || reading === undefined || reading.state === 'malformed')
    return { state: 'refused', reason: 'malformed-credentials', ...shown };
  const seen = { ...shown, ...(reading.state === 'ours' ? { keyId: reading.id } : {}) };
  const stored = findKey(policy.keys, given.key);
  if (stored === undefined) return { state: 'refused', reason: 'unknown-key', ...seen };
  if (stored.expiresAt !== undefined && stored.expiresAt <= now)
    return { state: 'refused', reason: 'expired-key', ...seen };
  if (owner !== undefined && owner !== stored.user)
    return { state: 'refused', reason: 'contradictory-credentials', ...seen };
  return recognise(stored.user, 'api-key', seen);
}

/** Whether one who was recognised may do this. What no role says is denied. */
export function authorise(principal: Principal, permission: Permission): boolean {
  return principal.permissions.has(permission);
}

/**
 * The one comparison of keys: digests of equal length, each in constant time, and all of them whichever fits, so that the
 * time says neither how much of a key was right nor whose it is.
 */
function findKey(keys: readonly StoredKey[], given: string): StoredKey | undefined {
  const digest = digestApiKey(given);
  let found: StoredKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.digest, digest)) found = key;
  return found;
}

function recognise(
  { username, role, permissions }: User,
  via: Principal['via'],
  seen: { readonly keyId?: string; readonly certificate?: string },
): Authentication {
  return { state: 'recognised', principal: { username, role, permissions, via, ...seen } };
}

type GivenKey = { readonly state: 'none' | 'malformed' } | { readonly state: 'key'; readonly key: string };

function givenKey(headers: Credentials['headers']): GivenKey {
  const { authorization, 'x-api-key': apiKey } = headers;
  const keys = new Set<string>();
  if (authorization !== undefined) {
    const key = typeof authorization === 'string' ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined;
    if (key === undefined) return { state: 'malformed' };
    keys.add(key);
  }
  if (apiKey !== undefined) {
    if (typeof apiKey !== 'string' || apiKey.trim() === '') return { state: 'malformed' };
    keys.add(apiKey.trim());
  }
  const [key, another] = keys;
  if (another !== undefined) return { state: 'malformed' };
  return key === undefined ? { state: 'none' } : { state: 'key', key };
}
