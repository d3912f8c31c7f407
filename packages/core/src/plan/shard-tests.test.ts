import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HarnessError } from '../errors.ts';
import { resolveDependencies } from './resolve-dependencies.ts';
import { shardTests } from './shard-tests.ts';
import { arbitrarySuites } from './testing/arbitrary-suites.ts';
import { plannedSuite, plannedTest } from './testing/suites.ts';
import type { PlannedSuite } from './types.ts';

const idsOf = (suites: readonly PlannedSuite[]): readonly string[] =>
  suites.flatMap((suite) => suite.tests.map((test) => test.id));
const free = (name: string, count: number): PlannedSuite =>
  plannedSuite(
    name,
    Array.from({ length: count }, (_, index) => plannedTest(`${name}/t${index}`)),
  );

/** All shares of a plan whose dependencies are resolved. */
function sharesOf(suites: readonly PlannedSuite[], count: number): readonly (readonly PlannedSuite[])[] {
  return Array.from({ length: count }, (_, index) => shardTests(suites, { index: index + 1, count }));
}

describe('shardTests', () => {
  it('puts every test in exactly one share, with all that it depends on', () => {
    fc.assert(
      fc.property(arbitrarySuites(), fc.integer({ min: 1, max: 6 }), (unresolved, count) => {
        const { suites, errors } = resolveDependencies(unresolved);
        expect(errors).toEqual([]);
        const shares = sharesOf(suites, count);
        expect(shares.flatMap(idsOf).toSorted()).toEqual(idsOf(suites).toSorted());
        const whole = new Map(suites.map((suite) => [suite.name, suite]));
        for (const share of shares) {
          const names = new Set(share.map((suite) => suite.name));
          const ids = new Set(idsOf(share));
          for (const suite of share) {
            for (const name of whole.get(suite.name)?.after ?? []) {
              expect(names).toContain(name);
              expect(suite.after).toContain(name);
            }
            for (const name of suite.dependsOn) {
              for (const id of idsOf(suites.filter((other) => other.name === name)))
                expect(ids).toContain(id);
            }
            for (const test of suite.tests) {
              for (const target of test.dependsOn) expect(ids.has(target) || names.has(target)).toBe(true);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('differs in size by no more than the largest group of linked tests', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        (lengths, count) => {
          const chains = lengths.map((length, suite) =>
            plannedSuite(
              `s${suite}`,
              Array.from({ length }, (_, index) =>
                plannedTest(`s${suite}/t${index}`, {
                  dependsOn: index === 0 ? [] : [`s${suite}/t${index - 1}`],
                }),
              ),
            ),
          );
          const sizes = sharesOf(chains, count).map((share) => idsOf(share).length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(Math.max(...lengths));
        },
      ),
    );
  });

  it('levels free tests to within one, in runs, so that a suite meets few shares', () => {
    const shares = sharesOf([free('a', 4), free('b', 3)], 3);
    expect(shares.map(idsOf)).toEqual([
      ['a/t0', 'a/t1', 'a/t2'],
      ['a/t3', 'b/t0'],
      ['b/t1', 'b/t2'],
    ]);
  });

  it('keeps suites together that are linked', () => {
    const b = { ...free('b', 2), dependsOn: ['a'], after: ['a'] };
    const shares = sharesOf([free('a', 2), b, free('c', 2)], 2);
    expect(shares.map(idsOf)).toEqual([
      ['a/t0', 'a/t1', 'b/t0', 'b/t1'],
      ['c/t0', 'c/t1'],
    ]);
  });

  it('leaves shares empty when there are more of them than tests', () => {
    expect(sharesOf([free('a', 1)], 3).map(idsOf)).toEqual([['a/t0'], [], []]);
  });

  it.each([
    [0, 3],
    [4, 3],
    [1, 0],
    [1.5, 3],
    [1, Number.NaN],
  ])('refuses share %d of %d', (index, count) => {
    const error = (() => {
      try {
        return shardTests([], { index, count });
      } catch (thrown) {
        return thrown as HarnessError;
      }
    })();
    expect(error).toMatchObject({
      code: 'USAGE',
      message: `--shard ${index}/${count} is no share of a whole`,
    });
  });
});
