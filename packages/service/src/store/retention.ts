import type { Pruned, RetentionPolicy } from './define.ts';
import { execute, type Operation } from './operation.ts';

/** Rows removed in one transaction: others wait for it only shortly. */
const batchSize = 500;

/** Removes one batch of what is too old; call it again until nothing is removed. Waiting and running things stay. */
export function* pruneBatch(now: number, policy: RetentionPolicy): Operation<Pruned> {
  const runs = yield* execute(
    'DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE ended_at < ? ORDER BY ended_at LIMIT ?)',
    now - policy.runsOlderThanMs,
    batchSize,
  );
  const notifications = yield* execute(
    'DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ended_at < ? ORDER BY ended_at LIMIT ?)',
    now - policy.notificationsOlderThanMs,
    batchSize,
  );
  yield* execute('DELETE FROM sessions WHERE expires_at <= ?', now);
  const locks = yield* execute('DELETE FROM locks WHERE expires_at <= ?', now);
  return { runs, notifications, locks };
}
