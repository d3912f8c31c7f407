/**
 * The JobReport as a zod schema: the source of schema/job-report.schema.json and of the check in `parseJobReport`. Every
 * text, list and number has a limit, since it comes from an artifact that anybody's workflow may have written. A type-level
 * test holds it equal to the types. Members that it does not know are dropped.
 */
import { z } from 'zod';
import { isInside } from './build/texts.ts';
import { jobReportLimits as limits } from './limits.ts';
import { jobReportPatterns as patterns } from './patterns.ts';

const count = z.int().min(0).max(1e9);
const ms = z.number().min(0).max(1e12).describe('Milliseconds');
/** Any finite number that a measurement can come to. */
const value = z.number().min(-1e15).max(1e15);
const line = z.string().max(limits.text);
const iso8601 = z.string().regex(patterns.iso8601).describe('ISO 8601, UTC');
const sha = z.string().regex(patterns.sha).describe('Of a commit');
const url = z.string().regex(patterns.url);
const few = <T extends z.ZodType>(item: T) => z.array(item).max(limits.few);
const capped = <T extends z.ZodType>(item: T) =>
  z
    .object({ total: count, shown: z.array(item).max(limits.entries) })
    .refine(({ total, shown }) => total >= shown.length, 'total is smaller than what is shown')
    .describe('A list that is cut: total says how many there were');

const location = z
  .object({
    file: line.refine(isInside, 'not a path inside of the repository').describe('Relative to the repository'),
    line: count.min(1).describe('Counts from 1'),
    column: count.min(1).describe('Counts from 1'),
  })
  .describe('A place in the repository');

const test = z.object({
  id: line.describe('`suite/test [key=value]`'),
  outcome: z.enum(['failed', 'errored']),
  message: line,
  location: location.optional(),
  isNew: z.boolean().optional().describe('Passed when the baseline last saw it; absent without a baseline'),
});

const tests = z
  .object({
    kind: z.enum(['test', 'compliance']),
    total: count,
    passed: count,
    failed: count,
    errored: count,
    skipped: count,
    flaky: count,
    durationMs: ms,
    complete: z.boolean().describe('false: not all tests that were planned ran'),
    planned: count,
    coveragePercent: z.number().min(0).max(100).optional(),
    sentence: line.describe('The verdict of the run'),
    failing: capped(test),
  })
  .describe('What a run of suites, or of the requirements of the specification, found');

const finding = z.object({
  source: z.enum(['test', 'compliance', 'audit', 'benchmark']),
  rule: line,
  severity: z.enum(['error', 'warning', 'info']),
  server: line.optional(),
  message: line,
  count,
  isNew: z.boolean().optional().describe('Not in the baseline; absent without one'),
});

const verdict = z.enum(['regressed', 'improved', 'unchanged', 'inconclusive']);

const change = z
  .object({
    id: line,
    verdict,
    severity: z.enum(['minor', 'warning', 'error', 'critical']).optional(),
    fails: z.boolean().describe('Such a regression fails the job'),
    sentence: line,
    metric: z.enum(['latency', 'latency_mean', 'latency_p95', 'cpu', 'memory', 'start_up']).optional(),
    base: value.optional().describe('Milliseconds, or bytes of memory'),
    head: value.optional(),
    changePercent: value.optional(),
    intervalPercent: (z.tuple([value, value]) as unknown as z.ZodType<readonly [low: number, high: number]>)
      .optional()
      .describe('95 % interval of the change'),
    samples: count.optional().describe('Pairs of processes, or runs of the history'),
    location: location.optional(),
  })
  .describe('One benchmark that was compared');

const comparison = z.object({
  against: z.enum(['base', 'history']),
  method: line,
  verdicts: z.object({ regressed: count, improved: count, unchanged: count, inconclusive: count }),
  changes: capped(change),
});

const contract = z.object({
  server: line,
  breaking: count,
  risky: count,
  compatible: count,
  changes: capped(
    z.object({
      kind: z.enum(['breaking', 'risky', 'compatible']),
      code: line,
      path: line,
      reason: line,
    }),
  ),
});

const error = z.object({
  code: z.string().regex(/^[A-Z_]{1,40}$/),
  message: z.string().max(limits.error),
  hint: z.string().max(limits.error).optional(),
  location: location.optional(),
});

export const jobReportSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('job'),
    harness: z.object({ version: line }),
    job: z.object({
      key: line.describe('`baseline-key`: tells the jobs of a matrix apart'),
      title: line,
      os: line,
      arch: line,
      runId: z.string().regex(patterns.runId),
      attempt: count.min(1),
      runUrl: url.optional(),
      headSha: sha,
    }),
    outcome: z.enum(['passed', 'failed', 'errored', 'cancelled']),
    failures: few(line).describe('Why it is not passed'),
    errors: capped(error).describe('Why there is no verdict'),
    failOn: z.object({
      regressions: z.enum(['any', 'warning', 'error', 'critical', 'never']),
      breakingChanges: z.boolean(),
      tests: z.boolean(),
      findings: z.boolean(),
    }),
    finishedAt: iso8601,
    durationMs: ms,
    tests: z.array(tests).max(2),
    newlyFailing: capped(line),
    fixed: capped(line),
    flaky: capped(z.object({ test: line, failures: count, runs: count })),
    findings: capped(finding),
    goneFindings: count,
    benchmarks: z
      .object({
        measured: count,
        durationMs: ms,
        failing: capped(test),
        comparisons: z.array(comparison).max(2),
      })
      .optional(),
    breakingChanges: count,
    contracts: few(contract),
    contextCost: few(
      z.object({
        server: line,
        tokenizer: line,
        before: count.optional(),
        after: count,
      }),
    ).describe('Tokens'),
    baseline: z.object({
      source: z.enum(['cache', 'artifact', 'file', 'merge-base', 'none']),
      sha: sha.optional(),
      at: iso8601.optional(),
      runs: count.optional(),
      wanted: z.boolean(),
      saved: z.boolean(),
      notes: few(line),
    }),
    notes: few(line),
    links: few(z.object({ name: line, url })),
  })
  .describe('What one job of a workflow has to say');

/** The JSON Schema (2020-12) of the report of a job. Members may be added without a new schemaVersion. */
export function jobReportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(jobReportSchema, { io: 'input', unrepresentable: 'any' });
  return { $schema, title: 'Report of a job of mcp-test-harness', ...schema };
}
