import { HarnessError } from '../errors.ts';
import { sortDependencies } from './sort-dependencies.ts';
import { suggestName } from '../nearest.ts';
import type { PlannedSuite, PlannedTest } from './types.ts';

/** Suites in an order that respects dependencies, or everything that is wrong with these. */
export interface ResolvedDependencies {
  readonly suites: readonly PlannedSuite[];
  readonly errors: readonly HarnessError[];
}

/**
 * Turns names in `depends_on` into full ids, sorts tests in their suite and suites in the run, and reports unknown
 * names and cycles. A suite waits for the suites it names and for those that its tests depend on. Among suites
 * that may start, those given first go first.
 */
export function resolveDependencies(suites: readonly PlannedSuite[]): ResolvedDependencies {
  const errors: HarnessError[] = [];
  const names = new Names(suites);
  const resolved = suites.map((suite) => {
    const after = new Set<string>();
    for (const name of suite.dependsOn) {
      if (names.hasSuite(name)) after.add(name);
      else errors.push(unknownName(name, `suite "${suite.name}"`, names.suiteNames, suite.location));
    }
    const tests = suite.tests.map((test) => {
      if (test.dependsOn.length === 0) return test;
      const targets = new Set<string>();
      for (const name of test.dependsOn) {
        const found = names.find(name, suite.name);
        if (found === undefined) {
          errors.push(unknownName(name, test.id, names.namesSeenFrom(suite), test.location));
          continue;
        }
        for (const target of found.targets) targets.add(target);
        if (found.suite !== suite.name || found.wholeSuite) after.add(found.suite);
      }
      return { ...test, dependsOn: [...targets] };
    });
    return { ...suite, tests, after: [...after] };
  });
  const sorted = resolved.map((suite) => sortTests(suite, errors));
  const byName = new Map(sorted.map((suite) => [suite.name, suite]));
  const result = sortDependencies([...byName.keys()], (name) => byName.get(name)?.after ?? []);
  if ('cycle' in result) {
    const [first = ''] = result.cycle;
    errors.push(cycleError('suites', result.cycle, byName.get(first)?.location));
    return { suites: sorted, errors };
  }
  return {
    suites: result.order.map((name) => byName.get(name)).filter((suite) => suite !== undefined),
    errors,
  };
}

function sortTests(suite: PlannedSuite, errors: HarnessError[]): PlannedSuite {
  if (suite.tests.every((test) => test.dependsOn.length === 0)) return suite;
  const byId = new Map(suite.tests.map((test) => [test.id, test]));
  const result = sortDependencies([...byId.keys()], (id) => byId.get(id)?.dependsOn ?? []);
  if ('cycle' in result) {
    const [first = ''] = result.cycle;
    errors.push(cycleError('tests', result.cycle, byId.get(first)?.location));
    return suite;
  }
  return { ...suite, tests: result.order.map((id) => byId.get(id)).filter((test) => test !== undefined) };
}

interface Found {
  /** Ids of tests, or the name of the suite. */
  readonly targets: readonly string[];
  readonly suite: string;
  readonly wholeSuite: boolean;
}

/** What `depends_on` of a test may name. */
class Names {
  readonly suiteNames: readonly string[];
  readonly #suites: ReadonlySet<string>;
  readonly #tests = new Map<string, PlannedTest[]>();

  constructor(suites: readonly PlannedSuite[]) {
    this.suiteNames = suites.map((suite) => suite.name);
    this.#suites = new Set(this.suiteNames);
    for (const suite of suites) {
      for (const test of suite.tests) {
        this.#add(`${test.suite}/${test.test}`, test);
        if (test.instance !== undefined) this.#add(test.id, test);
      }
    }
  }

  hasSuite(name: string): boolean {
    return this.#suites.has(name);
  }

  /** A test of the same suite, then `suite/test`, then a suite; an instance by its full name. */
  find(name: string, fromSuite: string): Found | undefined {
    const tests = this.#tests.get(`${fromSuite}/${name}`) ?? this.#tests.get(name);
    const [first] = tests ?? [];
    if (tests !== undefined && first !== undefined) {
      return { targets: tests.map((test) => test.id), suite: first.suite, wholeSuite: false };
    }
    return this.#suites.has(name) ? { targets: [name], suite: name, wholeSuite: true } : undefined;
  }

  namesSeenFrom(suite: PlannedSuite): readonly string[] {
    const own = new Set(suite.tests.map((test) => test.test));
    return [...own, ...this.suiteNames, ...this.#tests.keys()];
  }

  #add(name: string, test: PlannedTest): void {
    const known = this.#tests.get(name);
    if (known === undefined) this.#tests.set(name, [test]);
    else known.push(test);
  }
}

function unknownName(
  name: string,
  of: string,
  known: readonly string[],
  location: PlannedTest['location'],
): HarnessError {
  return new HarnessError({
    code: 'CONFIG_UNKNOWN_REFERENCE',
    message: `${of} depends on "${name}", which does not exist`,
    hint: suggestName(name, known),
    location,
  });
}

function cycleError(what: string, cycle: readonly string[], location: PlannedTest['location']): HarnessError {
  return new HarnessError({
    code: 'CONFIG_CYCLE',
    message: `${what} depend on each other: ${cycle.join(' → ')}`,
    hint: 'Remove one of these depends_on. A suite waits for every suite that its tests depend on.',
    location,
  });
}
