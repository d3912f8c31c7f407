import type { PlannedSuite, PlannedTest } from '../types.ts';

/** A planned test of nothing. */
export function plannedTest(id: string, more: Partial<PlannedTest> = {}): PlannedTest {
  const slash = id.indexOf('/');
  return {
    id,
    suite: id.slice(0, slash),
    test: id.slice(slash + 1),
    description: undefined,
    instance: undefined,
    tags: [],
    location: undefined,
    locations: {},
    setup: [],
    steps: [],
    cleanup: [],
    iterations: 1,
    concurrency: 1,
    skipReason: undefined,
    skipIf: undefined,
    onlyIf: undefined,
    dependsOn: [],
    timeoutMs: undefined,
    retry: undefined,
    retryOptedIn: false,
    performance: undefined,
    variables: {},
    ...more,
  };
}

export function plannedSuite(
  name: string,
  tests: readonly PlannedTest[],
  more: Partial<PlannedSuite> = {},
): PlannedSuite {
  return {
    name,
    description: undefined,
    location: undefined,
    server: 'server',
    dependsOn: [],
    after: [],
    concurrency: 4,
    isolation: 'suite',
    timeoutMs: undefined,
    failFast: false,
    requiredSuccessRate: 1,
    setupScript: undefined,
    teardownScript: undefined,
    skipIf: undefined,
    onlyIf: undefined,
    skipReason: undefined,
    retry: undefined,
    whole: true,
    tests,
    ...more,
  };
}
