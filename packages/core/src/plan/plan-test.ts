import type { Config, StepConfig, SuiteConfig, TestCaseConfig } from '../config/schema.ts';
import type { ConfigPath, LoadedConfig } from '../config/types.ts';
import { HarnessError } from '../errors.ts';
import type { SourceLocation } from '../errors.ts';
import { substituteTemplates } from '../expressions/index.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { expandInstances, nameInstance } from './expand-instances.ts';
import { locateExpectations } from './locate-expectations.ts';
import { planStep } from './plan-step.ts';
import type { StepPlace } from './plan-step.ts';
import type { PlannedStep, PlannedTest } from './types.ts';

/** What the tests of one suite have in common. */
export interface TestScope {
  readonly config: Config;
  readonly suite: SuiteConfig;
  readonly locate: LoadedConfig['locate'];
  /** Ids given so far in the run, so that new ones can be kept apart. */
  readonly usedIds: Set<string>;
}

/**
 * All instances of one test case. Values of an instance are substituted here; what is stored by steps is left
 * to the runner. `dependsOn` holds the names as written.
 * @throws HarnessError of the first fault, with its location
 */
export function planTest(test: TestCaseConfig, path: ConfigPath, scope: TestScope): readonly PlannedTest[] {
  const { config, suite } = scope;
  const location = scope.locate(path);
  const locations = locateExpectations(test, path, scope.locate);
  const tags = [...new Set([...suite.tags, ...test.tags])];
  const variables = { ...config.variables, ...suite.variables, ...test.variables };
  const stored = storedNames(test);
  return expandInstances(test).map((instance): PlannedTest => {
    const id = uniqueId(
      instance === undefined
        ? `${suite.name}/${test.id}`
        : `${suite.name}/${test.id} ${nameInstance(instance)}`,
      scope.usedIds,
    );
    const filled = instance === undefined ? test : substituteInstance(test, instance, stored, id, location);
    const place = (configKey: string): StepPlace => ({
      configKey,
      title: configKey === '' ? id : `${id} ${configKey}`,
      location: locations[configKey] ?? location,
      storesResults: stored.size > 0,
    });
    return {
      id,
      suite: suite.name,
      test: test.id,
      description: filled.description,
      instance,
      tags,
      location,
      locations,
      setup: planSteps(filled.setup_steps, 'setup_steps', place),
      steps: planMainSteps(filled, place),
      cleanup: planSteps(filled.cleanup_steps, 'cleanup_steps', place),
      iterations: test.iterations,
      concurrency: Math.min(test.concurrency, test.iterations),
      skipReason: !suite.enabled
        ? `suite "${suite.name}" is disabled (enabled: false)`
        : test.enabled
          ? undefined
          : 'disabled (enabled: false)',
      skipIf: filled.skip_if,
      onlyIf: filled.only_if,
      dependsOn: test.depends_on,
      timeoutMs:
        filled.timeout_override_seconds === undefined ? undefined : filled.timeout_override_seconds * 1000,
      retry: test.retry ?? suite.retry ?? config.global.retry,
      retryOptedIn: test.retry !== undefined,
      performance: filled.performance,
      variables: instance === undefined ? variables : { ...variables, ...instance },
    };
  });
}

function planMainSteps(
  test: TestCaseConfig,
  place: (configKey: string) => StepPlace,
): readonly PlannedStep[] {
  if (test.steps === undefined) {
    const { timeout_override_seconds: _whole, ...step } = test;
    return [planStep(step, place(''))];
  }
  const misplaced = (
    [
      'tool_name',
      'method',
      'raw',
      'expected',
      'expect_error',
      'expected_error_code',
      'expected_error_pattern',
    ] as const
  ).find((key) => test[key] !== undefined);
  if (misplaced === undefined) return planSteps(test.steps, 'steps', place);
  const { title, location } = place('');
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: `${title} has both steps and ${misplaced}`,
    hint: `Move ${misplaced} into one of the steps.`,
    location,
  });
}

function planSteps(
  steps: readonly StepConfig[],
  key: string,
  place: (configKey: string) => StepPlace,
): readonly PlannedStep[] {
  return steps.map((step, index) => planStep(step, place(`${key}[${index}]`)));
}

function storedNames(test: TestCaseConfig): ReadonlySet<string> {
  const names = new Set<string>();
  for (const step of [...test.setup_steps, ...(test.steps ?? []), ...test.cleanup_steps]) {
    if (step.store_result_as !== undefined) names.add(step.store_result_as);
  }
  return names;
}

function substituteInstance(
  test: TestCaseConfig,
  instance: JsonObject,
  stored: ReadonlySet<string>,
  id: string,
  location: SourceLocation | undefined,
): TestCaseConfig {
  // Variables are settled at load and may hold a literal `${`.
  const { matrix: _matrix, cases: _cases, variables: _variables, ...templated } = test;
  const lookup = (name: string): JsonValue | undefined =>
    Object.hasOwn(instance, name) ? instance[name] : undefined;
  try {
    return substituteTemplates(templated as JsonObject, lookup, {
      deferred: stored,
    }) as unknown as TestCaseConfig;
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError({
      code: error.code,
      message: `${id}: ${error.message}`,
      hint: error.hint,
      location,
      cause: error,
    });
  }
}

/** Ids that would be equal (same row twice, or cut values) are numbered from the second on. */
function uniqueId(id: string, used: Set<string>): string {
  let unique = id;
  for (let number = 2; used.has(unique); number += 1) unique = `${id} #${number}`;
  used.add(unique);
  return unique;
}
