import type { SuiteConfig } from '../config/schema.ts';
import type { LoadedConfig } from '../config/types.ts';
import { createPlan } from './create-plan.ts';
import type { PlannedServer } from './types.ts';

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
