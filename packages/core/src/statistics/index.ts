/** The arithmetic of measuring: pure, deterministic, no clock and no I/O. Each file names what it equals in R or SciPy. */
export { hodgesLehmann, type HodgesLehmann } from './hodges-lehmann.ts';
export { adjustHolm } from './holm.ts';
export {
  estimateMean,
  estimateTrimmedMean,
  trimmedMean,
  winsorisedVariance,
  type LocationEstimate,
} from './location.ts';
export {
  locationInterval,
  testLocation,
  type Alternative,
  type Interval,
  type TestResult,
} from './location-test.ts';
export { coefficientOfVariation, mean, standardDeviation, variance } from './moments.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { minimumSamples, percentile } from './percentile.ts';
export { median, quantile, quantileOfSorted, sortNumbers, type QuantileType } from './quantile.ts';
export { Random } from './random.ts';
export { findOutliers, medianAbsoluteDeviation, type Outliers } from './robust-scale.ts';
export { testSignedRank, type SignedRankOptions, type SignedRankResult } from './signed-rank.ts';
export { studentTCdf, studentTQuantile } from './student-t.ts';
export { testMannKendall, theilSen, type MannKendall, type TheilSen } from './trend.ts';
