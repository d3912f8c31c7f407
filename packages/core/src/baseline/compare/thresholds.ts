import { historyRule, type HistoryRule } from '../../statistics/index.ts';

/** From which slowdown on a regression has which severity, in per cent; rising. */
export interface Thresholds {
  readonly warningPercent: number;
  readonly errorPercent: number;
  readonly criticalPercent: number;
}

export const defaultThresholds: Thresholds = { warningPercent: 25, errorPercent: 50, criticalPercent: 100 };

/** The rule of cached mode with these thresholds. */
export function ruleOf({ warningPercent, errorPercent, criticalPercent }: Thresholds): HistoryRule {
  return {
    ...historyRule,
    severities: {
      warning: warningPercent / 100,
      error: errorPercent / 100,
      critical: criticalPercent / 100,
    },
  };
}
