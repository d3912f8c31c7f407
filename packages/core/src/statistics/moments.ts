/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sample variance with divisor n - 1 (R `var`), in two passes so that a large mean costs no digits; NaN below two values. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return squares / (values.length - 1);
}

/** Square root of {@link variance} (R `sd`). */
export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/** Standard deviation over the absolute mean, as a ratio: 0.5 is a CV of 50 %. NaN below two values or at a mean of 0. */
export function coefficientOfVariation(values: readonly number[]): number {
  const centre = mean(values);
  return centre === 0 ? NaN : standardDeviation(values) / Math.abs(centre);
}
