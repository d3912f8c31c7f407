/** The documents of the API: their schemas, which the OpenAPI document is made of, and how they come about. */
import { z } from 'zod';
import type { AuditEntry } from '../../audit/index.ts';
import type { Baseline, BaselineEvent, FoundBaseline } from '@mcp-test-harness/core/baseline';
import type { Run, RunAttempt, RunResult } from '../../store/index.ts';
import { suitesOfRun } from '../operations/runs.ts';
import type { ScheduleStanding } from '../operations/schedules.ts';
import type { ServerStanding } from '../operations/servers.ts';
import type { SuiteRun } from '../operations/suites.ts';
import { readSummary, summarySchema } from '../operations/summary.ts';

/** Schemas that the OpenAPI document names. */
export const documents = z.registry<{ readonly id: string }>();

function named<T extends z.ZodType>(id: string, schema: T): T {
  documents.add(schema, { id });
  return schema;
}

const instant = z.string().meta({ format: 'date-time' });

/** ISO 8601 of ms since 1970. */
function toInstant(ms: number): string;
function toInstant(ms: number | undefined): string | undefined;
function toInstant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

export const runStates = ['queued', 'running', 'finished', 'failed', 'cancelled', 'skipped'] as const;
export const runKinds = ['test', 'benchmark', 'compliance'] as const;

export const problemSchema = named(
  'Problem',
  z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      hint: z.string().optional(),
      code: z.string().optional().describe('As the command line tells it'),
      instance: z.string().describe('Names this occurrence; the log has it too'),
      errors: z
        .array(
          z.object({
            in: z.enum(['path', 'query', 'header', 'body']),
            name: z.string(),
            detail: z.string(),
          }),
        )
        .optional(),
    })
    .describe('RFC 9457'),
);

export const runSchema = named(
  'Run',
  z.object({
    id: z.string(),
    kind: z.string(),
    state: z.enum(runStates),
    verdict: z.string().optional().describe('Of a finished run: passed, failed or errored'),
    suites: z.array(z.string()).describe('Every one when empty'),
    server: z.string().optional(),
    schedule: z.string().optional(),
    requestedBy: z.string().optional(),
    dueAt: instant.optional(),
    createdAt: instant,
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    attempt: z.int(),
    crashes: z.int().describe('Workers that were lost over it'),
    cancelRequested: z.boolean(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  }),
);

export function toRunDocument(run: Run): z.infer<typeof runSchema> {
  const { id, kind, state, verdict, server, requestedBy, attempt, crashes, cancelRequested, error } = run;
  return {
    id,
    kind,
    state,
    verdict,
    suites: [...suitesOfRun(run)],
    server,
    schedule: run.scheduleId,
    requestedBy,
    dueAt: toInstant(run.dueAt),
    createdAt: toInstant(run.createdAt),
    startedAt: toInstant(run.startedAt),
    endedAt: toInstant(run.endedAt),
    attempt,
    crashes,
    cancelRequested,
    error: error === undefined ? undefined : { code: error.code, message: error.message },
  };
}

const runSummarySchema = named('RunSummary', summarySchema);

export const runDetailSchema = named(
  'RunDetail',
  z.object({
    ...runSchema.shape,
    summary: runSummarySchema.optional(),
    reports: z.array(z.object({ name: z.string(), href: z.string() })),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        owner: z.string(),
        startedAt: instant,
        endedAt: instant.optional(),
        endedAs: z.enum(['finished', 'failed', 'cancelled', 'handed-back', 'lease-expired']).optional(),
      }),
    ),
  }),
);

export function toRunDetail(
  run: Run,
  result: RunResult | undefined,
  attempts: readonly RunAttempt[],
): z.infer<typeof runDetailSchema> {
  const summary = readSummary(result?.summary);
  return {
    ...toRunDocument(run),
    summary,
    reports: (summary?.reports ?? []).map((name) => ({
      name,
      href: `/api/v1/runs/${run.id}/reports/${encodeURIComponent(name)}`,
    })),
    attempts: attempts.map(({ attempt, owner, startedAt, endedAt, endedAs }) => ({
      attempt,
      owner,
      startedAt: toInstant(startedAt),
      endedAt: toInstant(endedAt),
      endedAs,
    })),
  };
}

