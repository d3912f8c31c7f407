import {
  coefficientOfVariation,
  findOutliers,
  Histogram,
  mean,
  percentile,
  quantile,
  standardDeviation,
} from '../statistics/index.ts';
import type { Sample } from './sample.ts';
import type { GeneratorReport, LatencySummary, ProcessSummary } from './types.ts';

/** One process's part of a benchmark; undefined when no call was `ok`. */
export function summariseProcess({ latenciesMs, cpuMs, calls }: Sample): ProcessSummary | undefined {
  if (latenciesMs.length === 0) return undefined;
  const count = Object.values(calls).reduce((sum, number) => sum + number, 0);
  return {
    n: latenciesMs.length,
    p25Ms: quantile(latenciesMs, 0.25),
    p50Ms: quantile(latenciesMs, 0.5),
    meanMs: mean(latenciesMs),
    p95Ms: percentile(latenciesMs, 95),
    cpuMsPerCall: cpuMs === undefined ? undefined : cpuMs / count,
  };
}

/** All calls together. @param latenciesMs at least one */
export function summariseLatency(latenciesMs: readonly number[]): LatencySummary {
  const histogram = new Histogram();
  for (const latencyMs of latenciesMs) histogram.record(latencyMs);
  return {
    n: latenciesMs.length,
    minMs: quantile(latenciesMs, 0),
    p25Ms: quantile(latenciesMs, 0.25),
    p50Ms: quantile(latenciesMs, 0.5),
    p90Ms: quantile(latenciesMs, 0.9),
    p95Ms: percentile(latenciesMs, 95),
    p99Ms: percentile(latenciesMs, 99),
    p999Ms: percentile(latenciesMs, 99.9),
    maxMs: quantile(latenciesMs, 1),
    meanMs: mean(latenciesMs),
    sdMs: latenciesMs.length > 1 ? standardDeviation(latenciesMs) : 0,
    cvPercent: latenciesMs.length > 1 ? coefficientOfVariation(latenciesMs) * 100 : 0,
    outlierPercent: findOutliers(latenciesMs).share * 100,
    histogram: histogram.toJSON(),
  };
}

/** The generator's own lateness must be less than this share of the latency that it reports. */
const longestLagShare = 0.1;

/** @param lagsMs at least one */
export function judgeGenerator(lagsMs: readonly number[], { p50Ms, p99Ms }: LatencySummary): GeneratorReport {
  const lagP50Ms = quantile(lagsMs, 0.5);
  const lagP99Ms = quantile(lagsMs, 0.99);
  const faults: string[] = [];
  const judge = (name: string, lagMs: number, latencyMs: number | undefined): void => {
    if (latencyMs === undefined || lagMs < latencyMs * longestLagShare) return;
    faults.push(`at the ${name} the generator was ${lagMs.toFixed(3)} ms late of ${latencyMs.toFixed(3)} ms`);
  };
  judge('median', lagP50Ms, p50Ms);
  judge('99th percentile', lagP99Ms, p99Ms);
  return { lagP50Ms, lagP99Ms, invalid: faults.length === 0 ? undefined : faults.join('; ') };
}
