import { describe, expect, it } from 'vitest';
import { withPlan } from '../runner/testing/run-yaml.ts';
import { filterPlan } from './filter-plan.ts';
import type { Plan } from './types.ts';

const yaml = `
servers:
  one: { command: fake }
  two: { command: fake }
coverage: { min_percent: 80 }
test_suites:
  - name: first
    server: one
    test_cases: [{ id: a, tool_name: echo }]
  - name: second
    server: two
    depends_on: [first]
    test_cases: [{ id: b, tool_name: echo }]
  - name: third
    server: two
    test_cases: [{ id: c, tool_name: echo }]
`;

describe('a plan that is cut down afterwards', () => {
  it.each([[['first']], [['second']], [['third', 'first']], [['first', 'second', 'third']], [[]]])(
    'to the suites %j is what the same filter makes from the beginning',
    async (suites) => {
      const whole = await withPlan(yaml, {}, (plan) => plan);
      const fromTheBeginning = await withPlan(yaml, { filter: { suites } }, (plan) => plan);
      const { configFile: _, baseDir: __, ...cut } = filterPlan(whole, { suites });
      expect(plain(cut)).toEqual(plain(fromTheBeginning));
    },
  );

  it('refuses a suite that it has not', async () => {
    const whole = await withPlan(yaml, {}, (plan) => plan);
    expect(() => filterPlan(whole, { suites: ['forth'] })).toThrow('there is no suite "forth"');
  });
});

/** Without the places, which are of files that are written anew for each plan. */
function plain(plan: Partial<Plan>): unknown {
  return JSON.parse(
    JSON.stringify(plan, (key, value: unknown) =>
      ['configFile', 'baseDir', 'file', 'cwd'].includes(key) ? undefined : value,
    ),
  );
}
