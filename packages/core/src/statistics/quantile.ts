/**
 * Quantile types of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996):
 * 7 is the default of R, NumPy and spreadsheets; 8 is nearly median-unbiased whatever the distribution, and what the
 * paper recommends.
 */
export type QuantileType = 7 | 8;

/** Where the quantile stands among n sorted values, counted from 0 and with a fraction. */
const position: Readonly<Record<QuantileType, (n: number, probability: number) => number>> = {
  7: (n, probability) => (n - 1) * probability,
  8: (n, probability) => (n + 1 / 3) * probability - 2 / 3,
};

/** Ascending copy by value; numbers only, NaN last. */
export function sortNumbers(values: readonly number[]): number[] {
  return Array.from(Float64Array.from(values).sort());
}

/** {@link quantile} of values that are sorted already. */
export function quantileOfSorted(
  sorted: readonly number[],
  probability: number,
  type: QuantileType = 7,
): number {
  if (!(probability >= 0 && probability <= 1)) return NaN;
  const last = sorted.length - 1;
  const place = Math.min(Math.max(position[type](sorted.length, probability), 0), last);
  const below = Math.floor(place + 4 * Number.EPSILON);
  const low = sorted[below] ?? NaN;
  const fraction = place - below;
  // Not interpolated when the place is a value, so that infinities stay what they are.
  return fraction <= 4 * Number.EPSILON ? low : low + fraction * ((sorted[below + 1] ?? low) - low);
}

/**
 * The quantile at `probability` (0 to 1), as R's `quantile(x, p, type = 7 | 8)`.
 * NaN of nothing or for a probability outside 0 to 1.
 */
export function quantile(values: readonly number[], probability: number, type: QuantileType = 7): number {
  return quantileOfSorted(sortNumbers(values), probability, type);
}

/** The middle value, or the mean of the two; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
