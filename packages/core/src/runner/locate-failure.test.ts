import { describe, expect, it } from 'vitest';
import { plannedTest } from '../plan/testing/suites.ts';
import type { PlannedStep } from '../plan/types.ts';
import { locateFailure } from './locate-failure.ts';

const at = (line: number) => ({ file: 'main.yaml', line, column: 1 });
const step = (configKey: string): PlannedStep => ({
  name: undefined,
  action: { kind: 'request', method: 'ping', params: undefined },
  expected: undefined,
  expectError: undefined,
  storeAs: undefined,
  timeoutMs: undefined,
  configKey,
  storedTemplates: false,
  expressionTemplates: false,
});
const test = plannedTest('suite/test', {
  location: at(1),
  locations: {
    expected: at(10),
    'expected.patterns[1]': at(12),
    'expected.patterns[1].key': at(13),
    'steps[1]': at(20),
    'steps[1].expected.text': at(22),
  },
});

describe('locateFailure', () => {
  it.each<[string, PlannedStep | undefined, string | undefined, number]>([
    ['the key itself', undefined, 'expected.patterns[1].key', 13],
    ['the nearest ancestor of a member', undefined, 'expected.patterns[1].validation.value', 12],
    ['the nearest ancestor of an item', undefined, 'expected.patterns[7]', 10],
    ['the test, when nothing above the key is known', undefined, 'performance.max_execution_time_ms', 1],
    ['the test, without a key', undefined, undefined, 1],
    ['a key in a step', step('steps[1]'), 'expected.text', 22],
    ['the step of a key that is nowhere', step('steps[1]'), 'expected.json.a[0].b', 20],
    ['the step, without a key', step('steps[1]'), undefined, 20],
    ['the test of a step that is nowhere', step('cleanup_steps[0]'), 'expected.text', 1],
    ['a test that is its own only step', step(''), 'expected.text', 10],
  ])('finds %s', (_what, ofStep, configKey, line) => {
    expect(locateFailure(test, ofStep, configKey)?.line).toBe(line);
  });
});