/** A page of a list. */
function pageOf<T extends z.ZodType>(id: string, item: T) {
  return named(
    id,
    z.object({
      items: z.array(item),
      next: z.string().optional().describe('The cursor of the next page; absent on the last'),
    }),
  );
}

/** A whole list. */
function listOf<T extends z.ZodType>(id: string, item: T) {
  return named(id, z.object({ items: z.array(item) }));
}

export const runPageSchema = pageOf('RunPage', runSchema);

export const cancelledSchema = named(
  'Cancelled',
  z.object({
    state: z
      .enum(['cancelled', 'requested'])
      .describe('cancelled: it waited, and is over; requested: its worker is told'),
  }),
);

export const runRequestSchema = named(
  'RunRequest',
  z.strictObject({
    kind: z.enum(runKinds).default('test'),
    suites: z.array(z.string().min(1).max(1000)).max(1000).default([]).describe('Every one when empty'),
  }),
);

export const suiteListSchema = listOf(
  'SuiteList',
  z.object({
    name: z.string(),
    description: z.string().optional(),
    server: z.string(),
    tests: z.int(),
    tags: z.array(z.string()),
    lastRun: z
      .object({
        id: z.string(),
        state: z.enum(runStates),
        verdict: z.string().optional().describe('Of the suite in that run'),
        endedAt: instant.optional(),
      })
      .optional(),
  }),
);

export function toLastRun({ run, verdict }: SuiteRun) {
  return { id: run.id, state: run.state, verdict, endedAt: toInstant(run.endedAt) };
}

export const serverListSchema = listOf(
  'ServerList',
  z.object({
    server: z.string(),
    state: z.enum(['up', 'down', 'unknown', 'unwatched']),
    suites: z.array(z.string()),
    since: instant.optional(),
    consecutiveFailures: z.int().optional(),
    lastProbeAt: instant.optional(),
    nextProbeAt: instant.optional(),
    lastError: z.string().optional(),
  }),
);

export function toServerDocument({ server, state, suites, health }: ServerStanding) {
  return {
    server,
    state,
    suites: [...suites],
    since: toInstant(health?.since),
    consecutiveFailures: health?.consecutiveFailures,
    lastProbeAt: toInstant(health?.lastProbeAt),
    nextProbeAt: toInstant(health?.nextProbeAt),
    lastError: health?.lastError,
  };
}

export const scheduleListSchema = listOf(
  'ScheduleList',
  z.object({
    id: z.string(),
    kind: z.string(),
    suites: z.array(z.string()).describe('Every one when empty'),
    cron: z.string().optional(),
    timezone: z.string().optional(),
    everySeconds: z.number().optional(),
    overlap: z.string().optional(),
    nextDueAt: instant.optional(),
    nextStartAt: instant.optional().describe('Later than due by its jitter'),
    handledUntil: instant.optional(),
  }),
);

export function toScheduleDocument(standing: ScheduleStanding) {
  const { id, kind, suites, cron, timezone, everyMs, overlap } = standing.schedule;
  return {
    id,
    kind,
    suites: [...suites],
    cron,
    timezone,
    everySeconds: everyMs === undefined ? undefined : everyMs / 1000,
    overlap,
    nextDueAt: toInstant(standing.nextDueAt),
    nextStartAt: toInstant(standing.nextStartAt),
    handledUntil: toInstant(standing.handledUntil),
  };
}

const baselineRun = z.object({
  id: z.string(),
  at: instant,
  commit: z.string().optional(),
  green: z.boolean(),
  benchmarks: z.int().describe('How many were measured'),
});

type RunOfBaseline = Baseline['approved']['run'];

function toBaselineRun({ id, at, commit, green, benchmarks }: RunOfBaseline): z.infer<typeof baselineRun> {
  return { id, at, commit, green, benchmarks: benchmarks.length };
}

export const baselineSummarySchema = named(
  'Baseline',
  z.object({
    suite: z.string(),
    approved: baselineRun,
    approvedAt: instant,
    approvedBy: z.string(),
    reason: z.string().optional(),
    forced: z.boolean().describe('Against the rules'),
    anchor: baselineRun,
    responseTimes: z.object({ unit: z.literal('ms'), values: z.array(z.number()) }),
    history: z.array(baselineRun).describe('Oldest first'),
  }),
);

