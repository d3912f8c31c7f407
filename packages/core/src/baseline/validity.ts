import { coefficientOfVariation, findOutliers, mean, median, quantile } from '../statistics/index.ts';

/** What samples must be like to be a baseline. */
export interface ValidityRules {
  readonly minimumSamples: number;
  /** Largest coefficient of variation, in per cent. */
  readonly highestCvPercent: number;
  /** Largest share of outliers, in per cent; see {@link outlierShare}. */
  readonly highestOutlierPercent: number;
}

export const defaultValidity: ValidityRules = {
  minimumSamples: 10,
  highestCvPercent: 50,
  highestOutlierPercent: 10,
};

/** Nearer to the median than this, as a ratio, is no outlier: a warning begins there, whatever the other calls took. */
const harmless = 0.25;

/**
 * Share of the times beyond the median ± 3 · 1.4826 · MAD, 0 to 1. Calls of a server that waits 50 ms differ by a tenth of a
 * millisecond: a busy machine puts a fifth of them beyond three deviations, and nothing is wrong with them.
 */
export function outlierShare(times: readonly number[]): number {
  const centre = median(times);
  const { indices } = findOutliers(times);
  const far = indices.filter((index) => Math.abs((times[index] ?? centre) - centre) > harmless * centre);
  return times.length === 0 ? 0 : far.length / times.length;
}

/** Whether samples make a baseline, in the words of the operational guide's validator. */
export interface Validity {
  readonly valid: boolean;
  readonly message: string;
}

/** Fewer samples than this do not bound a 95th percentile. */
export const fewestForP95 = 60;

/**
 * The coefficient of variation that is judged, in per cent: of the times without the highest twentieth. In thousands of
 * calls of a tool that takes 50 µs, the few that the machine held up for some milliseconds are all there is of it; how
 * many they may be is the question of {@link outlierShare}.
 */
export function judgedCvPercent(times: readonly number[]): number {
  const highest = times.length < fewestForP95 ? Infinity : quantile(times, 0.95);
  const most = times.filter((time) => time <= highest);
  return mean(most) > 0 ? coefficientOfVariation(most) * 100 : 100;
}

/**
 * The rules I3 to I5 of the specification over response times in ms. Outliers are told by the median and the MAD: mean
 * and standard deviation could never find more than a tenth of the samples beyond three deviations.
 */
export function judgeResponseTimes(
  times: readonly number[],
  rules: ValidityRules = defaultValidity,
): Validity {
  if (times.length < rules.minimumSamples) return { valid: false, message: 'Insufficient data points' };
  const cvPercent = judgedCvPercent(times);
  if (cvPercent > rules.highestCvPercent)
    return { valid: false, message: `High variance: CV = ${cvPercent.toFixed(1)}%` };
  const outlierPercent = outlierShare(times) * 100;
  if (outlierPercent > rules.highestOutlierPercent)
    return { valid: false, message: `Too many outliers: ${outlierPercent.toFixed(1)}%` };
  return { valid: true, message: `Valid baseline: ${times.length} samples, CV = ${cvPercent.toFixed(1)}%` };
}
