import type { Plan, PlannedStep, PlannedTest } from '@mcp-test-harness/core';
import { findExpectationProblems } from '@mcp-test-harness/core/assertions';
import { frameAt } from '@mcp-test-harness/core/config';
import { HarnessError, HarnessErrorList, type SourceLocation } from '@mcp-test-harness/core/errors';

/**
 * Checks what tests expect without sending anything: a JSONPath, regular expression or schema that is wrong in itself
 * would fail whatever comes. Returns how many expectations there are.
 * @throws HarnessErrorList with every fault and its place
 */
export async function checkExpectations(plan: Plan): Promise<number> {
  const errors = new Map<string, HarnessError>();
  let count = 0;
  for (const test of plan.suites.flatMap(({ tests }) => tests)) {
    for (const step of [...test.setup, ...test.steps, ...test.cleanup]) {
      if (step.expected === undefined && step.expectError === undefined) continue;
      count += 1;
      for (const error of await checkStep(test, step, plan.baseDir)) {
        // The instances of a matrix have the same faults in the same places.
        const { file, line, column } = error.location ?? {};
        errors.set(JSON.stringify([file, line, column, error.message]), error);
      }
    }
  }
  const [first, ...rest] = errors.values();
  if (first !== undefined) throw new HarnessErrorList([first, ...rest]);
  return count;
}

async function checkStep(
  test: PlannedTest,
  step: PlannedStep,
  baseDir: string,
): Promise<readonly HarnessError[]> {
  if (step.expected === undefined) return [];
  const problems = await findExpectationProblems(step.expected, baseDir);
  return problems
    .filter(({ configKey }) => !isFilledInLater(step, configKey))
    .map(({ configKey, message }) => {
      const key = step.configKey === '' ? configKey : `${step.configKey}.${configKey}`;
      const location = locate(test, key);
      return new HarnessError({
        code: 'CONFIG_INVALID',
        message: `${test.suite}/${test.test}: ${key}: ${message}`,
        hint: 'As it stands, the test fails whatever the server answers.',
        location,
        frame: location === undefined ? undefined : frameAt(location),
      });
    });
}

/** What is taken from earlier answers is not there yet, so that nothing can be said about it. */
function isFilledInLater(step: PlannedStep, configKey: string): boolean {
  if (!step.storedTemplates && !step.expressionTemplates) return false;
  const [, part, index] = /^expected\.(\w+)(?:\[(\d+)\])?/.exec(configKey) ?? [];
  const value: unknown = Object.entries(step.expected ?? {}).find(([name]) => name === part)?.[1];
  const written: unknown = index === undefined ? value : (value as readonly unknown[])[Number(index)];
  return JSON.stringify(written ?? null).includes('${');
}

/** Where a key of a test stands, or the nearest one around it. */
function locate(test: PlannedTest, key: string): SourceLocation | undefined {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.'), at.lastIndexOf('[')))) {
    const location = test.locations[at];
    if (location !== undefined) return location;
  }
  return test.location;
}
