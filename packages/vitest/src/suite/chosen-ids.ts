import type { Plan } from '@mcp-test-harness/core';
import type { RunnerTask, RunnerTestCase, RunnerTestSuite } from 'vitest';

/** Ids of the tests of a plan that Vitest is going to run, seen from one of them: not those that `-t` or `only` leave out. */
export function chosenIds(plan: Plan, task: Readonly<RunnerTestCase>): readonly string[] {
  const names = new Map<string, Set<string>>();
  for (const suite of plan.suites) names.set(suite.name, new Set());
  const root = rootOf(task);
  for (const suite of root?.tasks ?? []) {
    if (suite.type !== 'suite') continue;
    for (const test of suite.tasks) if (isToRun(test)) names.get(suite.name)?.add(test.name);
  }
  return plan.suites.flatMap(({ name, tests }) =>
    tests.filter(({ id }) => names.get(name)?.has(id.slice(name.length + 1)) === true).map(({ id }) => id),
  );
}

/** The `describe` of the file: the parent of a suite's, or of a test that judges the whole run. */
function rootOf(task: Readonly<RunnerTestCase>): RunnerTestSuite | undefined {
  const parent = task.suite;
  return parent?.tasks.some(({ type }) => type === 'suite') === true ? parent : parent?.suite;
}

function isToRun({ type, mode }: RunnerTask): boolean {
  return type === 'test' && mode !== 'skip' && mode !== 'todo';
}
