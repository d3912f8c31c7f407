/**
 * Holm's adjusted p values, in the order given (Scandinavian Journal of Statistics 6, 1979; R `p.adjust(p, "holm")`).
 * Rejecting all that are ≤ α keeps the chance of any false rejection ≤ α, however the tests depend on each other.
 */
export function adjustHolm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = pValues.map(() => 1);
  let running = 0;
  for (const [place, index] of order.entries()) {
    running = Math.max(running, Math.min(1, (pValues.length - place) * (pValues[index] ?? 1)));
    adjusted[index] = running;
  }
  return adjusted;
}
