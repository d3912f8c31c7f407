import type { StoredSession } from './define.ts';
import { execute, queryFirst, textOf, type Operation } from './operation.ts';

const mostSessions = 1000;

/** See `SessionStore`. */
export function* openSession({ name, keyDigest, keyId, expiresAt }: StoredSession): Operation<void> {
  yield* execute(
    'INSERT INTO sessions (name, key_digest, key_id, expires_at) VALUES (?, ?, ?, ?)',
    name,
    keyDigest,
    keyId ?? null,
    expiresAt,
  );
  yield* execute(
    'DELETE FROM sessions WHERE name NOT IN (SELECT name FROM sessions ORDER BY expires_at DESC, name LIMIT ?)',
    mostSessions,
  );
}

export function* findSession(now: number, name: string): Operation<StoredSession | undefined> {
  const row = yield* queryFirst(
    'SELECT key_digest, key_id, expires_at FROM sessions WHERE name = ? AND expires_at > ?',
    name,
    now,
  );
  if (row === undefined) return undefined;
  return {
    name,
    keyDigest: String(row['key_digest']),
    keyId: textOf(row['key_id']),
    expiresAt: Number(row['expires_at']),
  };
}

export function* closeSession(name: string): Operation<void> {
  yield* execute('DELETE FROM sessions WHERE name = ?', name);
}
