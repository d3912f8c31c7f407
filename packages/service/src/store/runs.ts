import type {
  Claim,
  DueBatch,
  EnqueuedDue,
  LeaseState,
  NewRun,
  Page,
  PageRequest,
  RecoveredRuns,
  Run,
  RunAttempt,
  RunError,
  RunFilter,
  RunResult,
  JsonValue,
} from './define.ts';
import { readPageRequest, toPage } from './cursor.ts';
import { HarnessError } from '@mcp-test-harness/core/errors';
import {
  execute,
  numberOf,
  placeholders,
  query,
  queryFirst,
  textOf,
  type Operation,
  type SqlValue,
} from './operation.ts';
import { boundedJson, boundedText, insertRun, toRun } from './run-rows.ts';

/** See `RunStore.enqueue`. */
export function* enqueueRun(now: number, run: NewRun): Operation<{ run: Run; created: boolean }> {
  const created = yield* insertRun(now, run);
  if (created !== undefined) return { run: created, created: true };
  const row = yield* queryFirst('SELECT * FROM runs WHERE run_key = ?', run.key);
  if (row === undefined)
    throw new HarnessError({
      code: 'IO_READ',
      message: `the run with the key ${run.key} was removed while it was asked for`,
      hint: 'Ask again.',
    });
  return { run: toRun(row), created: false };
}

/** See `ScheduleStore.enqueueDue`. */
export function* enqueueDue(now: number, batch: DueBatch): Operation<EnqueuedDue | undefined> {
  const advanced = yield* execute(
    'UPDATE schedules SET handled_until = ? WHERE id = ? AND handled_until = ?',
    batch.handledUntil,
    batch.scheduleId,
    batch.handledFrom,
  );
  if (advanced === 0) return undefined;
  const pending = yield* queryFirst(
    `SELECT count(*) AS count FROM runs WHERE schedule_id = ? AND state IN ('queued', 'running')`,
    batch.scheduleId,
  );
  let free = batch.pendingLimit - Number(pending?.['count']);
  const enqueued: Run[] = [];
  const skipped: Run[] = [];
  for (const run of batch.runs) {
    const created = yield* insertRun(now, run, free > 0 ? undefined : overlapping);
    if (created === undefined) continue;
    if (created.state === 'queued') {
      enqueued.push(created);
      free -= 1;
    } else skipped.push(created);
  }
  return { enqueued, skipped };
}

const overlapping: RunError = {
  code: 'overlap',
  message: 'was due while an earlier run of its schedule was not over',
};

export function* getRun(id: string): Operation<Run | undefined> {
  const row = yield* queryFirst('SELECT * FROM runs WHERE id = ?', id);
  return row === undefined ? undefined : toRun(row);
}

export function* getResult(id: string): Operation<RunResult | undefined> {
  const row = yield* queryFirst(
    `SELECT runs.verdict, runs.report_path, run_results.summary FROM runs
     JOIN run_results ON run_results.run_id = runs.id WHERE runs.id = ?`,
    id,
  );
  if (row === undefined) return undefined;
  return {
    verdict: String(row['verdict']),
    summary: JSON.parse(String(row['summary'])) as JsonValue,
    reportPath: textOf(row['report_path']),
  };
}

export function* getAttempts(id: string): Operation<readonly RunAttempt[]> {
  const rows = yield* query('SELECT * FROM run_attempts WHERE run_id = ? ORDER BY attempt', id);
  return rows.map((row) => ({
    attempt: Number(row['attempt']),
    owner: String(row['owner']),
    startedAt: Number(row['started_at']),
    endedAt: numberOf(row['ended_at']),
    endedAs: textOf(row['ended_as']) as RunAttempt['endedAs'],
  }));
}

