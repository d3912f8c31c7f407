import type { Endpoint } from './endpoint.ts';
import { kpis, type Kpi } from './kpis.ts';
import { queryNumber } from './prometheus-api.ts';
import { promDuration, promString, readPromDuration } from './promql.ts';

export interface MeasuredKpi extends Pick<Kpi, 'id' | 'name' | 'unit' | 'objective'> {
  /** Undefined: not measured. */
  readonly actual: number | undefined;
  readonly state: 'met' | 'missed' | 'not-measured';
}

export interface KpiReport {
  readonly window: string;
  /** When the oldest sample in the window is from, in ms since 1970; undefined when there is none. */
  readonly since: number | undefined;
  readonly kpis: readonly MeasuredKpi[];
}

/** Asks Prometheus for each indicator, over the window until now. @param window as Prometheus writes it */
export async function measureKpis(
  prometheus: Endpoint,
  { job, window, signal }: { readonly job: string; readonly window: string; readonly signal?: AbortSignal },
): Promise<KpiReport> {
  const seconds = await queryNumber(prometheus, oldestSample(job, window), signal);
  const measured: MeasuredKpi[] = [];
  // One after the other: each of them may read a month of samples.
  for (const { id, name, unit, objective, expression } of kpis) {
    const actual = await queryNumber(prometheus, expression(job, window), signal);
    measured.push({ id, name, unit, objective, actual, state: judge(objective, actual) });
  }
  return { window, since: seconds === undefined ? undefined : seconds * 1000, kpis: measured };
}

/** The time of the first sample, to about a five-hundredth of the window. */
function oldestSample(job: string, window: string): string {
  const stepMs = Math.max(15_000, Math.floor((readPromDuration(window) ?? 0) / 500_000) * 1000);
  return `min(min_over_time(timestamp(up{job=${promString(job)}})[${window}:${promDuration(stepMs)}]))`;
}

function judge(objective: Kpi['objective'], actual: number | undefined): MeasuredKpi['state'] {
  if (actual === undefined) return 'not-measured';
  const isMet = objective.is === 'at-least' ? actual >= objective.value : actual < objective.value;
  return isMet ? 'met' : 'missed';
}
