import { median } from '../../statistics/index.ts';
import type { Baseline, BaselineRun } from '../document-schema.ts';
import { followMetrics, trendsOf } from '../trend/find-trends.ts';
import { chooseSeries } from '../trend/choose-series.ts';
import { knownRuns } from '../known-runs.ts';
import { fewestForP95 } from '../validity.ts';
import { isSameKind, isSameLoad } from './comparable-runs.ts';
import { compareContracts, newContracts } from './contracts.ts';
import { compareFindings } from './findings.ts';
import { compareOutcomes } from './outcomes.ts';
import { comparePerformance, unmatchedBenchmarks, worstSeverity } from './performance.ts';
import { defaultPolicy, findFailures } from './policy.ts';
import { hasMeasured } from './run-values.ts';
import { defaultThresholds, ruleOf, type Thresholds } from './thresholds.ts';
import type { BaselineComparison, ChangesSince, FailOnPolicy } from './types.ts';
import type { ComparisonVerdict } from '../../benchmark/comparison-types.ts';

/** How a run is held against a baseline. */
export interface CompareSettings {
  readonly thresholds?: Thresholds | undefined;
  readonly failOn?: FailOnPolicy | undefined;
  /** Default: approved. */
  readonly since?: ChangesSince | undefined;
  /** Look for steps and drifts over the history; default true. */
  readonly trend?: boolean | undefined;
}

/**
 * Holds a run of a suite against its baseline: performance, contract, context cost, outcomes and findings, in one frozen
 * result. Pure.
 * @param baseline undefined: there is none, which is a result too
 */
export function compareWithBaseline(
  suite: string,
  baseline: Baseline | undefined,
  head: BaselineRun,
  settings: CompareSettings = {},
): BaselineComparison {
  const failOn = settings.failOn ?? defaultPolicy;
  const since = settings.since ?? 'approved';
  if (baseline === undefined) return withoutBaseline(suite, head, failOn);
  const benchmarks = comparePerformance(baseline, head, ruleOf(settings.thresholds ?? defaultThresholds));
  const contracts = compareContracts(baseline, head, since);
  const outcomes = compareOutcomes(baseline, head);
  const findings = compareFindings(baseline, head, since);
  const { approved, history } = baseline;
  const followed = settings.trend === false ? [] : followMetrics(withHead(history, head), head);
  return deepFreeze({
    suite,
    baseline: {
      run: approved.run.id,
      at: approved.run.at,
      ...(approved.run.commit === undefined ? {} : { commit: approved.run.commit }),
      runs: history.length,
    },
    verdict: worstVerdict(benchmarks.map(({ verdict }) => verdict)),
    severity: worstSeverity(benchmarks),
    benchmarks,
    ...unmatchedBenchmarks(baseline, head),
    contracts,
    outcomes,
    findings,
    trend: trendsOf(followed),
    series: chooseSeries(followed, benchmarks),
    failOn,
    failures: findFailures({ benchmarks, contracts, outcomes, findings }, failOn),
    notes: [...noteWhatLimits(baseline, head), ...noteContracts(newContracts(baseline, head, since))],
  });
}

function withHead(history: readonly BaselineRun[], head: BaselineRun): readonly BaselineRun[] {
  return history.some(({ id }) => id === head.id) ? history : [...history, head];
}

function withoutBaseline(suite: string, head: BaselineRun, failOn: FailOnPolicy): BaselineComparison {
  return deepFreeze({
    suite,
    baseline: undefined,
    verdict: undefined,
    benchmarks: [],
    added: head.benchmarks.map(({ id }) => id),
    missing: [],
    contracts: [],
    outcomes: { newlyFailing: [], fixed: [], flaky: [] },
    findings: { new: [], gone: [] },
    trend: [],
    series: [],
    failOn,
    failures: [],
    notes: ['no baseline yet: nothing was compared'],
  });
}

function noteContracts(servers: readonly string[]): readonly string[] {
  return servers.map((server) => `no contract of ${server} to compare with yet`);
}

function noteWhatLimits(baseline: Baseline, head: BaselineRun): readonly string[] {
  const measured = knownRuns(baseline).filter((run) => run.id !== head.id && hasMeasured(run));
  const before = measured.length > 0;
  if (head.machine === undefined)
    return before ? ['no benchmark was measured: performance was not compared'] : [];
  if (!before) return ['no benchmark to compare with yet'];
  const notes: string[] = [];
  if (!measured.some((run) => isSameKind(run, head))) {
    const { cpuModel, cores } = head.machine;
    notes.push(
      `no run of the history was measured on ${cpuModel} with ${cores} cores: only CPU time by the reference server can be compared`,
    );
  }
  const { run: approved } = baseline.approved;
  if (hasMeasured(approved) && !isSameLoad(approved, head))
    notes.push('the approved run was measured under another kind of load');
  const calls = head.benchmarks.map(({ n }) => n);
  if (calls.length > 0 && median(calls) < fewestForP95)
    notes.push(`fewer than ${fewestForP95} calls do not bound a 95th percentile: it is not compared`);
  return notes;
}

const byWeight: readonly ComparisonVerdict[] = ['regressed', 'inconclusive', 'improved', 'unchanged'];

function worstVerdict(verdicts: readonly ComparisonVerdict[]): ComparisonVerdict | undefined {
  return byWeight.find((verdict) => verdicts.includes(verdict));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
