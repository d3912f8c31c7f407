import type { AssertionFailure } from '../assertions/types.ts';
import type { PlannedTest } from '../plan/types.ts';
import { minimumSamples } from '../statistics/percentile.ts';

/** What was measured in one test. */
export interface Measurement {
  /** One entry per request, in ms. */
  readonly durationsMs: readonly number[];
  /** Wall time of all requests of the test proper, in ms. */
  readonly elapsedMs: number;
  /** Of the server's process tree; undefined when it cannot be measured. */
  readonly peakMemoryBytes: number | undefined;
}

/**
 * Judges `performance:`. A limit that the measurement is too small to judge is a failure that says so,
 * never a pass: a percentile needs at least three samples beyond it (p95: 60, p99: 300, p99.9: 3,000).
 */
export function checkPerformance(
  limits: NonNullable<PlannedTest['performance']>,
  measured: Measurement,
): readonly AssertionFailure[] {
  const failures: AssertionFailure[] = [];
  const fail = (key: string, message: string, expected: string, actual: string | undefined): void => {
    const configKey = `performance.${key}`;
    failures.push({
      severity: 'failure',
      key: configKey,
      type: 'performance',
      message,
      expected,
      actual,
      configKey,
    });
  };
  const sorted = measured.durationsMs.toSorted((a, b) => a - b);
  const {
    max_execution_time_ms: maxMs,
    max_memory_usage_mb: maxMb,
    min_requests_per_second: minRate,
  } = limits;

  if (maxMs !== undefined && sorted.length === 0) {
    fail('max_execution_time_ms', `no request was measured, so that the limit of ${maxMs} ms cannot be judged`, `≤ ${maxMs} ms`, undefined); // prettier-ignore
  } else if (maxMs !== undefined) {
    const slow = sorted.filter((duration) => duration > maxMs);
    const slowest = slow.at(-1);
    if (slowest !== undefined) {
      const which =
        sorted.length === 1 ? 'the request' : `${slow.length} of ${sorted.length} requests, the slowest`;
      fail('max_execution_time_ms', `expected every answer within ${maxMs} ms, ${which} took ${show(slowest, maxMs)} ms`, `≤ ${maxMs} ms`, `${show(slowest, maxMs)} ms`); // prettier-ignore
    }
  }
  if (maxMb !== undefined) {
    const usedMb = measured.peakMemoryBytes === undefined ? undefined : measured.peakMemoryBytes / 2 ** 20;
    if (usedMb === undefined) {
      fail('max_memory_usage_mb', `the memory of this server cannot be measured, so that the limit of ${maxMb} MiB cannot be judged`, `≤ ${maxMb} MiB`, undefined); // prettier-ignore
    } else if (usedMb > maxMb) {
      fail('max_memory_usage_mb', `expected the server's process tree to stay within ${maxMb} MiB, its peak was ${show(usedMb, maxMb)} MiB`, `≤ ${maxMb} MiB`, `${show(usedMb, maxMb)} MiB`); // prettier-ignore
    }
  }
  for (const [name, limitMs] of Object.entries(limits.percentiles ?? {})) {
    const percent = Number(name.slice(1));
    const needed = samplesNeeded(percent);
    if (sorted.length < needed) {
      fail(`percentiles.${name}`, `not enough samples for ${name}: it needs ${needed} requests, there were ${sorted.length}; raise iterations`, `≤ ${limitMs} ms`, `${sorted.length} samples`); // prettier-ignore
      continue;
    }
    const value = percentileOf(sorted, percent);
    if (value > limitMs) {
      fail(`percentiles.${name}`, `expected ${name} within ${limitMs} ms, it was ${show(value, limitMs)} ms over ${sorted.length} requests`, `≤ ${limitMs} ms`, `${show(value, limitMs)} ms`); // prettier-ignore
    }
  }
  if (minRate !== undefined && sorted.length === 0) {
    fail('min_requests_per_second', `no request was measured, so that the rate of ${minRate} per second cannot be judged`, `≥ ${minRate}/s`, undefined); // prettier-ignore
  } else if (minRate !== undefined) {
    const rate = measured.elapsedMs > 0 ? (sorted.length * 1000) / measured.elapsedMs : Infinity;
    if (rate < minRate) {
      fail('min_requests_per_second', `expected at least ${minRate} requests per second, there were ${show(rate, minRate)}`, `≥ ${minRate}/s`, `${show(rate, minRate)}/s`); // prettier-ignore
    }
  }
  return failures;
}

/** Fewest samples that a percentile may be read from; the ends, p0 and p100, are what they are. */
export function samplesNeeded(percent: number): number {
  return percent <= 0 || percent >= 100 ? 1 : minimumSamples(percent);
}

/** Nearest rank: the smallest sample that at least `percent` % of the samples do not exceed. */
function percentileOf(sorted: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Rounded, unless it would then look as if it kept the limit. */
function show(value: number, limit: number): number {
  const rounded = value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
  return rounded > limit === value > limit && rounded !== limit ? rounded : value;
}
