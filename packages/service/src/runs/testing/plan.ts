import type { Plan } from '@mcp-test-harness/core';

/** For what looks at no plan. */
export const emptyPlan: Plan = {
  configFile: undefined,
  baseDir: '/',
  environment: undefined,
  shard: undefined,
  servers: [],
  suites: [],
  maxConcurrency: 1,
  timeoutMs: 60_000,
  failFast: false,
  protocolChecks: 'warn',
  secrets: [],
  testCount: 0,
  leftOutTests: 0,
  warnings: [],
};
