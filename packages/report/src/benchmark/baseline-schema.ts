/** What a benchmark run says of its baselines, as a part of the schema of its result. */
import type { JsonValue } from '@mcp-test-harness/core';
import { z } from 'zod';
import { mostSeries } from './baseline-words.ts';

/** Lists that a hostile document might fill; no run of ours comes near. */
const most = 20_000;
const count = z.int().nonnegative();
const percent = z.number().describe('Per cent');
const jsonValue = z.unknown() as unknown as z.ZodType<JsonValue>;
const interval = z.tuple([z.number(), z.number()]) as unknown as z.ZodType<
  readonly [low: number, high: number]
>;
/** A member that a running program may hold as undefined, which JSON leaves out. */
const orUndefined = <T extends z.ZodType>(schema: T) => schema.or(z.undefined()).optional();

const verdict = z.enum(['regressed', 'improved', 'unchanged', 'inconclusive']);
const severity = z.enum(['minor', 'warning', 'error', 'critical']);
const metricName = z.enum(['latency', 'latency_mean', 'latency_p95', 'cpu', 'memory', 'start_up']);

const metric = z.object({
  metric: metricName,
  verdict,
  severity: severity.optional(),
  reason: z.string().optional().describe('Why it is inconclusive'),
  scope: z.enum(['same-machine', 'any-machine']).describe('Which runs of the history it was held against'),
  normalised: z.boolean().describe('Divided by the same metric of the computing reference server'),
  runs: count.describe('Comparable runs since the last change of level'),
  changePercent: percent.optional(),
  intervalPercent: interval.optional().describe('95 % interval of the change'),
  smallestDetectablePercent: percent
    .optional()
    .describe('The smallest regression that this history shows nine times in ten'),
  withinPercent: percent.optional(),
  base: z.number().optional().describe('Mean of the history in ms, or bytes for memory'),
  head: z.number().optional(),
  sinceApprovedPercent: percent.optional(),
  sinceAnchorPercent: percent.optional(),
});

const benchmark = z.object({
  id: z.string().describe('Id of the test, or `server:<name>` for what a server process costs'),
  verdict,
  severity: severity.optional(),
  sentence: z.string().describe('The verdict in a sentence'),
  metrics: z.array(metric).max(100),
});

const change = z.object({
  kind: z.enum(['breaking', 'risky', 'compatible']),
  code: z.string(),
  path: z.string(),
  before: orUndefined(jsonValue),
  after: orUndefined(jsonValue),
  reason: z.string(),
});

const contextCost = z.object({
  tokenizer: z.string(),
  before: count,
  after: count,
  growth: z.int(),
  growthPercent: orUndefined(percent),
  tools: z.array(z.object({ name: z.string(), before: count, after: count })).max(most),
});

const finding = z.object({
  rule: z.string(),
  server: z.string().optional(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  count: z.int().positive(),
});

const mark = z.object({ at: z.string(), commit: z.string().optional() });

const changeOfLevel = {
  kind: z.enum(['step', 'drift']),
  direction: z.enum(['up', 'down']),
  from: mark,
  to: mark,
  changePercent: percent,
  perDayPercent: percent.optional(),
  perDayIntervalPercent: interval.optional(),
  runs: count,
};

const trend = z.object({ id: z.string(), metric: metricName, ...changeOfLevel });

const series = z.object({
  id: z.string().describe('Id of the test, or `server:<name>`'),
  metric: metricName,
  unit: z.enum(['ms', 'bytes', 'ratio']).describe('Of the values; a ratio is what is normalised'),
  normalised: z.boolean().describe('Divided by the same metric of the computing reference server'),
  points: z
    .array(mark.extend({ value: z.number().nonnegative() }))
    .max(50)
    .describe('One a comparable run, oldest first'),
  changes: z
    .array(
      z.object({
        ...changeOfLevel,
        step: z
          .object({ index: count, before: z.number(), after: z.number() })
          .optional()
          .describe('Of a step: the place of the first point at the new level, and the medians of both'),
      }),
    )
    .max(50),
});

const texts = z.array(z.string()).max(most);

export const baselineComparisonSchema = z
  .object({
    suite: z.string(),
    baseline: orUndefined(
      z.object({ run: z.string(), at: z.string(), commit: z.string().optional(), runs: count }),
    ),
    verdict: orUndefined(verdict),
    severity: severity.optional(),
    benchmarks: z.array(benchmark).max(most),
    added: texts.describe('Benchmarks that the baseline has not'),
    missing: texts.describe('Benchmarks that only the baseline has'),
    contracts: z
      .array(
        z.object({
          server: z.string(),
          changes: z.array(change).max(most),
          contextCost: contextCost.optional(),
        }),
      )
      .max(most),
    outcomes: z.object({
      newlyFailing: texts,
      fixed: texts,
      flaky: z.array(z.object({ test: z.string(), failures: count, runs: count })).max(most),
    }),
    findings: z.object({ new: z.array(finding).max(most), gone: z.array(finding).max(most) }),
    trend: z.array(trend).max(most).describe('Steps and drifts over the history'),
    series: z.array(series).max(mostSeries).describe('The values behind them, what moved first'),
    failOn: z.object({
      regressions: z.enum(['any', 'warning', 'error', 'critical', 'never']),
      breakingChanges: z.boolean(),
      tests: z.boolean(),
      findings: z.boolean(),
    }),
    failures: texts.describe('What fails the run'),
    notes: texts,
    action: z
      .object({ kind: z.enum(['established', 'recorded', 'approved', 'refused']), reasons: texts })
      .optional()
      .describe('What was written'),
  })
  .describe('The run of one suite against its baseline');
