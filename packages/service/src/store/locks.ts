import { randomUUID } from 'node:crypto';
import { execute, type Operation } from './operation.ts';

/** See `LockStore.acquire`. */
export function* acquireLock(now: number, name: string, holder: string, leaseMs: number): Operation<boolean> {
  const taken = yield* execute(
    `INSERT INTO locks (name, holder, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
     WHERE locks.holder = excluded.holder OR locks.expires_at <= ?`,
    name,
    holder,
    now + leaseMs,
    now,
  );
  return taken === 1;
}

/** See `LockStore.takeOnce`: nobody, not even the one who took it, is the same holder again. */
export function takeOnce(now: number, name: string, keepMs: number): Operation<boolean> {
  return acquireLock(now, name, randomUUID(), keepMs);
}

export function* releaseLock(name: string, holder: string): Operation<void> {
  yield* execute('DELETE FROM locks WHERE name = ? AND holder = ?', name, holder);
}
