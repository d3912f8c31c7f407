import { HarnessError } from '../errors.ts';
import type { PlannedSuite, PlannedTest } from './types.ts';

/**
 * The share `index` (from 1) of `count`. Deterministic; every test is in exactly one share; shares differ in size
 * by no more than the largest group of tests that depend on each other, which always stays together. Suites
 * that are linked by dependencies form one group. Free tests are dealt out in runs, so that a suite meets as few
 * shares, and starts as few servers, as possible.
 * @throws HarnessError USAGE when index is not in 1..count
 */
export function shardTests(
  suites: readonly PlannedSuite[],
  shard: { readonly index: number; readonly count: number },
): readonly PlannedSuite[] {
  const { index, count } = shard;
  if (!Number.isInteger(index) || !Number.isInteger(count) || count < 1 || index < 1 || index > count) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--shard ${index}/${count} is no share of a whole`,
      hint: 'Write --shard i/n with i from 1 to n, e.g. --shard 2/4.',
    });
  }
  const groups = groupTests(suites);
  const loads: number[] = Array.from({ length: count }, () => 0);
  const mine = new Set<string>();
  const large = groups.filter((group) => group.length > 1).toSorted((a, b) => b.length - a.length);
  for (const group of large) {
    const lightest = lightestOf(loads);
    loads[lightest] = (loads[lightest] ?? 0) + group.length;
    if (lightest === index - 1) for (const test of group) mine.add(test.id);
  }
  const free = groups.filter((group) => group.length === 1).flat();
  const quotas = shareOut(free.length, loads);
  const from = quotas.slice(0, index - 1).reduce((sum, quota) => sum + quota, 0);
  for (const test of free.slice(from, from + (quotas[index - 1] ?? 0))) mine.add(test.id);
  const kept = suites
    .map((suite) => ({ ...suite, tests: suite.tests.filter((test) => mine.has(test.id)) }))
    .filter((suite) => suite.tests.length > 0);
  const names = new Set(kept.map((suite) => suite.name));
  return kept.map((suite) => ({ ...suite, after: suite.after.filter((name) => names.has(name)) }));
}

/** Tests that must run in one process, in plan order. */
function groupTests(suites: readonly PlannedSuite[]): readonly (readonly PlannedTest[])[] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    for (let at = key; at !== root;) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  const join = (a: string, b: string): void => {
    const [rootA, rootB] = [rootOf(a), rootOf(b)];
    if (rootA !== rootB) parents.set(rootB, rootA);
  };
  const suiteKey = (name: string): string => `suite:${name}`;
  const testKey = (id: string): string => `test:${id}`;
  const linked = new Set<string>();
  for (const suite of suites) {
    if (suite.after.length > 0) linked.add(suite.name);
    for (const name of suite.after) {
      linked.add(name);
      join(suiteKey(suite.name), suiteKey(name));
    }
  }
  const tests = suites.flatMap((suite) => suite.tests);
  for (const test of tests) {
    if (linked.has(test.suite)) join(suiteKey(test.suite), testKey(test.id));
    else for (const id of test.dependsOn) join(testKey(test.id), testKey(id));
  }
  const groups = new Map<string, PlannedTest[]>();
  for (const test of tests) {
    const root = rootOf(testKey(test.id));
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [test]);
    else group.push(test);
  }
  return [...groups.values()];
}

/** How many of `free` single tests each share gets so that the loads end up level. */
function shareOut(free: number, loads: readonly number[]): readonly number[] {
  const levels = [...loads];
  const quotas = loads.map(() => 0);
  for (let dealt = 0; dealt < free; dealt += 1) {
    const lightest = lightestOf(levels);
    levels[lightest] = (levels[lightest] ?? 0) + 1;
    quotas[lightest] = (quotas[lightest] ?? 0) + 1;
  }
  return quotas;
}

function lightestOf(loads: readonly number[]): number {
  let lightest = 0;
  for (const [index, load] of loads.entries()) {
    if (load < (loads[lightest] ?? 0)) lightest = index;
  }
  return lightest;
}
