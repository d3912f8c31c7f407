import { randomUUID } from 'node:crypto';
import { HarnessError } from '@mcp-test-harness/core/errors';
import {
  resultLimitBytes,
  type JsonValue,
  type NewRun,
  type Run,
  type RunError,
  type RunState,
} from './define.ts';
import { execute, numberOf, textOf, type Operation, type Row } from './operation.ts';

/** The columns of a run, in the order of {@link insertRun}. */
const columns = [
  'id',
  'run_key',
  'kind',
  'suite',
  'server',
  'request',
  'schedule_id',
  'due_at',
  'overlap_key',
  'available_at',
  'priority',
  'crash_limit',
  'requested_by',
  'state',
  'attempt',
  'crashes',
  'cancel_requested',
  'created_at',
  'ended_at',
  'error_code',
  'error_message',
] as const;

const insertText = `INSERT INTO runs (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
  ON CONFLICT (run_key) DO NOTHING`;

/** Inserts a run that waits, or one that is skipped for a reason. Undefined when its key is known. */
export function* insertRun(now: number, run: NewRun, skipped?: RunError): Operation<Run | undefined> {
  const created: Run = {
    id: randomUUID(),
    key: run.key,
    kind: run.kind,
    suite: run.suite,
    server: run.server,
    request: run.request,
    scheduleId: run.scheduleId,
    dueAt: run.dueAt,
    overlapKey: run.overlapKey,
    availableAt: run.availableAt ?? now,
    priority: run.priority ?? 0,
    crashLimit: run.crashLimit ?? 3,
    requestedBy: run.requestedBy,
    state: skipped === undefined ? 'queued' : 'skipped',
    attempt: 0,
    crashes: 0,
    owner: undefined,
    leaseUntil: undefined,
    cancelRequested: false,
    createdAt: now,
    startedAt: undefined,
    endedAt: skipped === undefined ? undefined : now,
    verdict: undefined,
    reportPath: undefined,
    error: skipped,
  };
  for (const text of [
    run.key,
    run.kind,
    run.suite,
    run.server,
    run.scheduleId,
    run.overlapKey,
    run.requestedBy,
  ])
    refuseNul(text);
  const inserted = yield* execute(
    insertText,
    created.id,
    created.key,
    created.kind,
    created.suite ?? null,
    created.server ?? null,
    boundedJson(created.request, 'request'),
    created.scheduleId ?? null,
    created.dueAt ?? null,
    created.overlapKey ?? null,
    created.availableAt,
    created.priority,
    created.crashLimit,
    created.requestedBy ?? null,
    created.state,
    created.attempt,
    created.crashes,
    0,
    created.createdAt,
    created.endedAt ?? null,
    skipped?.code ?? null,
    skipped === undefined ? null : boundedText(skipped.message),
  );
  return inserted === 1 ? created : undefined;
}

/** Reads a row of `runs`. */
export function toRun(row: Row): Run {
  const errorCode = textOf(row['error_code']);
  return {
    id: String(row['id']),
    key: String(row['run_key']),
    kind: String(row['kind']),
    suite: textOf(row['suite']),
    server: textOf(row['server']),
    request: JSON.parse(String(row['request'])) as JsonValue,
    scheduleId: textOf(row['schedule_id']),
    dueAt: numberOf(row['due_at']),
    overlapKey: textOf(row['overlap_key']),
    availableAt: Number(row['available_at']),
    priority: Number(row['priority']),
    crashLimit: Number(row['crash_limit']),
    requestedBy: textOf(row['requested_by']),
    state: String(row['state']) as RunState,
    attempt: Number(row['attempt']),
    crashes: Number(row['crashes']),
    owner: textOf(row['owner']),
    leaseUntil: numberOf(row['lease_until']),
    cancelRequested: row['cancel_requested'] === 1,
    createdAt: Number(row['created_at']),
    startedAt: numberOf(row['started_at']),
    endedAt: numberOf(row['ended_at']),
    verdict: textOf(row['verdict']),
    reportPath: textOf(row['report_path']),
    error: errorCode === undefined ? undefined : { code: errorCode, message: String(row['error_message']) },
  };
}

/** A document as it is stored. Its size is its maker's business: nothing is cut off in silence here. */
export function boundedJson(document: JsonValue, what: string): string {
  const text = JSON.stringify(document);
  const bytes = Buffer.byteLength(text);
  if (bytes > resultLimitBytes)
    throw new HarnessError({
      code: 'USAGE',
      message: `the ${what} of a run has ${bytes} bytes, the store takes ${resultLimitBytes}`,
      hint: 'Keep the document short and write the rest to the report file.',
    });
  return text;
}

/** PostgreSQL's text cannot hold U+0000 (documents can: JSON writes it as an escape). */
function refuseNul(text: string | undefined): void {
  if (text?.includes('\0') === true)
    throw new HarnessError({
      code: 'USAGE',
      message: `${JSON.stringify(text.slice(0, 80))} holds the character U+0000`,
      hint: 'Names and keys are plain text.',
    });
}

const errorLimitCharacters = 2000;

/** A message of foreign origin as it is stored: bounded, and without the one character that PostgreSQL refuses. */
export function boundedText(message: string): string {
  const clean = message.replaceAll('\0', '\uFFFD').toWellFormed();
  return clean.length <= errorLimitCharacters
    ? clean
    : `${clean.slice(0, errorLimitCharacters).toWellFormed()}… (${clean.length} characters)`;
}
