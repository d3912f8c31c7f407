import type { ComparedMetric, ComparisonVerdict, Severity } from '../../benchmark/comparison-types.ts';
import {
  compareWithHistory,
  type Evidence,
  type HistoryRule,
  type InconclusiveReason,
  type Verdict,
} from '../../statistics/index.ts';
import type { Baseline, BaselineRun } from '../document-schema.ts';
import { knownRuns } from '../known-runs.ts';
import { atCurrentLevel, comparableRuns, type ComparableRuns, type RunWithValue } from './comparable-runs.ts';
import { judgeFewRuns } from './judge-few-runs.ts';
import { hasMeasured, subjectsOf, valueOf, type MeasuredValue } from './run-values.ts';
import { describeAgainstBaseline } from './sentence.ts';
import { changeBetween } from './change-between.ts';
import type { BenchmarkAgainstBaseline, MetricAgainstBaseline } from './types.ts';

/** One metric of one subject with all that its verdict needs. */
interface Case {
  readonly id: string;
  readonly metric: ComparedMetric;
  readonly head: MeasuredValue;
  readonly comparable: ComparableRuns;
  readonly level: readonly RunWithValue[];
}

/**
 * Every benchmark and server process of a run against the history: by its own spread between runs where there are
 * enough comparable ones, else by {@link judgeFewRuns}.
 */
export function comparePerformance(
  baseline: Baseline,
  head: BaselineRun,
  rule: HistoryRule,
): readonly BenchmarkAgainstBaseline[] {
  const known = new Set(knownRuns(baseline).flatMap((run) => subjectsOf(run).map(({ id }) => id)));
  const subjects = subjectsOf(head).filter(({ id }) => known.has(id));
  const cases = subjects.flatMap(({ id, metrics }) =>
    metrics.flatMap((metric) => toCase(baseline, head, id, metric, rule)),
  );
  const verdicts = judge(cases, rule);
  return subjects.flatMap(({ id }) => {
    const metrics = cases.flatMap((one, index) =>
      one.id === id ? [toMetric(one, verdicts[index], baseline, head)] : [],
    );
    if (metrics.length === 0) return [];
    const verdict = overallVerdict(metrics);
    return [
      {
        id,
        verdict,
        severity: worstSeverity(metrics),
        sentence: describeAgainstBaseline(verdict, metrics),
        metrics,
      },
    ];
  });
}

/**
 * Benchmarks that only one of the two sides has. A run that measured nothing misses none; an approved one that did not is
 * spoken for by the newest run that did.
 */
export function unmatchedBenchmarks(
  baseline: Baseline,
  head: BaselineRun,
): { readonly added: readonly string[]; readonly missing: readonly string[] } {
  if (!hasMeasured(head)) return { added: [], missing: [] };
  const { run } = baseline.approved;
  const base = hasMeasured(run)
    ? run
    : baseline.history.findLast((one) => one.id !== head.id && hasMeasured(one));
  const [before, now] = [base, head].map((one) => one?.benchmarks.map(({ id }) => id));
  return { added: without(now, before), missing: without(before, now) };
}

function without(ids: readonly string[] = [], others: readonly string[] = []): readonly string[] {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
}

function toCase(
  baseline: Baseline,
  head: BaselineRun,
  id: string,
  metric: ComparedMetric,
  rule: HistoryRule,
): readonly Case[] {
  const comparable = comparableRuns(knownRuns(baseline), head, id, metric, rule.minimumRuns);
  const value = valueOf(head, id, metric, comparable.normalised);
  return value === undefined
    ? []
    : [{ id, metric, head: value, comparable, level: atCurrentLevel(comparable.runs) }];
}

function judge(cases: readonly Case[], rule: HistoryRule): readonly (Verdict | undefined)[] {
  const isEnough = ({ level }: Case): boolean => level.length >= rule.minimumRuns;
  const many = cases.filter(isEnough);
  const few = cases.filter((one) => !isEnough(one));
  const manyVerdicts = compareWithHistory(
    many.map(({ id, metric, head, level }) => ({
      benchmark: id,
      metric,
      head,
      history: level.map(({ value }) => value),
    })),
    rule,
  );
  const fewVerdicts = judgeFewRuns(
    few.map(({ id, metric, head, level }) => ({
      benchmark: id,
      metric,
      head,
      history: level.map(({ value }) => value),
    })),
    rule,
    cases.length,
  );
  const verdictOf = new Map<Case, Verdict | undefined>([
    ...many.map((one, index) => [one, manyVerdicts[index]] as const),
    ...few.map((one, index) => [one, fewVerdicts[index]] as const),
  ]);
  return cases.map((one) => verdictOf.get(one));
}

