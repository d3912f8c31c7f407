import type { ComparedMetric } from '../benchmark/comparison-types.ts';
import { diffContracts } from '../contract/diff-contracts.ts';
import { locationInterval, type LocationEstimate } from '../statistics/index.ts';
import { changeBetween } from './compare/change-between.ts';
import { atCurrentLevel, comparableRuns } from './compare/comparable-runs.ts';
import { callMetrics, hasMeasured, valueOf } from './compare/run-values.ts';
import { spreadBetweenRuns } from './compare/judge-few-runs.ts';
import { defaultThresholds, type Thresholds } from './compare/thresholds.ts';
import type { Baseline, BaselineRun } from './document-schema.ts';
import { knownRuns } from './known-runs.ts';
import { defaultValidity, judgeResponseTimes, type ValidityRules } from './validity.ts';

/** The rules by which an approved run makes way for a newer one; the config's `performance.baseline_updates`. */
export interface UpdateRules {
  readonly enabled: boolean;
  /** How sure a change must be to be worth an update, 0 to 1. */
  readonly confidence: number;
  readonly validity: ValidityRules;
  readonly frequencyDays: number;
  readonly thresholds: Thresholds;
}

export const defaultUpdateRules: UpdateRules = {
  enabled: true,
  confidence: 0.95,
  validity: defaultValidity,
  frequencyDays: 7,
  thresholds: defaultThresholds,
};

/** What a benchmark would change by with the new measure. */
export interface ProposedChange {
  readonly id: string;
  readonly metric: ComparedMetric;
  /** In per cent. */
  readonly sinceApprovedPercent: number;
  readonly sinceAnchorPercent?: number | undefined;
  /** Beyond what runs differ by. */
  readonly sure: boolean;
}

/**
 * - nothing: no newer run, or none that differs by more than noise;
 * - proposed: may be approved, by a person or a rule;
 * - deferred: could be approved, and the configuration says not now;
 * - refused: only by force, and the reasons say why.
 */
export interface UpdateProposal {
  readonly suite: string;
  readonly decision: 'nothing' | 'proposed' | 'deferred' | 'refused';
  readonly candidate: BaselineRun | undefined;
  readonly changes: readonly ProposedChange[];
  readonly reasons: readonly string[];
}

const dayMs = 86_400_000;

/**
 * Whether the newest run of the history, or the one given, may become the measure of others. Slower than the warning
 * threshold is refused against the approved run, and against the anchor too: steps that are each allowed must not add
 * up. Pure.
 * @param now in ms since 1970
 */
export function proposeUpdate(
  baseline: Baseline,
  rules: UpdateRules,
  now: number,
  candidate: BaselineRun | undefined = newestRun(baseline),
): UpdateProposal {
  const { suite, approved } = baseline;
  if (candidate === undefined || candidate.id === approved.run.id) {
    return {
      suite,
      decision: 'nothing',
      candidate: undefined,
      changes: [],
      reasons: ['no run has been recorded since the approved one'],
    };
  }
  if (hasMeasured(approved.run) && !hasMeasured(candidate)) {
    const reason = 'it measured no benchmarks, and the approved run did';
    return { suite, decision: 'nothing', candidate, changes: [], reasons: [reason] };
  }
  const changes = changesOf(baseline, candidate, rules);
  const refusals = refuse(baseline, candidate, changes, rules);
  if (refusals.length > 0) return { suite, decision: 'refused', candidate, changes, reasons: refusals };
  if (!changes.some(({ sure }) => sure) && !isNews(approved.run, candidate)) {
    const reason = hasMeasured(candidate)
      ? `what changed is within the noise (confidence ${rules.confidence})`
      : 'no benchmark was measured, and no contract changed';
    return { suite, decision: 'nothing', candidate, changes, reasons: [reason] };
  }
  const reasons = defer(baseline, rules, now);
  return { suite, decision: reasons.length === 0 ? 'proposed' : 'deferred', candidate, changes, reasons };
}

/** Benchmarks that are measured at last, or another contract: reasons for a new measure that are no question of noise. */
function isNews(approved: BaselineRun, candidate: BaselineRun): boolean {
  if (hasMeasured(candidate) && !hasMeasured(approved)) return true;
  const before = new Map(approved.contracts?.map(({ server, contract }) => [server, contract]));
  return (candidate.contracts ?? []).some(({ server, contract }) => {
    const old = before.get(server);
    return old === undefined || diffContracts(old, contract).length > 0;
  });
}

function newestRun({ history, approved }: Baseline): BaselineRun | undefined {
  // Runs of the tests alone lie between those of benchmarks, and are no measure of them.
  const newest = history.findLast((run) => hasMeasured(run) || !hasMeasured(approved.run));
  return newest !== undefined && Date.parse(newest.at) > Date.parse(approved.run.at) ? newest : undefined;
}

function defer(
  { approved }: Baseline,
  { enabled, frequencyDays }: UpdateRules,
  now: number,
): readonly string[] {
  const ageDays = (now - Date.parse(approved.at)) / dayMs;
  return [
    ...(enabled ? [] : ['updates are switched off (performance.baseline_updates.enabled: false)']),
    ...(ageDays >= frequencyDays
      ? []
      : [
          `what is approved was approved ${ageDays.toFixed(1)} days ago, and updates are at most one in ${frequencyDays} days`,
        ]),
  ];
}