export function* listRuns(filter: RunFilter, page: PageRequest): Operation<Page<Run>> {
  const { limit, after } = readPageRequest(page);
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (condition: string, ...given: readonly SqlValue[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  if (filter.states !== undefined) {
    if (filter.states.length === 0) return { items: [], next: undefined };
    where(`state IN (${placeholders(filter.states.length)})`, ...filter.states);
  }
  if (filter.kind !== undefined) where('kind = ?', filter.kind);
  if (filter.scheduleId !== undefined) where('schedule_id = ?', filter.scheduleId);
  if (filter.suite !== undefined) where('suite = ?', filter.suite);
  if (filter.server !== undefined) where('server = ?', filter.server);
  if (filter.verdict !== undefined) where('verdict = ?', filter.verdict);
  if (filter.since !== undefined) where('created_at >= ?', filter.since);
  if (filter.until !== undefined) where('created_at < ?', filter.until);
  if (after !== undefined) where('(created_at, id) < (?, ?)', after.at, after.id);
  const rows = yield* query(
    `SELECT * FROM runs ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY created_at DESC, id DESC LIMIT ?`,
    ...values,
    limit + 1,
  );
  return toPage(rows.map(toRun), limit, (run) => ({ at: run.createdAt, id: run.id }));
}

/**
 * See `RunStore.claim`. Claims take turns: whoever holds the row of `turns` sees all that earlier ones did, so neither
 * two owners of one run nor two runs of one overlap key can come about. Whoever cancels takes no turn: that is why the
 * state is asked for twice.
 */
export function* claimRun(
  now: number,
  by: { readonly owner: string; readonly leaseMs: number; readonly runId?: string | undefined },
): Operation<Claim | undefined> {
  yield* execute(`UPDATE turns SET taken = taken + 1 WHERE name = 'claim'`);
  const named = by.runId === undefined ? [] : [by.runId];
  const row = yield* queryFirst(
    `UPDATE runs SET state = 'running', owner = ?, lease_until = ?, attempt = attempt + 1, started_at = ?
     WHERE id = (
       SELECT waiting.id FROM runs AS waiting
       WHERE waiting.state = 'queued' AND waiting.available_at <= ?
         ${by.runId === undefined ? '' : 'AND waiting.id = ?'}
         AND NOT EXISTS (
           SELECT 1 FROM runs AS other WHERE other.state = 'running' AND other.overlap_key = waiting.overlap_key
         )
       ORDER BY waiting.priority DESC, waiting.available_at, waiting.created_at, waiting.id LIMIT 1
     ) AND state = 'queued' RETURNING *`,
    by.owner,
    now + by.leaseMs,
    now,
    now,
    ...named,
  );
  if (row === undefined) return undefined;
  const run = toRun(row);
  yield* execute(
    'INSERT INTO run_attempts (run_id, attempt, owner, started_at) VALUES (?, ?, ?, ?)',
    run.id,
    run.attempt,
    by.owner,
    now,
  );
  return { run, owner: by.owner, attempt: run.attempt };
}

/** A lease that has run out is lost when the run is taken back, not before. */
export function* renewLease(now: number, claim: Claim, leaseMs: number): Operation<LeaseState> {
  const row = yield* queryFirst(
    `UPDATE runs SET lease_until = ? WHERE ${held} RETURNING cancel_requested`,
    now + leaseMs,
    ...holder(claim),
  );
  return { held: row !== undefined, cancelRequested: row?.['cancel_requested'] === 1 };
}

export function* finishRun(now: number, claim: Claim, result: RunResult): Operation<boolean> {
  const summary = boundedJson(result.summary, 'result');
  const ended = yield* execute(
    `UPDATE runs SET state = 'finished', owner = NULL, lease_until = NULL, ended_at = ?, verdict = ?, report_path = ?
     WHERE ${held}`,
    now,
    result.verdict,
    result.reportPath ?? null,
    ...holder(claim),
  );
  if (ended === 0) return yield* endedBefore(claim, 'finished');
  yield* execute('INSERT INTO run_results (run_id, summary) VALUES (?, ?)', claim.run.id, summary);
  yield* endAttempt(now, claim.run.id, claim.attempt, 'finished');
  return true;
}

export function* failRun(now: number, claim: Claim, error: RunError): Operation<boolean> {
  const row = yield* queryFirst(
    `UPDATE runs SET state = CASE WHEN cancel_requested = 1 THEN 'cancelled' ELSE 'failed' END,
       owner = NULL, lease_until = NULL, ended_at = ?, error_code = ?, error_message = ?
     WHERE ${held} RETURNING state`,
    now,
    error.code,
    boundedText(error.message),
    ...holder(claim),
  );
  if (row === undefined) return yield* endedBefore(claim, 'failed', 'cancelled');
  yield* endAttempt(now, claim.run.id, claim.attempt, row['state'] === 'cancelled' ? 'cancelled' : 'failed');
  return true;
}

/** See `RunStore.handBack`. A run whose end was asked for is over instead. */
export function* handBackRun(
  now: number,
  claim: Claim,
): Operation<'queued' | 'cancelled' | 'before' | 'lost'> {
  const row = yield* queryFirst(
    `UPDATE runs SET state = CASE WHEN cancel_requested = 1 THEN 'cancelled' ELSE 'queued' END,
       ended_at = CASE WHEN cancel_requested = 1 THEN CAST(? AS BIGINT) ELSE NULL END,
       error_code = CASE WHEN cancel_requested = 1 THEN 'cancelled' ELSE NULL END,
       error_message = CASE WHEN cancel_requested = 1 THEN 'cancelled while it ran' ELSE NULL END,
       owner = NULL, lease_until = NULL
     WHERE ${held} RETURNING state`,
    now,
    ...holder(claim),
  );
  if (row === undefined) return (yield* endedBefore(claim, 'handed-back')) ? 'before' : 'lost';
  yield* endAttempt(now, claim.run.id, claim.attempt, 'handed-back');
  return row['state'] === 'cancelled' ? 'cancelled' : 'queued';
}

export function* cancelRun(
  now: number,
  id: string,
): Operation<'cancelled' | 'requested' | 'over' | 'unknown'> {
  const row = yield* queryFirst(
    `UPDATE runs SET cancel_requested = 1,
       ended_at = CASE WHEN state = 'queued' THEN CAST(? AS BIGINT) ELSE NULL END,
       error_code = CASE WHEN state = 'queued' THEN 'cancelled' ELSE NULL END,
       error_message = CASE WHEN state = 'queued' THEN 'cancelled before it began' ELSE NULL END,
       state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
     WHERE id = ? AND state IN ('queued', 'running') RETURNING state`,
    now,
    id,
  );
  if (row !== undefined) return row['state'] === 'cancelled' ? 'cancelled' : 'requested';
  const known = yield* queryFirst('SELECT id FROM runs WHERE id = ?', id);
  return known === undefined ? 'unknown' : 'over';
}

/** See `RunStore.recover`. */
export function* recoverRuns(now: number): Operation<RecoveredRuns> {
  yield* execute(`UPDATE turns SET taken = taken + 1 WHERE name = 'claim'`);
  const expired = yield* query(
    `SELECT id, attempt FROM runs WHERE state = 'running' AND lease_until < ? ORDER BY lease_until, id LIMIT 1000`,
    now,
  );
  const requeued: Run[] = [];
  const failed: Run[] = [];
  for (const row of expired) {
    const [id, attempt] = [String(row['id']), Number(row['attempt'])];
    // The lease may have been renewed, or the run ended, since it was selected.
    const taken = yield* queryFirst(
      `UPDATE runs SET owner = NULL, lease_until = NULL, crashes = crashes + 1,
         state = ${endOfCrashed(`'cancelled'`, `'failed'`, `'queued'`)},
         ended_at = ${endOfCrashed('CAST(? AS BIGINT)', 'CAST(? AS BIGINT)', 'NULL')},
         error_code = ${endOfCrashed(`'cancelled'`, `'crashed'`, 'NULL')},
         error_message = ${endOfCrashed(`'its worker was lost after its end was asked for'`, `'its worker was lost too often'`, 'NULL')}
       WHERE id = ? AND attempt = ? AND state = 'running' AND lease_until < ? RETURNING *`,
      now,
      now,
      id,
      attempt,
      now,
    );
    if (taken === undefined) continue;
    yield* endAttempt(now, id, attempt, 'lease-expired');
    const run = toRun(taken);
    (run.state === 'queued' ? requeued : failed).push(run);
  }
  return { requeued, failed };
}

function endOfCrashed(cancelled: string, failed: string, queued: string): string {
  return `CASE WHEN cancel_requested = 1 THEN ${cancelled} WHEN crashes + 1 >= crash_limit THEN ${failed} ELSE ${queued} END`;
}

export function* countRuns(now: number): Operation<{ queued: number; running: number }> {
  const row = yield* queryFirst(
    `SELECT (SELECT count(*) FROM runs WHERE state = 'queued' AND available_at <= ?) AS queued,
       (SELECT count(*) FROM runs WHERE state = 'running') AS running`,
    now,
  );
  return { queued: Number(row?.['queued']), running: Number(row?.['running']) };
}

/** Whether this very attempt ended so already: then the answer to it was lost on its way, and it is asked again. */
function* endedBefore(
  claim: Claim,
  ...endings: readonly NonNullable<RunAttempt['endedAs']>[]
): Operation<boolean> {
  const row = yield* queryFirst(
    `SELECT ended_as FROM run_attempts WHERE run_id = ? AND owner = ? AND attempt = ?
       AND ended_as IN (${placeholders(endings.length)})`,
    ...holder(claim),
    ...endings,
  );
  return row !== undefined;
}

/** Whether a claim still holds: the number of its attempt is its fencing token. */
const held = `id = ? AND state = 'running' AND owner = ? AND attempt = ?`;

function holder(claim: Claim): readonly SqlValue[] {
  return [claim.run.id, claim.owner, claim.attempt];
}

function endAttempt(
  now: number,
  id: string,
  attempt: number,
  as: NonNullable<RunAttempt['endedAs']>,
): Operation<number> {
  return execute(
    'UPDATE run_attempts SET ended_at = ?, ended_as = ? WHERE run_id = ? AND attempt = ?',
    now,
    as,
    id,
    attempt,
  );
}
