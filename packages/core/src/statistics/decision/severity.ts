import type { DecisionRule, Severity } from './rule.ts';

const fallingSeverities = ['critical', 'error', 'warning'] as const;

/** The severity of a regression whose ratio head / base is at least `lowestRatio`. */
export function severityOf(lowestRatio: number, severities: DecisionRule['severities']): Severity {
  // A bound of exactly +25 % must not fall short of 25 % by a rounding error.
  const change = lowestRatio - 1 + 1e-12;
  return fallingSeverities.find((severity) => change >= severities[severity]) ?? 'minor';
}
