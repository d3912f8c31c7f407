import { filterTests } from './filter-tests.ts';
import type { Plan, PlanFilter, PlannedSuite } from './types.ts';

/**
 * A plan cut down to what a filter names and what that depends on. As with a filter from the beginning, a coverage that
 * the configuration asks of all tests is not asked of some.
 * @throws HarnessError USAGE for a filter that names nothing
 */
export function filterPlan(plan: Plan, filter: Omit<PlanFilter, 'shard'>): Plan {
  const { suites, warnings } = filterTests(plan.suites, filter);
  const sizes = new Map(plan.suites.map((suite) => [suite.name, suite.tests.length]));
  const kept = suites.map((suite): PlannedSuite =>
    Object.freeze(suite.tests.length === sizes.get(suite.name) ? suite : { ...suite, whole: false }),
  );
  const servers = new Set(kept.map(({ server }) => server));
  const testCount = kept.reduce((sum, { tests }) => sum + tests.length, 0);
  const leftOut = plan.testCount - testCount;
  return Object.freeze({
    ...plan,
    suites: Object.freeze(kept),
    servers: Object.freeze(plan.servers.filter(({ name }) => servers.has(name))),
    testCount,
    leftOutTests: plan.leftOutTests + leftOut,
    minCoveragePercent: leftOut === 0 ? plan.minCoveragePercent : undefined,
    warnings: [...plan.warnings, ...warnings],
  });
}
