import type { Plan, RunResult as TestRun, TestResult } from '@mcp-test-harness/core';
import type { Baseline } from '@mcp-test-harness/core/baseline';
import type { ExecutedRun, FailureSummary, RunSummary, RunVerdict, SuiteSummary } from '../define.ts';
import { boundNotes, notesOf, regressionsOf } from './comparisons.ts';
import { configuredNames } from './configured-names.ts';
import { baselineP95, drawEvenly, summariseLatency } from './latency.ts';
import { mostEntries, shortLine } from './limits.ts';

export interface SummaryContext {
  readonly plan: Plan;
  /** By suite, as they were before the run. */
  readonly baselineOf: (suite: string) => Baseline | undefined;
  /** What happened besides, for the reader. */
  readonly notes: readonly string[];
  readonly withholdsBodies: boolean;
}

/** A summary, and the samples that metrics take besides. */
export interface Summarised {
  readonly summary: Omit<RunSummary, 'reports'>;
  readonly samples: ExecutedRun['samples'];
}

const mostSamples = 5000;

export function summariseTests(result: TestRun, context: SummaryContext): Summarised {
  const { plan, baselineOf, notes, withholdsBodies } = context;
  const names = configuredNames(plan);
  const groups = groupTests(result, names.suite);
  const comparisons = result.baselines ?? [];
  const isComparable = singleCalls(plan);
  const suites: SuiteSummary[] = [];
  const samples: ExecutedRun['samples'][number][] = [];
  for (const [suite, { server: serverName, tests }] of groups) {
    const server = names.server(serverName);
    const timesMs = tests.flatMap(({ requestDurationsMs }) => requestDurationsMs);
    const calls = callsOf(tests);
    suites.push({
      suite,
      server,
      ...countsOf(tests),
      latency: summariseLatency(timesMs),
      baselineP95Ms: [...calls.keys()].every(isComparable)
        ? baselineP95(baselineOf(suite), calls)
        : undefined,
    });
    if (timesMs.length > 0) samples.push({ suite, server, timesMs: drawEvenly(timesMs, mostSamples) });
  }
  return {
    summary: {
      version: 1,
      kind: 'test',
      verdict: verdictOf(result),
      startedAt: Date.parse(result.startedAt),
      durationMs: Math.round(result.durationMs),
      suites,
      failures: failuresOf(result, withholdsBodies),
      regressions: regressionsOf(comparisons),
      notes: boundNotes([...notes, ...ownNotes(result), ...notesOf(comparisons)]),
    },
    samples,
  };
}

export function verdictOf({ verdict }: Pick<TestRun, 'verdict'>): RunVerdict {
  return verdict === 'interrupted' ? 'errored' : verdict;
}

interface SuiteTests {
  readonly server: string;
  readonly tests: TestResult[];
}

/** A suite that ran under several revisions is one. */
function groupTests({ suites }: TestRun, nameOf: (suite: string) => string): ReadonlyMap<string, SuiteTests> {
  const groups = new Map<string, SuiteTests>();
  for (const { name, server, tests } of suites) {
    const group = groups.get(nameOf(name));
    if (group === undefined) groups.set(nameOf(name), { server, tests: [...tests] });
    else group.tests.push(...tests);
  }
  return groups;
}

/** Tests whose one call is what a benchmark of them measures; of others a benchmark knows the sum of all steps. */
function singleCalls({ suites }: Plan): (id: string) => boolean {
  const single = new Set(
    suites.flatMap(({ tests }) =>
      tests
        .filter(
          ({ steps }) =>
            steps.filter(({ action: { kind } }) => kind === 'tool' || kind === 'request').length === 1,
        )
        .map(({ id }) => id),
    ),
  );
  return (id) => single.has(id);
}

function callsOf(tests: readonly TestResult[]): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const { id, requestDurationsMs } of tests)
    if (requestDurationsMs.length > 0) calls.set(id, (calls.get(id) ?? 0) + requestDurationsMs.length);
  return calls;
}

type Counts = Pick<
  SuiteSummary,
  'passed' | 'failed' | 'errored' | 'skipped' | 'flaky' | 'retries' | 'violations'
>;

export function countsOf(tests: readonly TestResult[]): Counts {
  const counts = { passed: 0, failed: 0, errored: 0, skipped: 0, flaky: 0, retries: 0 };
  const violations: Record<string, number> = {};
  for (const { outcome, flaky, attempts, error } of tests) {
    counts[outcome] += 1;
    if (flaky) counts.flaky += 1;
    if (outcome !== 'skipped') counts.retries += Math.max(0, attempts - 1);
    if (error?.code !== 'TARGET_LIMIT_EXCEEDED') continue;
    const limit = limitOf(error.details);
    violations[limit] = (violations[limit] ?? 0) + 1;
  }
  return { ...counts, violations };
}

/** `memory` of `max_memory_mb`: the key without its unit. */
function limitOf(details: Readonly<Record<string, unknown>> | undefined): string {
  const violation = details?.['violation'] as { readonly limit?: unknown } | undefined;
  const key = typeof violation?.limit === 'string' ? violation.limit : 'unknown';
  return key.replace(/^max_/, '').replace(/_(?:mb|seconds)$/, '');
}

export function failuresOf(result: TestRun, withholdsBodies: boolean): readonly FailureSummary[] {
  const failing = result.suites
    .flatMap(({ tests }) => tests)
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'errored');
  return failing.slice(0, mostEntries).map((test) => ({
    test: shortLine(test.id),
    outcome: test.outcome === 'failed' ? 'failed' : 'errored',
    message: shortLine(withholdsBodies ? messageWithoutBodies(test) : messageOf(test)),
    location: locationOf(test),
  }));
}

function messageOf({ failures: [first], error }: TestResult): string {
  return first?.message ?? error?.message ?? 'no reason was told';
}

/** What was looked at, in the words of the configuration; what came is in the report. */
function messageWithoutBodies({ failures: [first], error }: TestResult): string {
  if (first !== undefined) return `${first.key}: ${first.type} does not hold; the report tells what came`;
  return error === undefined ? 'no reason was told' : `${error.kind} (${error.code})`;
}

function locationOf({ failures: [first], location }: TestResult): string | undefined {
  const place = first?.location ?? location;
  return place === undefined ? undefined : shortLine(`${place.file}:${place.line}:${place.column}`);
}

/** What decides over the verdict and is no failing test. */
function ownNotes(result: TestRun): readonly string[] {
  const broken = result.findings.filter(({ severity }) => severity === 'error');
  return [
    ...(result.incompleteReason === undefined ? [] : [`incomplete: ${result.incompleteReason}`]),
    ...(result.protocolChecks === 'error'
      ? broken.map(({ rule, count, server = 'a server' }) => `${server} breaks ${rule} (${count} times)`)
      : []),
  ];
}