function toMetric(
  { id, metric, comparable, level, head: value }: Case,
  verdict: Verdict | undefined,
  { approved, anchor }: Baseline,
  head: BaselineRun,
): MetricAgainstBaseline {
  const common = {
    metric,
    scope: comparable.scope,
    normalised: comparable.normalised,
    runs: level.length,
    base: geometricMean(level.map((one) => one.value.typical)),
    head: value.typical,
    sinceApprovedPercent: changeBetween(approved.run, head, id, metric),
    sinceAnchorPercent: changeBetween(anchor.run, head, id, metric),
  };
  if (verdict === undefined) return { ...common, verdict: 'inconclusive' };
  const evidence =
    verdict.evidence === undefined
      ? {}
      : {
          changePercent: toPercent(verdict.evidence.ratio),
          ...intervalOf(verdict.evidence),
          ...finite('smallestDetectablePercent', toPercent(verdict.evidence.smallestDetectableRatio)),
        };
  switch (verdict.state) {
    case 'regressed':
      return { ...common, ...evidence, verdict: 'regressed', severity: verdict.severity };
    case 'improved':
      return { ...common, ...evidence, verdict: 'improved' };
    case 'unchanged':
      return { ...common, ...evidence, verdict: 'unchanged', withinPercent: verdict.within * 100 };
    case 'inconclusive':
      return {
        ...common,
        ...evidence,
        verdict: 'inconclusive',
        reason: describeReason(verdict.reason, comparable, level.length),
      };
  }
}

function describeReason(
  reason: InconclusiveReason,
  { runs, scope }: ComparableRuns,
  atLevel: number,
): string {
  if (reason === 'too-few-runs') {
    if (runs.length === 0)
      return 'no run of the history is comparable (another machine, runtime or kind of load)';
    const since = atLevel < runs.length ? ' since the last change of level' : '';
    const where = scope === 'any-machine' ? '' : ' on this kind of machine';
    return `only ${atLevel} run${atLevel === 1 ? '' : 's'}${where}${since}; 5 are needed`;
  }
  return (
    (
      {
        'interval-too-wide': 'runs differ too much from each other',
        'near-minimum-effect': 'too near to the smallest change that counts',
        'not-significant': 'chance may do as much',
      } as Readonly<Partial<Record<InconclusiveReason, string>>>
    )[reason] ?? reason
  );
}

/** What changed decides; else the primary signal, which is the first metric: CPU time where it is known, latency. */
function overallVerdict(metrics: readonly MetricAgainstBaseline[]): ComparisonVerdict {
  for (const verdict of ['regressed', 'improved'] as const)
    if (metrics.some((metric) => metric.verdict === verdict)) return verdict;
  return metrics[0]?.verdict ?? 'inconclusive';
}

const severities: readonly Severity[] = ['minor', 'warning', 'error', 'critical'];

/** The worst severity of some metrics or benchmarks; undefined when nothing regressed. */
export function worstSeverity(
  all: readonly { readonly severity?: Severity | undefined }[],
): Severity | undefined {
  return severities.findLast((severity) => all.some((one) => one.severity === severity));
}

function geometricMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function intervalOf({ interval: { low, high } }: Evidence): Pick<MetricAgainstBaseline, 'intervalPercent'> {
  return Number.isFinite(high) ? { intervalPercent: [toPercent(low), toPercent(high)] } : {};
}

/** JSON has no infinity: what knows no bound is left out. */
function finite<Name extends string>(name: Name, value: number): { readonly [K in Name]?: number } {
  return (Number.isFinite(value) ? { [name]: value } : {}) as { readonly [K in Name]?: number };
}

function toPercent(ratio: number): number {
  return (ratio - 1) * 100;
}
