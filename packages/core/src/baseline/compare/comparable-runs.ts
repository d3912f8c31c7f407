import type { ComparedMetric } from '../../benchmark/comparison-types.ts';
import { findChangePoints } from '../../statistics/index.ts';
import type { BaselineRun } from '../document-schema.ts';
import { canNormalise, valueOf, type MeasuredValue } from './run-values.ts';
import type { ComparableScope } from './types.ts';

/** A run, and its value of one metric of one subject. */
export interface RunWithValue {
  readonly run: BaselineRun;
  readonly value: MeasuredValue;
}

/** The runs that one metric of a run can be held against. */
export interface ComparableRuns {
  readonly scope: ComparableScope;
  readonly normalised: boolean;
  /** Oldest first. */
  readonly runs: readonly RunWithValue[];
}

/** Measured where numbers mean the same: CPU model and cores, platform, and the runtime's major version. */
export function isSameKind(a: BaselineRun, b: BaselineRun): boolean {
  if (a.machine === undefined || b.machine === undefined) return false;
  return (
    a.machine.cpuModel === b.machine.cpuModel &&
    a.machine.cores === b.machine.cores &&
    a.machine.platform === b.machine.platform &&
    majorOf(a.machine.node) === majorOf(b.machine.node)
  );
}

/** Calls that did not follow each other in the same way do not take the same time. */
export function isSameLoad(a: BaselineRun, b: BaselineRun): boolean {
  return describeLoad(a.load) === describeLoad(b.load);
}

function describeLoad(load: BaselineRun['load']): string {
  if (load === undefined) return 'none';
  if (load.kind === 'closed') return `${load.concurrency} callers`;
  return load.kind === 'open' ? `${load.ratePerSecond} calls a second` : load.kind;
}

/**
 * The runs of a history that a run's metric can be held against: those of the same kind of machine; for CPU time, when
 * these are fewer than `enough`, those of all machines, divided by the computing reference server.
 */
export function comparableRuns(
  history: readonly BaselineRun[],
  head: BaselineRun,
  id: string,
  metric: ComparedMetric,
  enough: number,
): ComparableRuns {
  const candidates = history.filter((run) => run.id !== head.id && isSameLoad(run, head));
  const withValues = (runs: readonly BaselineRun[], normalised: boolean): readonly RunWithValue[] =>
    runs.flatMap((run) => {
      const value = valueOf(run, id, metric, normalised);
      return value === undefined ? [] : [{ run, value }];
    });
  const same = candidates.filter((run) => isSameKind(run, head));
  if (!canNormalise(head, metric))
    return { scope: 'same-machine', normalised: false, runs: withValues(same, false) };
  const sameNormalised = withValues(same, true);
  const anyNormalised = withValues(candidates, true);
  if (sameNormalised.length < enough && anyNormalised.length >= enough)
    return { scope: 'any-machine', normalised: true, runs: anyNormalised };
  return { scope: 'same-machine', normalised: true, runs: sameNormalised };
}

/** A smaller step makes no new level, as a ratio. */
export const smallestStep = 0.03;

/** Those since the last change of level: what lies before says nothing about how things are. */
export function atCurrentLevel(runs: readonly RunWithValue[]): readonly RunWithValue[] {
  const steps = findChangePoints(
    runs.map(({ value }) => value.logValue),
    { minimumShift: Math.log1p(smallestStep) },
  );
  return runs.slice(steps.at(-1)?.index ?? 0);
}

function majorOf(version: string): string {
  return version.split('.', 1)[0] ?? version;
}
