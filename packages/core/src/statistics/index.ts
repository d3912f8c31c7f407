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
export { smallestDetectableChange, type Detection } from './detectable-change.ts';
export { compareWithHistory, historyRule, predictNextRun } from './decision/compare-with-history.ts';
export type { HistoryRule, HistorySeries, RunValue } from './decision/compare-with-history.ts';
export { decideInterleaved, type InterleavedMeasurement } from './decision/decide-interleaved.ts';
export { interleavedRule, type InterleavedRule } from './decision/interleaved-rule.ts';
export { nameSuspects } from './decision/name-suspects.ts';
export { defaultRule, suspectBeyond } from './decision/rule.ts';
export type { DecisionRule, Metric, Severity } from './decision/rule.ts';
export type * from './decision/types.ts';
export { findChangePoints, type ChangePoint, type ChangePointOptions } from './change-points.ts';
export {
  Histogram,
  histogramRelativeError,
  type HistogramDocument,
  type ParsedHistogram,
} from './histogram.ts';
