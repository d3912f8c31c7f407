const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** What Stirling's formula lacks at x ≥ 10: ln Γ(x) - ((x - ½) ln x - x + ½ ln 2π). */
function stirlingCorrection(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  return inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
}

/** ln Γ(x) for x > 0: Stirling's series, after the recurrence Γ(x + 1) = x Γ(x) has lifted x above 10. */
export function logGamma(x: number): number {
  let lifted = x;
  let product = 1;
  for (; lifted < 10; lifted += 1) product *= lifted;
  return (
    (lifted - 0.5) * Math.log(lifted) - lifted + halfLogTwoPi + stirlingCorrection(lifted) - Math.log(product)
  );
}

/**
 * ln B(a, b) for a, b > 0. For large arguments the large terms of the three ln Γ are cancelled on paper, not in floating
 * point (Didonato & Morris, ACM TOMS 18 (1992), algorithm 708; R `lbeta`).
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  const sum = small + large;
  if (large < 10) return logGamma(small) + logGamma(large) - logGamma(sum);
  const largeCorrection = stirlingCorrection(large) - stirlingCorrection(sum);
  const shrink = Math.log1p(-small / sum);
  if (small < 10)
    return logGamma(small) + largeCorrection + small - small * Math.log(sum) + (large - 0.5) * shrink;
  return (
    -0.5 * Math.log(large) +
    halfLogTwoPi +
    stirlingCorrection(small) +
    largeCorrection +
    (small - 0.5) * Math.log(small / sum) +
    large * shrink
  );
}
