/** A continuous distribution that is symmetric around 0 with its one mode there; all for x ≥ 0. */
export interface SymmetricDistribution {
  /** P(X > x), to full relative precision far out too. */
  tail(x: number): number;
  /** P(0 < X < x), to full relative precision near 0 too. */
  central(x: number): number;
  density(x: number): number;
}

/** P(X ≤ x). */
export function cumulative(distribution: SymmetricDistribution, x: number): number {
  return x < 0 ? distribution.tail(-x) : 1 - distribution.tail(x);
}

/** P(X > x), precise where `1 - cumulative(x)` is not. */
export function upperTail(distribution: SymmetricDistribution, x: number): number {
  return cumulative(distribution, -x);
}

/** The x with P(X ≤ x) = `probability`; ∓Infinity at 0 and 1, NaN outside. */
export function inverse(distribution: SymmetricDistribution, probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return NaN;
  if (probability === 0 || probability === 1) return probability === 0 ? -Infinity : Infinity;
  if (probability < 0.5) return -inverseTail(distribution, probability);
  const tail = 1 - probability;
  return tail < 0.1 ? inverseTail(distribution, tail) : inverseCentral(distribution, probability - 0.5);
}

/** The x ≥ 0 with P(X > x) = `tail`, for 0 < tail ≤ 0.5. */
function inverseTail(distribution: SymmetricDistribution, tail: number): number {
  if (tail >= 0.1) return inverseCentral(distribution, 0.5 - tail);
  const target = Math.log(tail);
  // In ln x, because tails fall as powers (t) or faster (normal): ln tail is concave there and Newton's method safe.
  let low = 0;
  let high = 1;
  while (distribution.tail(Math.exp(high)) > tail) [low, high] = [high, high * 2];
  let logX = low;
  for (let round = 0; round < 200; round += 1) {
    const x = Math.exp(logX);
    const reached = distribution.tail(x);
    const excess = Math.log(reached) - target;
    if (excess > 0) low = logX;
    else high = logX;
    const next = logX + (excess * reached) / (x * distribution.density(x));
    const moved = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(moved - logX) < Number.EPSILON * Math.max(1, logX)) break;
    logX = moved;
  }
  return Math.exp(logX);
}

/** The x ≥ 0 with P(0 < X < x) = `area`, for 0 ≤ area ≤ 0.4: Newton's method climbs a concave curve from 0. */
function inverseCentral(distribution: SymmetricDistribution, area: number): number {
  let x = 0;
  for (let round = 0; round < 200; round += 1) {
    const step = (area - distribution.central(x)) / distribution.density(x);
    x += step;
    if (!(Math.abs(step) > Number.EPSILON * x)) break;
  }
  return x;
}
