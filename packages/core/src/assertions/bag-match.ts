/**
 * Pairs each of `lefts` with a `right` of its own so that as many as possible fit: augmenting paths, so that
 * a greedy early choice never hides a solution.
 * @returns the lefts that stay without a partner
 */
export function assignPairs(
  lefts: number,
  rights: number,
  fits: (left: number, right: number) => boolean,
): readonly number[] {
  const known = new Map<number, boolean>();
  const fit = (left: number, right: number): boolean => {
    const key = left * rights + right;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const value = fits(left, right);
    known.set(key, value);
    return value;
  };
  const partner = new Map<number, number>();
  const unmatched: number[] = [];
  for (let left = 0; left < lefts; left += 1) {
    if (!augment(left, rights, fit, partner, new Set())) unmatched.push(left);
  }
  return unmatched;
}

function augment(
  left: number,
  rights: number,
  fit: (left: number, right: number) => boolean,
  partner: Map<number, number>,
  visited: Set<number>,
): boolean {
  for (let right = 0; right < rights; right += 1) {
    if (visited.has(right) || !fit(left, right)) continue;
    visited.add(right);
    const other = partner.get(right);
    if (other === undefined || augment(other, rights, fit, partner, visited)) {
      partner.set(right, left);
      return true;
    }
  }
  return false;
}
