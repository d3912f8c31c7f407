import type { BenchmarkResult, BenchmarkVerdict, Measurement } from '@mcp-test-harness/core/benchmark';
import type { ExecutedRun, FailureSummary, RunVerdict, SuiteSummary } from '../define.ts';
import { boundNotes, notesOf, regressionsOf } from './comparisons.ts';
import { configuredNames } from './configured-names.ts';
import { baselineP95, drawEvenly, summariseLatency } from './latency.ts';
import { mostEntries, shortLine } from './limits.ts';
import type { Summarised, SummaryContext } from './summarise-tests.ts';

const mostSamples = 5000;

const verdicts: Readonly<Record<BenchmarkVerdict, RunVerdict>> = {
  passed: 'passed',
  regressed: 'failed',
  failed: 'failed',
  // The generator was late, or nothing could be measured: it is not known how fast the server is.
  invalid: 'errored',
  errored: 'errored',
  interrupted: 'errored',
};

export function summariseBenchmarks(result: BenchmarkResult, context: SummaryContext): Summarised {
  const { plan, baselineOf, notes, withholdsBodies } = context;
  const names = configuredNames(plan);
  const comparisons = result.baselines ?? [];
  const suites: SuiteSummary[] = [];
  const samples: ExecutedRun['samples'][number][] = [];
  for (const [suite, benchmarks] of Map.groupBy(result.benchmarks, (one) => names.suite(one.suite))) {
    const server = names.server(benchmarks[0]?.server ?? '');
    const timesMs = benchmarks.flatMap(samplesOf);
    const calls = new Map(
      benchmarks.map((one) => [one.id, samplesOf(one).length] as const).filter(([, count]) => count > 0),
    );
    suites.push({
      suite,
      server,
      ...countsOf(benchmarks),
      latency: summariseLatency(timesMs),
      baselineP95Ms: baselineP95(baselineOf(suite), calls),
    });
    if (timesMs.length > 0) samples.push({ suite, server, timesMs: drawEvenly(timesMs, mostSamples) });
  }
  return {
    summary: {
      version: 1,
      kind: 'benchmark',
      verdict: verdicts[result.verdict],
      startedAt: Date.parse(result.startedAt),
      durationMs: Math.round(result.durationMs),
      suites,
      failures: failuresOf(result, withholdsBodies),
      regressions: regressionsOf(comparisons),
      notes: boundNotes([
        ...notes,
        ...(result.incompleteReason === undefined ? [] : [`incomplete: ${result.incompleteReason}`]),
        ...notesOf(comparisons),
      ]),
    },
    samples,
  };
}

function samplesOf(one: Measurement): readonly number[] {
  return one.state === 'measured' || one.state === 'short' ? (one.samplesMs?.flat() ?? []) : [];
}

/** A benchmark is a test whose every call is held to its expectations. */
function countsOf(
  benchmarks: readonly Measurement[],
): Omit<SuiteSummary, 'suite' | 'server' | 'latency' | 'baselineP95Ms'> {
  const ended = (state: Measurement['state']): number =>
    benchmarks.filter((one) => one.state === state).length;
  return {
    passed: ended('measured') + ended('short'),
    failed: ended('failed'),
    errored: 0,
    skipped: ended('skipped'),
    flaky: 0,
    retries: 0,
    violations: {},
  };
}

function failuresOf(
  { benchmarks, error }: BenchmarkResult,
  withholdsBodies: boolean,
): readonly FailureSummary[] {
  const failed = benchmarks.flatMap((one): FailureSummary[] =>
    one.state === 'failed'
      ? [
          {
            test: shortLine(one.id),
            outcome: 'failed',
            message: withholdsBodies
              ? 'not every answer was as expected; the report tells which'
              : shortLine(one.reason),
            location:
              one.location === undefined
                ? undefined
                : shortLine(`${one.location.file}:${one.location.line}:${one.location.column}`),
          },
        ]
      : [],
  );
  if (error === undefined) return failed.slice(0, mostEntries);
  const whole: FailureSummary = {
    test: 'all benchmarks',
    outcome: 'errored',
    message: shortLine(withholdsBodies ? `${error.kind} (${error.code})` : error.message),
    location: undefined,
  };
  return [whole, ...failed].slice(0, mostEntries);
}
