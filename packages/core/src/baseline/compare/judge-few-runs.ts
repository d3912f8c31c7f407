import {
  adjustHolm,
  mean,
  testLocation,
  variance,
  type HistoryRule,
  type LocationEstimate,
  type Subject,
  type Verdict,
} from '../../statistics/index.ts';
import { toEvidence } from '../../statistics/decision/evidence.ts';
import { severityOf } from '../../statistics/decision/severity.ts';
import type { MeasuredValue } from './run-values.ts';

/** One metric against a history of fewer runs than tell what runs differ by. */
export interface FewRuns extends Subject {
  /** One at least. */
  readonly history: readonly MeasuredValue[];
  readonly head: MeasuredValue;
}

/** Runs differ by more than the processes of one run do: other minutes, other neighbours. An assumption, until there are runs. */
const spreadOfRuns = 1.5;
/** From so many runs on their own spread is believed. */
const enoughRuns = 5;
/** Never believed to be less, as a ratio. */
const leastSpread = 0.02;

/**
 * The verdicts where what runs differ by is not known yet: it is taken to be one and a half times what the processes of a run differ
 * by, or what the few runs differ by where that is more. Nothing stronger than `inconclusive` is said of a change below
 * the error threshold, and nothing at all where each run had one process.
 * @param family how many metrics the whole comparison judges; p is adjusted for all of them
 */
export function judgeFewRuns(all: readonly FewRuns[], rule: HistoryRule, family: number): readonly Verdict[] {
  const estimates = all.map(estimate);
  const ps = estimates.map((one) => (one === undefined ? 1 : testLocation(one, 'two-sided').p));
  const untested = Array.from({ length: Math.max(0, family - all.length) }, () => 1);
  const adjusted = adjustHolm([...ps, ...untested].map((p) => (Number.isNaN(p) ? 1 : p)));
  return all.map(({ benchmark, metric }, index): Verdict => {
    const subject = { benchmark, metric };
    const location = estimates[index];
    if (location === undefined) return { ...subject, state: 'inconclusive', reason: 'too-few-runs' };
    const adjustedP = adjusted[index] ?? 1;
    const alpha = rule.familywiseAlpha / 2 / Math.max(family, all.length);
    const evidence = {
      ...toEvidence(location, rule, { alpha, minimumEffect: rule.severities.error }),
      test: { p: ps[index] ?? 1, adjustedP },
    };
    const isLarge = Math.abs(location.estimate) >= Math.log1p(rule.severities.error);
    if (isLarge && adjustedP <= rule.familywiseAlpha) {
      if (location.estimate < 0) return { ...subject, state: 'improved', evidence };
      return {
        ...subject,
        state: 'regressed',
        severity: severityOf(evidence.interval.low, rule.severities),
        evidence,
      };
    }
    return { ...subject, state: 'inconclusive', reason: 'too-few-runs', evidence };
  });
}

function estimate({ history, head }: FewRuns): LocationEstimate | undefined {
  if (history.length === 0) return undefined;
  const { spread, degreesOfFreedom } = spreadBetweenRuns(history, [...history, head]);
  if (degreesOfFreedom === 0) return undefined;
  return {
    estimate: head.logValue - mean(history.map(({ logValue }) => logValue)),
    standardError: spread * Math.sqrt(1 + 1 / history.length),
    degreesOfFreedom,
    n: history.length,
  };
}

/**
 * What runs differ by, as a standard deviation of logarithms: one and a half times what processes of a run differ by, or what the runs
 * of one level differ by where there are five or that is more.
 * @param level runs between which nothing has changed
 * @param runs whose processes are looked at
 */
export function spreadBetweenRuns(
  level: readonly MeasuredValue[],
  runs: readonly MeasuredValue[],
): { readonly spread: number; readonly degreesOfFreedom: number } {
  const between = level.length > 1 ? Math.sqrt(variance(level.map(({ logValue }) => logValue))) : 0;
  if (level.length >= enoughRuns)
    return { spread: Math.max(leastSpread / 2, between), degreesOfFreedom: level.length - 1 };
  const several = runs.filter(({ processes }) => processes > 1);
  const degreesOfFreedom = several.reduce((sum, { processes }) => sum + processes - 1, 0);
  const squares = several.reduce(
    (sum, { processes, processVariance }) => sum + (processes - 1) * processVariance,
    0,
  );
  const withinRun = degreesOfFreedom === 0 ? 0 : Math.sqrt(squares / degreesOfFreedom);
  return { spread: Math.max(leastSpread, spreadOfRuns * withinRun, between), degreesOfFreedom };
}
