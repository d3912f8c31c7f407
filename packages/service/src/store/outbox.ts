import { randomUUID } from 'node:crypto';
import type { JsonValue, NewNotification, Notification, NotificationState } from './define.ts';
import { execute, numberOf, query, textOf, type Operation, type Row } from './operation.ts';
import { boundedJson, boundedText } from './run-rows.ts';

/** See `OutboxStore.add`. */
export function* addNotification(now: number, notification: NewNotification): Operation<boolean> {
  const added = yield* execute(
    `INSERT INTO outbox (id, dedup_key, channel, payload, state, attempts, not_before, created_at)
     VALUES (?, ?, ?, ?, 'pending', 0, ?, ?) ON CONFLICT (dedup_key) DO NOTHING`,
    randomUUID(),
    notification.dedupKey,
    notification.channel,
    boundedJson(notification.payload, 'notification'),
    notification.notBefore ?? now,
    now,
  );
  return added === 1;
}

/** Adds the notifications of something that came to pass, in its transaction. */
export function* notifyIf(
  now: number,
  event: Operation<boolean>,
  notifications: readonly NewNotification[],
): Operation<boolean> {
  const happened = yield* event;
  if (happened) for (const notification of notifications) yield* addNotification(now, notification);
  return happened;
}

/**
 * See `OutboxStore.take`. What is taken is put off by the lease: a sender that is lost needs no clearing up, its
 * notifications come up again by themselves. The number of attempts tells two takers apart.
 */
export function* takeNotifications(
  now: number,
  by: { readonly leaseMs: number; readonly limit: number },
): Operation<readonly Notification[]> {
  yield* execute(`UPDATE turns SET taken = taken + 1 WHERE name = 'outbox'`);
  const rows = yield* query(
    `UPDATE outbox SET attempts = attempts + 1, not_before = ?
     WHERE id IN (SELECT id FROM outbox WHERE state = 'pending' AND not_before <= ? ORDER BY not_before, id LIMIT ?)
     RETURNING *`,
    now + by.leaseMs,
    now,
    by.limit,
  );
  return rows.map(toNotification).sort((one, other) => one.createdAt - other.createdAt);
}

export function* endNotification(
  now: number,
  notification: Notification,
  as: 'sent' | 'dead',
  error?: string,
): Operation<boolean> {
  const ended = yield* execute(
    `UPDATE outbox SET state = ?, ended_at = ?, last_error = ? WHERE id = ? AND state = 'pending' AND attempts = ?`,
    as,
    now,
    error === undefined ? null : boundedText(error),
    notification.id,
    notification.attempts,
  );
  return ended === 1;
}

export function* putOffNotification(
  notification: Notification,
  why: { readonly error: string; readonly notBefore: number },
): Operation<boolean> {
  const changed = yield* execute(
    `UPDATE outbox SET not_before = ?, last_error = ? WHERE id = ? AND state = 'pending' AND attempts = ?`,
    why.notBefore,
    boundedText(why.error),
    notification.id,
    notification.attempts,
  );
  return changed === 1;
}

export function* countNotifications(): Operation<Readonly<Record<NotificationState, number>>> {
  const rows = yield* query('SELECT state, count(*) AS count FROM outbox GROUP BY state');
  const counts: Record<NotificationState, number> = { pending: 0, sent: 0, dead: 0 };
  for (const row of rows) counts[String(row['state']) as NotificationState] = Number(row['count']);
  return counts;
}

function toNotification(row: Row): Notification {
  return {
    id: String(row['id']),
    dedupKey: String(row['dedup_key']),
    channel: String(row['channel']),
    payload: JSON.parse(String(row['payload'])) as JsonValue,
    state: String(row['state']) as NotificationState,
    attempts: Number(row['attempts']),
    notBefore: Number(row['not_before']),
    createdAt: Number(row['created_at']),
    endedAt: numberOf(row['ended_at']),
    lastError: textOf(row['last_error']),
  };
}
