import type { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { z } from 'zod';
import { parseYamlSettings, throwAll, type SettingsPath } from '../yaml-settings.ts';
import { hashPrefix } from './api-key.ts';
import { nameKinds } from './certificate-names.ts';
import { expandGrant, grants, type Permission } from './permissions.ts';

/** Who may do what, as rbac.yaml says; nothing of it changes: a reload makes a new one. */
export interface Policy {
  readonly roles: ReadonlyMap<string, ReadonlySet<Permission>>;
  readonly users: ReadonlyMap<string, User>;
  readonly keys: readonly StoredKey[];
  /** Users by the name in their client certificate, e.g. `DNS:ci.example.com`. */
  readonly certificates: ReadonlyMap<string, User>;
  /** What is allowed and yet looks like a slip. */
  readonly warnings: readonly string[];
}

/** One who may call. */
export interface User {
  readonly username: string;
  readonly role: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** A key of a user, known by its hash only. */
export interface StoredKey {
  readonly user: User;
  readonly digest: Buffer;
  /** In ms since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
}

const name = z.string().min(1).max(200);
const hash = z.string().superRefine((text, context) => {
  const problem = hashProblem(text);
  if (problem === undefined) return;
  context.addIssue({ code: 'custom', message: problem.message, params: { hint: problem.hint } });
});
const instant = z.string().transform((text, context) => {
  const time = parseInstant(text);
  if (Number.isNaN(time)) {
    context.addIssue({
      code: 'custom',
      message: 'is no moment in time',
      params: {
        hint: 'Write it with its time zone: 2027-01-31T00:00:00Z. A date alone is its beginning, in UTC.',
      },
    });
  }
  return time;
});
const schema = z.strictObject({
  roles: z
    .array(z.strictObject({ name, permissions: z.array(z.string()).max(200) }))
    .min(1)
    .max(1000),
  users: z
    .array(
      z.strictObject({
        username: name,
        role: name,
        api_key_hash: hash.optional(),
        api_keys: z
          .array(z.strictObject({ hash, expires_at: instant.optional() }))
          .max(100)
          .optional(),
        client_certificates: z.array(z.string()).max(100).optional(),
      }),
    )
    .max(10_000)
    .default([]),
});
type File = z.infer<typeof schema>;
type FileUser = File['users'][number];
type Report = (path: SettingsPath, message: string, hint?: string) => void;

/**
 * Reads rbac.yaml. Nothing that a key could be is ever part of an error.
 * @param now in ms since 1970, to tell of keys that have expired
 * @throws HarnessErrorList with every fault and its place
 */
export function parsePolicy(file: string, text: string, now: number): Policy {
  const { value, problem } = parseYamlSettings(file, text, schema);
  const errors: HarnessError[] = [];
  const warnings: string[] = [];
  const report: Report = (path, message, hint) => void errors.push(problem(path, message, hint));
  const roles = readRoles(value.roles, report);
  const users = new Map<string, User>();
  const keys = new Map<string, StoredKey>();
  const certificates = new Map<string, User>();
  for (const [index, entry] of value.users.entries()) {
    const at: SettingsPath = ['users', index];
    const permissions = roles.get(entry.role);
    if (permissions === undefined) {
      report(
        [...at, 'role'],
        `there is no role ${quote(entry.role)}`,
        suggestName(entry.role, [...roles.keys()], { what: 'roles' }),
      );
      continue;
    }
    if (users.has(entry.username)) {
      report(
        [...at, 'username'],
        `the user ${quote(entry.username)} stands here a second time`,
        'Several keys of one user stand under api_keys.',
      );
      continue;
    }
    const user: User = { username: entry.username, role: entry.role, permissions };
    users.set(user.username, user);
    addKeys(entry, user, at, keys, report);
    addCertificates(entry, user, at, certificates, report);
    warnings.push(...warningsFor(entry, now));
  }
  throwAll(errors);
  return { roles, users, keys: [...keys.values()], certificates, warnings };
}

function readRoles(list: File['roles'], report: Report): ReadonlyMap<string, ReadonlySet<Permission>> {
  const roles = new Map<string, ReadonlySet<Permission>>();
  for (const [index, role] of list.entries()) {
    const at: SettingsPath = ['roles', index];
    if (roles.has(role.name))
      report([...at, 'name'], `the role ${quote(role.name)} stands here a second time`);
    const granted = role.permissions.flatMap((grant, position) => {
      const expanded = expandGrant(grant);
      if (expanded === undefined) {
        report(
          [...at, 'permissions', position],
          `there is no permission ${quote(grant)}`,
          hintForGrant(grant),
        );
      }
      return expanded ?? [];
    });
    roles.set(role.name, new Set(granted));
  }
  return roles;
}

function hintForGrant(grant: string): string {
  return grant.includes('*') && !/^[a-z]+:\*$/.test(grant)
    ? `* stands for every action of one resource, and only at the end: ${grants.filter((one) => one.endsWith('*')).join(', ')}.`
    : suggestName(grant, grants, { what: 'permissions' });
}

function addKeys(
  entry: FileUser,
  user: User,
  at: SettingsPath,
  keys: Map<string, StoredKey>,
  report: Report,
): void {
  const add = (path: SettingsPath, text: string, expiresAt: number | undefined): void => {
    if (keys.has(text)) {
      report(
        path,
        'this key is given a second time',
        'A key belongs to one user, once: make another with `mcp-test-harness rbac create-key`.',
      );
    } else keys.set(text, { user, digest: Buffer.from(text.slice(hashPrefix.length), 'hex'), expiresAt });
  };
  if (entry.api_key_hash !== undefined) add([...at, 'api_key_hash'], entry.api_key_hash, undefined);
  for (const [index, key] of (entry.api_keys ?? []).entries())
    add([...at, 'api_keys', index, 'hash'], key.hash, key.expires_at);
}

const certificateName = new RegExp(`^(?:CN=|(?:${nameKinds.filter((kind) => kind !== 'CN').join('|')}):)\\S`);

function addCertificates(
  entry: FileUser,
  user: User,
  at: SettingsPath,
  certificates: Map<string, User>,
  report: Report,
): void {
  for (const [index, text] of (entry.client_certificates ?? []).entries()) {
    const path = [...at, 'client_certificates', index];
    const other = certificates.get(text);
    if (!certificateName.test(text)) {
      report(
        path,
        'is no name of a certificate',
        'Write CN=…, DNS:…, URI:… or email:…, the name itself in full: * matches nothing.',
      );
    } else if (other !== undefined) {
      report(path, `${quote(text)} is a name of the user ${quote(other.username)} already`);
    } else certificates.set(text, user);
  }
}

function warningsFor(entry: FileUser, now: number): readonly string[] {
  const { username, api_key_hash: hash, api_keys: keys = [], client_certificates: names = [] } = entry;
  const who = `the user ${quote(username)}`;
  const expired = keys.filter(({ expires_at: at }) => at !== undefined && at <= now).length;
  return [
    ...(hash === undefined && keys.length === 0 && names.length === 0
      ? [`${who} has neither a key nor a certificate and cannot call`]
      : []),
    ...(expired === 0 ? [] : [`${who} has ${expired} expired ${expired === 1 ? 'key' : 'keys'}`]),
  ];
}

function hashProblem(text: string): { readonly message: string; readonly hint: string } | undefined {
  const remedy = '`mcp-test-harness rbac create-key` makes a key and its hash.';
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return undefined;
  if (text === 'sha256:...' || text === 'sha256:…')
    return { message: 'is the placeholder of the guide, not a hash', hint: remedy };
  if (text.startsWith('mth_'))
    return {
      message: 'holds a key, and must hold its hash',
      hint: `Whoever has read this file knows the key now: take it out of use. ${remedy}`,
    };
  if (/^(?:argon2|\$argon2|\$2[aby]\$|bcrypt|scrypt)/.test(text))
    return {
      message: 'is the hash of a password; users of the service have keys',
      hint: `A key has 256 random bits, and its SHA-256 is enough. ${remedy}`,
    };
  return { message: 'expected sha256: and 64 hexadecimal digits in lower case', hint: remedy };
}

function parseInstant(text: string): number {
  return /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