export function toBaselineDocument(baseline: Baseline): z.infer<typeof baselineSummarySchema> {
  const { suite, approved, anchor, response_times: values, history } = baseline;
  return {
    suite,
    approved: toBaselineRun(approved.run),
    approvedAt: approved.at,
    approvedBy: approved.by,
    reason: approved.reason,
    forced: approved.forced === true,
    anchor: toBaselineRun(anchor.run),
    responseTimes: { unit: 'ms', values },
    history: history.map(toBaselineRun),
  };
}

export const baselineListSchema = listOf(
  'BaselineList',
  z.object({
    suite: z.string().optional(),
    readable: z.boolean().describe('false: the document is corrupt'),
    approvedAt: instant.optional(),
    approvedBy: z.string().optional(),
    runs: z.int().optional().describe('In its history'),
  }),
);

export function toBaselineItem({ suite, baseline }: FoundBaseline) {
  return {
    suite,
    readable: baseline !== undefined,
    approvedAt: baseline?.approved.at,
    approvedBy: baseline?.approved.by,
    runs: baseline?.history.length,
  };
}

export const baselineHistorySchema = listOf(
  'BaselineHistory',
  z.object({
    sequence: z.int(),
    event: z.enum(['recorded', 'established', 'approved', 'rolled-back']),
    at: instant,
    by: z.string(),
    reason: z.string().optional(),
    forced: z.boolean().optional(),
    run: baselineRun,
  }),
);

export function toBaselineEvent(entry: BaselineEvent) {
  const { sequence, event, at, by, run } = entry;
  const why = event === 'recorded' ? {} : { reason: entry.reason, forced: entry.forced };
  return { sequence, event, at, by, run: toBaselineRun(run), ...why };
}

const reason = z.string().trim().min(1).max(2000).describe('Kept in the journal of the baseline');

export const approvalSchema = named(
  'Approval',
  z.strictObject({
    run: z.string().min(1).max(4000).optional().describe('Of the history; the newest when absent'),
    reason,
    force: z.boolean().default(false).describe('Against the rules'),
  }),
);

export const rollbackSchema = named(
  'Rollback',
  z.strictObject({ version: z.int().positive().describe('Number of an earlier version'), reason }),
);

export const reportListSchema = listOf('ReportList', z.object({ name: z.string(), href: z.string() }));

export const reloadSchema = named('Reload', z.object({ ok: z.literal(true) }));

export const auditPageSchema = pageOf(
  'AuditPage',
  z.object({
    seq: z.int(),
    time: instant,
    action: z.string(),
    outcome: z.enum(['attempted', 'succeeded', 'failed', 'denied']),
    actor: z.object({
      username: z.string().optional(),
      role: z.string().optional(),
      via: z.string(),
      keyId: z.string().optional(),
      certificate: z.string().optional(),
      address: z.string().optional(),
    }),
    target: z.string().optional(),
    of: z.int().optional().describe('The entry that this one completes'),
    detail: z.unknown().optional(),
  }),
);

export function toAuditPage(entries: readonly AuditEntry[], limit: number) {
  const last = entries.at(-1)?.seq;
  return {
    items: entries,
    next: entries.length === limit && last !== undefined && last > 1 ? String(last) : undefined,
  };
}

export const auditVerdictSchema = named(
  'AuditVerdict',
  z.object({
    state: z.enum(['intact', 'broken']),
    first: z.int().optional().describe('Number of the first entry that there is'),
    last: z.int().optional(),
    notes: z.array(z.string()).optional(),
    line: z.int().optional().describe('Where it is broken'),
    reason: z.string().optional(),
  }),
);

export const statsSchema = named(
  'Stats',
  z.object({
    version: z.string(),
    phase: z.enum(['starting', 'ready', 'draining']),
    uptimeSeconds: z.number(),
    store: z.string(),
    memory: z.object({
      rssBytes: z.number(),
      heapUsedBytes: z.number(),
      servers: z.array(
        z.object({ server: z.string(), runId: z.string(), pid: z.int(), rssBytes: z.number() }),
      ),
    }),
    queue: z.object({ queued: z.int(), running: z.int() }),
    notifications: z.object({ pending: z.int(), sent: z.int(), dead: z.int() }),
  }),
);
