import type { Finding, RunResult, SuiteResult, TestResult } from '@mcp-test-harness/core';
import { mergeCoverage } from '@mcp-test-harness/core/coverage';
import { HarnessError } from '@mcp-test-harness/core/errors';
import {
  concludeRun,
  successRateOf,
  suiteOutcome,
  testsWithBaselines,
  totalsOf,
} from '@mcp-test-harness/core/verdict';

/**
 * Joins the results of several runs into one, the shards of one run above all: suites by name, findings by rule and
 * server, coverage by what any of them used, the verdict decided anew by the runner's own rule. A shard that is missing makes the result incomplete.
 * Times are those of the longest part, since shards run side by side.
 * @throws HarnessError USAGE when there is nothing to merge, a test is in two inputs, or the shard counts differ
 */
export function mergeRunResults(results: readonly RunResult[]): RunResult {
  const [first] = results;
  if (first === undefined) throw new HarnessError({ code: 'USAGE', message: 'there is no result to merge' });
  refuseDuplicates(results);
  const missing = missingShards(results);
  const suites = mergeSuites(results);
  const incomplete = [
    ...missing.map(({ index, count }) => `shard ${index} of ${count} is missing`),
    ...results.filter(({ complete }) => !complete).map(describeIncomplete),
  ];
  const complete = incomplete.length === 0;
  const facts = {
    suites,
    servers: results.flatMap(({ servers }) => servers),
    revisions: mergeRevisions(results),
    coverage: mergeCoverage(results),
    findings: mergeFindings(results.flatMap(({ findings }) => findings)),
    protocolChecks: strictest(results),
    plannedTests: results.reduce((sum, { plannedTests }) => sum + plannedTests, 0),
  };
  const merged: RunResult = {
    schemaVersion: 1,
    harness: first.harness,
    config: first.config,
    startedAt: earliest(results),
    durationMs: longest(results),
    complete,
    incompleteReason: complete ? undefined : incomplete.join('; '),
    ...facts,
    ...concludeRun({
      ...facts,
      complete,
      interrupted: results.some(({ verdict }) => verdict === 'interrupted'),
    }),
    warnings: [
      ...new Set([
        ...missing.map(({ index, count }) => `shard ${index} of ${count} is missing: give its result too`),
        ...differingVersions(results),
        ...results.flatMap(({ warnings }) => warnings),
      ]),
    ],
  };
  const baselines = results.flatMap((result) => result.baselines ?? []);
  return baselines.length === 0 ? merged : testsWithBaselines(merged, baselines);
}

function refuseDuplicates(results: readonly RunResult[]): void {
  const seen = new Map<string, number>();
  for (const [index, result] of results.entries()) {
    for (const suite of result.suites) {
      for (const { id } of suite.tests) {
        const before = seen.get(id);
        if (before !== undefined) {
          throw new HarnessError({
            code: 'USAGE',
            message: `test "${id}" is in result ${before + 1} and in result ${index + 1}`,
            hint: 'Merge the results of different shards or suites of one run, each once.',
          });
        }
        seen.set(id, index);
      }
    }
  }
}

function missingShards(
  results: readonly RunResult[],
): readonly { readonly index: number; readonly count: number }[] {
  const shards = results.flatMap(({ shard }) => (shard === undefined ? [] : [shard]));
  const [first] = shards;
  if (first === undefined) return [];
  const other = shards.find(({ count }) => count !== first.count);
  if (other !== undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `the results are shards of different runs: one of ${first.count}, one of ${other.count}`,
      hint: 'Merge the shards of one run.',
    });
  }
  const present = new Set(shards.map(({ index }) => index));
  return Array.from({ length: first.count }, (_, index) => ({ index: index + 1, count: first.count })).filter(
    ({ index }) => !present.has(index),
  );
}

function describeIncomplete({ shard, incompleteReason = 'a part is incomplete' }: RunResult): string {
  return shard === undefined
    ? incompleteReason
    : `shard ${shard.index} of ${shard.count}: ${incompleteReason}`;
}

function mergeSuites(results: readonly RunResult[]): readonly SuiteResult[] {
  const parts = Map.groupBy(
    results.flatMap(({ suites }) => suites),
    ({ name }) => name,
  );
  return [...parts.values()].map(mergeSuite);
}

function mergeSuite(parts: readonly SuiteResult[]): SuiteResult {
  const [first] = parts as readonly [SuiteResult, ...SuiteResult[]];
  if (parts.length === 1) return first;
  const tests: readonly TestResult[] = parts.flatMap((part) => part.tests);
  const totals = totalsOf(tests);
  const { requiredSuccessRate } = first;
  const broken = parts.some(({ outcome }) => outcome === 'errored');
  return {
    ...first,
    outcome: broken ? 'errored' : suiteOutcome({ tests, requiredSuccessRate }),
    successRate: successRateOf(totals),
    startedAt: earliest(parts),
    durationMs: longest(parts),
    totals,
    tests,
  };
}

/** One entry per rule and server, counts added, the gravest severity and the first sample kept. */
function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.server]);
    const before = merged.get(key);
    if (before === undefined) {
      merged.set(key, finding);
      continue;
    }
    const severity = before.severity === 'error' ? 'error' : finding.severity;
    merged.set(key, { ...before, severity, count: before.count + finding.count });
  }
  return [...merged.values()];
}

/** Every part has asked the same servers. */
function mergeRevisions(results: readonly RunResult[]): RunResult['revisions'] {
  const servers = new Map(
    results.flatMap(({ revisions = [] }) => revisions).map((entry) => [entry.server, entry]),
  );
  return servers.size === 0 ? undefined : [...servers.values()];
}

function strictest(results: readonly RunResult[]): RunResult['protocolChecks'] {
  const levels = new Set(results.map(({ protocolChecks }) => protocolChecks));
  return levels.has('error') ? 'error' : levels.has('warn') ? 'warn' : 'off';
}

function differingVersions(results: readonly RunResult[]): readonly string[] {
  const versions = [...new Set(results.map(({ harness }) => harness.version))];
  return versions.length < 2 ? [] : [`the results come from different versions: ${versions.join(', ')}`];
}

function earliest(timed: readonly { readonly startedAt: string }[]): string {
  return timed.reduce(
    (first, { startedAt }) => (Date.parse(startedAt) < Date.parse(first) ? startedAt : first),
    timed[0]?.startedAt ?? '',
  );
}

function longest(timed: readonly { readonly durationMs: number }[]): number {
  return timed.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
}
