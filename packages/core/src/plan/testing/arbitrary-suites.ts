import fc from 'fast-check';
import type { PlannedSuite } from '../types.ts';
import { plannedSuite, plannedTest } from './suites.ts';

/** Suites whose tests and suites depend on earlier ones only, as a configuration without cycles has them; unresolved. */
export function arbitrarySuites(): fc.Arbitrary<readonly PlannedSuite[]> {
  const shape = fc.array(
    fc.record({
      tests: fc.array(fc.array(fc.nat({ max: 200 }), { maxLength: 2 }), { minLength: 1, maxLength: 8 }),
      suites: fc.array(fc.nat({ max: 200 }), { maxLength: 1 }),
      links: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );
  return shape.map((shapes) =>
    shapes.map(({ tests, suites, links }, suiteIndex) => {
      const name = `s${suiteIndex}`;
      const planned = tests.map((wanted, testIndex) => {
        const earlier = Array.from({ length: testIndex }, (_, index) => `t${index}`);
        const others = links
          ? shapes.slice(0, suiteIndex).flatMap((_, index) => [`s${index}`, `s${index}/t0`])
          : [];
        const all = [...earlier, ...others];
        const dependsOn = all.length === 0 ? [] : wanted.map((number) => all[number % all.length] ?? '');
        return plannedTest(`${name}/t${testIndex}`, { dependsOn: [...new Set(dependsOn)] });
      });
      const dependsOn = suiteIndex === 0 || !links ? [] : suites.map((number) => `s${number % suiteIndex}`);
      return plannedSuite(name, planned, { dependsOn });
    }),
  );
}
