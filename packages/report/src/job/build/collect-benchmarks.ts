import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import {
  fails,
  type BenchmarkResult,
  type ComparisonVerdict,
  type FailOn,
  type MetricComparison,
  type Severity,
} from '@mcp-test-harness/core/benchmark';
import { describeRuns, describeSmallest } from '../../benchmark/baseline-words.ts';
import { countVerdicts, hasNumbers, speakingMetric, withVerdict } from '../../benchmark/outcome.ts';
import { count } from '../../text/format.ts';
import type { ReportedBenchmarks, ReportedChange, ReportedComparison } from '../types.ts';
import type { Trimmer } from './texts.ts';

/** What was measured, and what it was held against. */
export function collectBenchmarks(
  result: BenchmarkResult,
  histories: readonly BaselineComparison[],
  levels: Readonly<Record<ReportedComparison['against'], FailOn>>,
  trim: Trimmer,
): ReportedBenchmarks {
  const { comparison, benchmarks, durationMs } = result;
  const places = new Map(benchmarks.map(({ id, location }) => [id, location]));
  for (const { id, location } of comparison?.benchmarks ?? []) places.set(id, location ?? places.get(id));
  const toChange =
    (against: ReportedComparison['against']) =>
    (one: Judged): ReportedChange =>
      collectChange(one, places.get(one.id), levels[against], trim);
  const known = histories.filter(
    ({ baseline, benchmarks: held }) => baseline !== undefined && held.length > 0,
  );
  return {
    measured: comparison?.benchmarks.length ?? benchmarks.filter(hasNumbers).length,
    durationMs,
    failing: trim.list(
      benchmarks.flatMap((one) => (one.state === 'failed' ? [one] : [])),
      ({ id, reason, location }) => ({
        id: trim.line(id),
        outcome: 'failed' as const,
        message: trim.line(reason),
        location: trim.place(location),
      }),
    ),
    comparisons: [
      ...(comparison === undefined
        ? []
        : [
            collectComparison(
              'base',
              describePairs(comparison.stages),
              comparison.benchmarks,
              toChange('base'),
              trim,
            ),
          ]),
      ...(known.length === 0
        ? []
        : [
            collectComparison(
              'history',
              trim.line(describeHistory(known)),
              known.flatMap((one) => one.benchmarks),
              toChange('history'),
              trim,
            ),
          ]),
    ],
  };
}

/** A benchmark against its base or its history. */
interface Judged {
  readonly id: string;
  readonly verdict: ComparisonVerdict;
  readonly severity?: Severity | undefined;
  readonly sentence: string;
  readonly metrics: readonly (Pick<
    MetricComparison,
    'metric' | 'verdict' | 'severity' | 'changePercent' | 'intervalPercent' | 'base' | 'head'
  > & { readonly logRatios?: readonly number[]; readonly runs?: number })[];
}

function collectComparison(
  against: ReportedComparison['against'],
  method: string,
  benchmarks: readonly Judged[],
  toChange: (one: Judged) => ReportedChange,
  trim: Trimmer,
): ReportedComparison {
  const changed = (['regressed', 'improved', 'inconclusive'] as const).flatMap((verdict) =>
    withVerdict(benchmarks, verdict),
  );
  return { against, method, verdicts: countVerdicts(benchmarks), changes: trim.list(changed, toChange) };
}

function collectChange(
  one: Judged,
  location: Parameters<Trimmer['place']>[0],
  level: FailOn,
  trim: Trimmer,
): ReportedChange {
  const { id, verdict, severity, sentence } = one;
  const metric = speakingMetric(one);
  const interval = metric?.intervalPercent;
  return {
    id: trim.line(id),
    verdict,
    severity,
    fails: severity !== undefined && fails(severity, level),
    sentence: trim.line(sentence),
    metric: metric?.metric,
    base: finite(metric?.base),
    head: finite(metric?.head),
    changePercent: finite(metric?.changePercent),
    intervalPercent: interval?.every(Number.isFinite) === true ? interval : undefined,
    samples: metric?.logRatios?.length ?? metric?.runs,
    location: trim.place(location),
  };
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function describePairs({ pairs, suspects }: NonNullable<BenchmarkResult['comparison']>['stages']): string {
  const more = pairs[1] > 0 ? `, then ${pairs[1]} more for ${count(suspects, 'suspect')}` : '';
  return `base and head in turns on the same machine, ${count(pairs[0], 'pair')} of fresh processes${more}`;
}

function describeHistory(comparisons: readonly BaselineComparison[]): string {
  const [first] = comparisons;
  if (first === undefined || comparisons.length > 1) return 'against earlier runs of the default branch';
  const runs = describeRuns(first);
  const smallest = describeSmallest(first);
  return [
    `against ${runs === undefined ? 'earlier runs' : `${runs} earlier ${runs === '1' ? 'run' : 'runs'}`} of the default branch`,
    ...(smallest === undefined ? [] : [`which could have shown a change of ${smallest}`]),
  ].join(', ');
}
