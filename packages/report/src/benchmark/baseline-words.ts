import type {
  BaselineAction,
  BaselineComparison,
  FailOnPolicy,
  MetricAgainstBaseline,
  MetricSeries,
  RunMark,
  TrendChange,
} from '@mcp-test-harness/core/baseline';
import type { ComparisonVerdict } from '@mcp-test-harness/core/benchmark';
import { count, formatBytes, formatCount } from '../text/format.ts';
import { countVerdicts, speakingMetric } from './outcome.ts';
import { formatLimit, formatMs } from './values.ts';
import { nameMetric } from './words.ts';

/** Core keeps no more series of a comparison. */
export const mostSeries = 30;

/** What was done with the run. */
export const actionWords: Readonly<Record<BaselineAction['kind'], string>> = {
  established: 'established: this run is what later ones are compared with',
  approved: 'added to the history, and approved as the new measure',
  recorded: 'added to the history; the approved run stays',
  refused: 'refused: this run is no baseline, and nothing was written',
};

/** What a comparison found, in one sentence: what is worse first. */
export function describeBaseline(one: BaselineComparison): string {
  if (one.baseline === undefined) return 'No baseline yet: nothing was compared';
  const counts = countVerdicts(one.benchmarks);
  const all = one.benchmarks.length;
  const breaking = countBreaking(one);
  const { newlyFailing } = one.outcomes;
  const worse = [
    ...(counts.regressed === 0
      ? []
      : [`${formatCount(counts.regressed)} of ${count(all, 'benchmark')} regressed`]),
    ...(breaking === 0 ? [] : [count(breaking, 'breaking change')]),
    ...(newlyFailing.length === 0 ? [] : [`${count(newlyFailing.length, 'test')} newly failing`]),
    ...(one.findings.new.length === 0 ? [] : [count(one.findings.new.length, 'new finding')]),
  ];
  const unclear =
    counts.inconclusive === 0
      ? ''
      : `; ${formatCount(counts.inconclusive)} inconclusive, which proves nothing`;
  if (worse.length > 0) return `${worse.join(', ')}${unclear}`;
  if (all + one.added.length + one.missing.length === 0) return describeOutcomes(one);
  if (all === 0) return 'No benchmark was compared';
  if (counts.inconclusive === all) return `Nothing could be concluded of ${count(all, 'benchmark')}`;
  const improved = counts.improved === 0 ? '' : `, ${formatCount(counts.improved)} improved`;
  return `No regression in ${count(all, 'benchmark')}${improved}${unclear}`;
}

/** Of a run of the tests alone in which nothing got worse. */
function describeOutcomes({ outcomes: { fixed, flaky } }: BaselineComparison): string {
  const parts = [
    ...(fixed.length === 0 ? [] : [`${count(fixed.length, 'test')} fixed`]),
    ...(flaky.length === 0 ? [] : [`${formatCount(flaky.length)} flaky`]),
  ];
  return `Nothing got worse${parts.length === 0 ? '' : `; ${parts.join(', ')}`}`;
}

function countBreaking({ contracts }: BaselineComparison): number {
  return contracts.flatMap(({ changes }) => changes).filter(({ kind }) => kind === 'breaking').length;
}

/** The worst of everything that was compared, for a sign and a colour; undefined when nothing was. */
export function worstVerdict(one: BaselineComparison): ComparisonVerdict | undefined {
  const { failures, verdict, outcomes, findings } = one;
  if (failures.length + outcomes.newlyFailing.length + countBreaking(one) > 0) return 'regressed';
  if (verdict !== 'regressed' && findings.new.length > 0) return 'inconclusive';
  return verdict;
}

/** `5 to 12`: comparable runs since the last change of level, over the metrics that decide; undefined without benchmarks. */
export function describeRuns(one: BaselineComparison): string | undefined {
  const [least, most] = rangeOf(deciding(one).map(({ runs }) => runs));
  if (least === undefined || most === undefined) return undefined;
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}

/** `8 to 22 %`, over the metrics that decide: a smaller change could hide; undefined where that is not known. */
export function describeSmallest(one: BaselineComparison): string | undefined {
  const known = deciding(one).flatMap(({ smallestDetectablePercent: limit }) =>
    limit === undefined ? [] : [limit],
  );
  const [least, most] = rangeOf(known);
  if (least === undefined || most === undefined) return undefined;
  const [from, until] = [formatLimit(least), formatLimit(most)];
  return from === until ? from : `${from} to ${until}`.replace(' %', '');
}

function deciding({ benchmarks }: BaselineComparison): readonly MetricAgainstBaseline[] {
  return benchmarks.map((one) => speakingMetric(one)).filter((metric) => metric !== undefined);
}

function rangeOf(values: readonly number[]): readonly [least?: number, most?: number] {
  return values.length === 0
    ? []
    : [
        values.reduce((least, value) => Math.min(least, value)),
        values.reduce((most, value) => Math.max(most, value)),
      ];
}

/** `regressions:error, breaking-changes, tests`, as in the configuration. */
export function describePolicy({ regressions, breakingChanges, tests, findings }: FailOnPolicy): string {
  const words = [
    ...(regressions === 'never' ? [] : [`regressions:${regressions}`]),
    ...(breakingChanges ? ['breaking-changes'] : []),
    ...(tests ? ['tests'] : []),
    ...(findings ? ['findings'] : []),
  ];
  return words.join(', ') || 'never';
}

/** A step or drift in a sentence: `CPU time per call of core/echo stepped up by 12 % between 0123 and 4567`. */
export function describeTrend(change: TrendChange): string {
  return `${nameMetric(change.metric)} of ${change.id} ${describeMove(change)}`;
}

/**
 * `stepped up by 12 % between 0123 and 4567`, `drifts up, 1 % a day, 33 % over 30 runs between 0123 and 4567`.
 * @param name writes a run
 */
export function describeMove(
  { kind, direction, changePercent, perDayPercent, runs, from, to }: Omit<TrendChange, 'id' | 'metric'>,
  name: (run: RunMark) => string = nameRun,
): string {
  const range = `between ${name(from)} and ${name(to)}`;
  if (kind === 'step') return `stepped ${direction} by ${percent(changePercent)} ${range}`;
  const pace = perDayPercent === undefined ? '' : `${percent(perDayPercent)} a day, `;
  return `drifts ${direction}, ${pace}${percent(changePercent)} over ${count(runs, 'run')} ${range}`;
}

/** What people know a run by: its abbreviated commit, or its moment. */
export function nameRun({ at, commit }: RunMark): string {
  return commit === undefined ? at.slice(0, 16).replace('T', ' ') : commit.slice(0, 12);
}

/** `core/echo: latency (25th percentile)`. */
export function nameSeries({ id, metric, normalised }: MetricSeries): string {
  const by = normalised ? ' by that of the reference server' : '';
  return `${id}: ${nameMetric(metric)}${by}`;
}

/** Writes a value of a series with its unit; `0.512×` of the reference server. */
export const formatSeriesValue: Readonly<Record<MetricSeries['unit'], (value: number) => string>> = {
  ms: formatMs,
  bytes: formatBytes,
  ratio: (value) => `${Number(value.toPrecision(3))}×`,
};

function percent(value: number): string {
  return `${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)} %`;
}
