import type { LoadedConfig, PlannedServer } from '@mcp-test-harness/core';
import type { SuiteConfig } from '@mcp-test-harness/core/config';
import { createPlan } from '@mcp-test-harness/core/plan';

/** Every server of a configuration as it is described, whether a suite runs on it or not and whatever limits suites add. */
export function planServers(loaded: LoadedConfig): readonly PlannedServer[] {
  const { config } = loaded;
  const names = [...(config.server === undefined ? [] : ['server']), ...Object.keys(config.servers ?? {})];
  return createPlan({ ...loaded, config: { ...config, test_suites: names.map(emptySuiteOn) } }).servers;
}

function emptySuiteOn(server: string): SuiteConfig {
  return {
    name: server,
    server,
    enabled: true,
    tags: [],
    priority: 0,
    depends_on: [],
    parallel_execution: true,
    max_concurrency: 1,
    isolation: 'suite',
    fail_fast: false,
    required_success_rate: 1,
    variables: {},
    test_cases: [],
  };
}
