import type { ComparedMetric } from '../../benchmark/comparison-types.ts';
import type { BaselineRun } from '../document-schema.ts';
import { isSameKind, isSameLoad } from './comparable-runs.ts';
import { canNormalise, valueOf } from './run-values.ts';

/**
 * What a metric changed by from one run to another, in per cent; undefined where it was not measured in both, or where
 * machines differ and cannot be made comparable.
 */
export function changeBetween(
  before: BaselineRun,
  after: BaselineRun,
  id: string,
  metric: ComparedMetric,
): number | undefined {
  if (!isSameLoad(before, after)) return undefined;
  const normalised = canNormalise(before, metric) && canNormalise(after, metric);
  if (!normalised && !isSameKind(before, after)) return undefined;
  const [old, now] = [valueOf(before, id, metric, normalised), valueOf(after, id, metric, normalised)];
  return old === undefined || now === undefined ? undefined : Math.expm1(now.logValue - old.logValue) * 100;
}
