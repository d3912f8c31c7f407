import type { ScheduleRecord } from './define.ts';
import { execute, query, queryFirst, type Operation, type Row } from './operation.ts';

/** See `ScheduleStore.register`. */
export function* registerSchedule(schedule: {
  readonly id: string;
  readonly definition: string;
  readonly from: number;
}): Operation<ScheduleRecord> {
  yield* execute(
    'INSERT INTO schedules (id, definition, handled_until) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
    schedule.id,
    schedule.definition,
    schedule.from,
  );
  yield* execute(
    `UPDATE schedules SET definition = ?,
       handled_until = CASE WHEN handled_until < ? THEN CAST(? AS BIGINT) ELSE handled_until END
     WHERE id = ? AND definition <> ?`,
    schedule.definition,
    schedule.from,
    schedule.from,
    schedule.id,
    schedule.definition,
  );
  const record = yield* getSchedule(schedule.id);
  return record ?? { id: schedule.id, definition: schedule.definition, handledUntil: schedule.from };
}

export function* getSchedule(id: string): Operation<ScheduleRecord | undefined> {
  const row = yield* queryFirst('SELECT * FROM schedules WHERE id = ?', id);
  return row === undefined ? undefined : toSchedule(row);
}

export function* listSchedules(): Operation<readonly ScheduleRecord[]> {
  const rows = yield* query('SELECT * FROM schedules ORDER BY id');
  return rows.map(toSchedule);
}

function toSchedule(row: Row): ScheduleRecord {
  return {
    id: String(row['id']),
    definition: String(row['definition']),
    handledUntil: Number(row['handled_until']),
  };
}
