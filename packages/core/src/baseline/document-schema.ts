/** The document of a baseline as a zod schema: the source of its types and of schema/baseline.schema.json. */
import { z } from 'zod';
import { contractSchema } from '../contract/contract-schema.ts';
import { baselineVersion } from './document-version.ts';

/** More runs than this are no history that we wrote. */
const mostRuns = 1000;
const name = z.string().min(1).max(4000);
const at = z.iso.datetime({ offset: true }).describe('ISO 8601');
const ms = z.number().nonnegative().describe('Milliseconds');
const percent = z.number().nonnegative();

const processSummary = z
  .strictObject({
    n: z.int().positive().describe('Calls'),
    p25Ms: ms,
    p50Ms: ms,
    meanMs: ms,
    p95Ms: ms.optional().describe('From 60 calls on'),
    cpuMsPerCall: ms.optional().describe('Of the process tree'),
  })
  .describe('One benchmark in one fresh server process: the unit of replication');
const processes = z.array(processSummary).min(1).max(1000);

const benchmark = z.strictObject({
  id: name.describe('Id of the test: suite/test'),
  server: name,
  n: z.int().positive().describe('Calls in all processes'),
  minMs: ms,
  p50Ms: ms,
  p95Ms: ms.optional(),
  p99Ms: ms.optional(),
  maxMs: ms,
  meanMs: ms,
  cvPercent: percent.describe(
    'Standard deviation by mean; of more than 400 calls, of the medians of blocks, without the highest twentieth',
  ),
  outlierPercent: percent.describe(
    'Beyond the median ± 3 · 1.4826 · MAD, and more than 25 % from the median',
  ),
  throughputPerSecond: z.number().nonnegative(),
  cpuMsPerCall: ms.optional(),
  processes,
});

const machine = z
  .strictObject({
    platform: name,
    kernel: name,
    node: name,
    cpuModel: name,
    cores: z.int().positive(),
    memoryBytes: z.number().nonnegative(),
    governor: z.string().optional(),
    image: z.string().optional(),
  })
  .describe('Where it was measured');

const load = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sequential') }),
  z.strictObject({ kind: z.literal('closed'), concurrency: z.int().positive() }),
  z.strictObject({ kind: z.literal('open'), ratePerSecond: z.number().positive() }),
]);

const outcome = z
  .strictObject({ test: name, outcome: z.enum(['passed', 'flaky', 'failed', 'errored', 'skipped']) })
  .describe('What came of one test');

const finding = z.strictObject({
  rule: name,
  server: z.string().optional(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  count: z.int().positive(),
});

const responseTimes = z.array(ms).max(10_000);

const run = z
  .strictObject({
    id: name,
    at,
    commit: z.string().optional(),
    branch: z.string().optional(),
    green: z.boolean().describe('Every call was as its test expects, and nothing failed the run'),
    harnessVersion: name,
    machine: machine.optional().describe('Where it was measured; absent when nothing was'),
    load: load.optional().describe('Absent when nothing was measured'),
    benchmarks: z.array(benchmark).max(10_000),
    servers: z.array(
      z.strictObject({
        name,
        startupMs: z.array(ms).max(1000).describe('One a process'),
        peakMemoryBytes: z.array(z.number().nonnegative()).max(1000).describe('One a process'),
      }),
    ),
    references: z
      .array(z.strictObject({ name: z.enum(['echo', 'compute']), processes }))
      .describe('Our own servers, measured in the same run, by which machines are made comparable'),
    responseTimes: responseTimes.describe('See response_times; empty when nothing was measured'),
    outcomes: z.array(outcome).max(100_000),
    findings: z.array(finding).max(10_000),
    contextCost: z
      .array(z.strictObject({ server: name, tokenizer: name, total: z.int().nonnegative() }))
      .describe('What the tools of each server cost a context, in tokens'),
    contracts: z
      .array(z.strictObject({ server: name, contract: contractSchema }))
      .optional()
      .describe(
        'What each server offers its callers; of the approved run, and of the newest of the history that has them',
      ),
  })
  .describe('One run: what it measured and found');

const approval = z
  .strictObject({
    run,
    at,
    by: name.describe('Who approved it'),
    reason: z.string().optional(),
    forced: z.boolean().optional().describe('Against the rules'),
  })
  .describe('A run that somebody, or a rule, let be the measure of others');

export const baselineSchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(baselineVersion).describe('Version of this document'),
    kind: z.literal('baseline'),
    suite: name,
    unit: z.literal('ms').describe('Of response_times'),
    response_times: responseTimes.describe(
      'Of the approved run: what one call took, on average over the benchmarks of one round through the suite',
    ),
    sequence: z.int().nonnegative().describe('Number of the last entry of the journal that is in here'),
    approved: approval,
    anchor: approval.describe('The first approved run: steps that are each allowed may not add up'),
    history: z.array(run).max(mostRuns).describe('The last runs, oldest first'),
  })
  .describe('What runs of a suite are compared with');

export type Baseline = z.infer<typeof baselineSchema>;
export type BaselineRun = z.infer<typeof run>;
export type BaselineBenchmark = z.infer<typeof benchmark>;
export type BaselineProcess = z.infer<typeof processSummary>;
export type Approval = z.infer<typeof approval>;
export type RunOutcome = z.infer<typeof outcome>;
export type RunFinding = z.infer<typeof finding>;

/** What happened to a baseline: one line of its journal. The document is what these come to. */
export const baselineEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('recorded'), sequence: z.int().positive(), at, by: name, run }),
  z.strictObject({
    event: z.enum(['established', 'approved', 'rolled-back']),
    sequence: z.int().positive(),
    at,
    by: name,
    reason: z.string().optional(),
    forced: z.boolean().optional(),
    run,
    anchor: approval.optional().describe('Another anchor than before'),
  }),
]);
export type BaselineEvent = z.infer<typeof baselineEventSchema>;

/** The JSON Schema (2020-12) of the document. */
export function baselineJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(baselineSchema, { io: 'input', unrepresentable: 'any' });
  return { $schema, title: 'Baseline of a suite', ...schema };
}