function refuse(
  { approved }: Baseline,
  candidate: BaselineRun,
  changes: readonly ProposedChange[],
  { validity, thresholds }: UpdateRules,
): readonly string[] {
  const reasons: string[] = [];
  if (!candidate.green) reasons.push('the run was not green');
  reasons.push(...judgeCandidate(candidate, validity));
  const limit = thresholds.warningPercent;
  for (const { id, metric, sinceApprovedPercent, sinceAnchorPercent } of changes) {
    if (sinceApprovedPercent > limit)
      reasons.push(
        `${id}: ${sayMetric(metric)} ${slower(sinceApprovedPercent)} than approved (limit ${limit} %)`,
      );
    else if (sinceAnchorPercent !== undefined && sinceAnchorPercent > limit)
      reasons.push(
        `${id}: ${sayMetric(metric)} ${slower(sinceAnchorPercent)} than the anchor (limit ${limit} %): small steps add up`,
      );
  }
  const compared = new Set(changes.map(({ id }) => id));
  const missing = approved.run.benchmarks.filter(
    ({ id }) => !candidate.benchmarks.some((one) => one.id === id),
  );
  if (missing.length > 0)
    reasons.push(`benchmarks of the approved run are missing: ${missing.map(({ id }) => id).join(', ')}`);
  const unjudged = candidate.benchmarks.filter(
    ({ id }) => !compared.has(id) && approved.run.benchmarks.some((one) => one.id === id),
  );
  if (unjudged.length > 0)
    reasons.push('it was measured on another machine, and cannot be held against the approved run');
  return reasons;
}

/** Why a run makes no baseline by itself: too few samples, too much spread, too many outliers. */
export function judgeCandidate(run: BaselineRun, validity: ValidityRules): readonly string[] {
  const reasons: string[] = [];
  for (const { id, n, cvPercent, outlierPercent } of run.benchmarks) {
    if (n < validity.minimumSamples)
      reasons.push(`${id}: insufficient samples: ${n}, and ${validity.minimumSamples} are needed`);
    else if (cvPercent > validity.highestCvPercent)
      reasons.push(`${id}: High variance: CV = ${cvPercent.toFixed(1)}%`);
    else if (outlierPercent > validity.highestOutlierPercent)
      reasons.push(`${id}: Too many outliers: ${outlierPercent.toFixed(1)}%`);
  }
  if (!hasMeasured(run)) return [];
  // Of all benchmarks together, what none of them shows.
  const times = judgeResponseTimes(run.responseTimes, validity);
  if (!times.valid && reasons.length === 0) reasons.push(times.message);
  if (reasons.some((reason) => /High variance|Too many outliers/.test(reason))) reasons.push(whatHelps);
  return reasons;
}

/** Times of 0.1 ms are scattered by whatever else the machine does. */
const whatHelps =
  'More calls (no --iterations) are judged in blocks, which a stall does not scatter; a quieter machine helps too';

/** The 95th percentile of few calls is no reason to refuse or to update. */
const judged = callMetrics.filter((metric) => metric !== 'latency_p95');

function changesOf(
  baseline: Baseline,
  candidate: BaselineRun,
  { confidence }: UpdateRules,
): readonly ProposedChange[] {
  const { approved, anchor } = baseline;
  const found = candidate.benchmarks.flatMap(({ id }) =>
    judged.flatMap((metric) => {
      const sinceApprovedPercent = changeBetween(approved.run, candidate, id, metric);
      return sinceApprovedPercent === undefined ? [] : [{ id, metric, sinceApprovedPercent }];
    }),
  );
  // Bonferroni: an update for one of twenty that chance has moved is an update for nothing.
  const sureness = 1 - (1 - confidence) / Math.max(1, found.length);
  return found.map(({ id, metric, sinceApprovedPercent }) => {
    const noise = noiseOf(knownRuns(baseline), approved.run, candidate, id, metric);
    const change = Math.log1p(sinceApprovedPercent / 100);
    const { low, high } = locationInterval({ ...noise, estimate: change }, sureness);
    return {
      id,
      metric,
      sinceApprovedPercent,
      sinceAnchorPercent: changeBetween(anchor.run, candidate, id, metric),
      sure: low > 0 || high < 0,
    };
  });
}

/** What two runs differ by when nothing has changed, from the history's spread or from that of processes. */
function noiseOf(
  runs: readonly BaselineRun[],
  approved: BaselineRun,
  candidate: BaselineRun,
  id: string,
  metric: ComparedMetric,
): Omit<LocationEstimate, 'estimate'> {
  const comparable = comparableRuns(runs, candidate, id, metric, 5);
  const level = atCurrentLevel(comparable.runs).map(({ value }) => value);
  const own = [approved, candidate].flatMap((run) => valueOf(run, id, metric, comparable.normalised) ?? []);
  const { spread, degreesOfFreedom } = spreadBetweenRuns(level.length >= 5 ? level : [], own);
  return { standardError: spread * Math.SQRT2, degreesOfFreedom, n: 2 };
}

const spoken: Readonly<Partial<Record<ComparedMetric, string>>> = {
  cpu: 'CPU time per call',
  latency: 'latency',
  latency_mean: 'mean latency',
};

function sayMetric(metric: ComparedMetric): string {
  return spoken[metric] ?? metric;
}

function slower(percent: number): string {
  return `is ${percent.toFixed(0)} % more`;
}
