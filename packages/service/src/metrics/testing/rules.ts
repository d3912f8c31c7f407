import type { RuleSettings } from '../rules.ts';

/** Those that a configuration without thresholds has. */
export const defaultRules: RuleSettings = {
  jobName: 'mcp-test-harness',
  errorRatePercent: 5,
  successRatePercent: 95,
  responseTimeMs: 10_000,
  regressionPercent: 50,
  windowMs: 300_000,
};
