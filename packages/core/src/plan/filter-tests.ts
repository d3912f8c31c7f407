import { HarnessError } from '../errors.ts';
import { suggestName } from '../nearest.ts';
import type { PlanFilter, PlannedSuite, PlannedTest } from './types.ts';

/** What a filter left over. */
export interface FilteredSuites {
  readonly suites: readonly PlannedSuite[];
  readonly warnings: readonly string[];
}

/**
 * Keeps the tests that the filter names, and what they depend on: a test that is run without its dependencies
 * would only be skipped. Expects resolved dependencies.
 * @throws HarnessError USAGE for a suite, name, pattern or tag that no test has
 */
export function filterTests(suites: readonly PlannedSuite[], filter: PlanFilter): FilteredSuites {
  const matches = compileFilter(suites, filter);
  if (matches === undefined) return { suites, warnings: [] };
  const chosen = new Set<string>();
  for (const suite of suites) {
    for (const test of suite.tests) if (matches(test)) chosen.add(test.id);
  }
  const added = addDependencies(suites, chosen);
  const kept = suites
    .map((suite) => ({ ...suite, tests: suite.tests.filter((test) => chosen.has(test.id)) }))
    .filter((suite) => suite.tests.length > 0);
  const names = new Set(kept.map((suite) => suite.name));
  return {
    suites: kept.map((suite) => ({ ...suite, after: suite.after.filter((name) => names.has(name)) })),
    warnings: added.length === 0 ? [] : [describeAdded(added)],
  };
}

function compileFilter(
  suites: readonly PlannedSuite[],
  filter: PlanFilter,
): ((test: PlannedTest) => boolean) | undefined {
  const tests = suites.flatMap((suite) => suite.tests);
  const conditions: ((test: PlannedTest) => boolean)[] = [];
  if (filter.suites?.length) {
    const names = suites.map((suite) => suite.name);
    const wanted = new Set(filter.suites);
    for (const name of wanted) if (!names.includes(name)) throw unknown('suite', name, names);
    conditions.push((test) => wanted.has(test.suite));
  }
  if (filter.names?.length) {
    const patterns = filter.names.map((name) => {
      const matches = compileName(name);
      if (!tests.some(matches)) throw unknown('test', name, [...new Set(tests.flatMap(namesOf))]);
      return matches;
    });
    conditions.push((test) => patterns.some((matches) => matches(test)));
  }
  if (filter.grep?.length) {
    const expressions = filter.grep.map((source) => {
      const expression = compileGrep(source);
      if (!tests.some((test) => expression.test(test.id))) {
        throw new HarnessError({
          code: 'USAGE',
          message: `no test matches the pattern ${source}`,
          hint: 'Patterns are regular expressions over `suite/test`; `mcp-test-harness list` shows all tests.',
        });
      }
      return expression;
    });
    conditions.push((test) => expressions.some((expression) => expression.test(test.id)));
  }
  if (filter.tags?.length) conditions.push(compileTags(tests, filter.tags));
  if (conditions.length === 0) return undefined;
  return (test) => conditions.every((condition) => condition(test));
}

/** `test`, `suite/test`, either with its instance, or any of them with `*`. */
function compileName(name: string): (test: PlannedTest) => boolean {
  if (!name.includes('*')) return (test) => namesOf(test).includes(name);
  const expression = new RegExp(
    `^${name
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );
  return (test) => namesOf(test).some((text) => expression.test(text));
}

function namesOf(test: PlannedTest): readonly string[] {
  const plain = [test.test, `${test.suite}/${test.test}`];
  return test.instance === undefined ? plain : [...plain, test.id, test.id.slice(test.suite.length + 1)];
}

function compileGrep(source: string): RegExp {
  const delimited = /^\/(.*)\/([imsuv]*)$/s.exec(source);
  try {
    return delimited === null ? new RegExp(source) : new RegExp(delimited[1] ?? '', delimited[2]);
  } catch (cause) {
    throw new HarnessError({
      code: 'USAGE',
      message: `${source} is no regular expression: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Use --test with * for a glob, or escape special characters with a backslash.',
      cause,
    });
  }
}

function compileTags(tests: readonly PlannedTest[], tags: readonly string[]): (test: PlannedTest) => boolean {
  const known = [...new Set(tests.flatMap((test) => test.tags))];
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const tag of tags) {
    const name = tag.startsWith('!') ? tag.slice(1) : tag;
    if (!known.includes(name)) throw unknown('tag', name, known);
    (name === tag ? wanted : unwanted).push(name);
  }
  return (test) =>
    (wanted.length === 0 || wanted.some((tag) => test.tags.includes(tag))) &&
    !unwanted.some((tag) => test.tags.includes(tag));
}

function unknown(what: string, name: string, known: readonly string[]): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message: `there is no ${what} "${name}"`,
    hint: suggestName(name, known),
  });
}

/** Adds all that the chosen tests need to `chosen`, and returns what was added, in plan order. */
function addDependencies(suites: readonly PlannedSuite[], chosen: Set<string>): readonly string[] {
  const bySuite = new Map(suites.map((suite) => [suite.name, suite]));
  const byId = new Map(suites.flatMap((suite) => suite.tests.map((test) => [test.id, test] as const)));
  const added = new Set<string>();
  const pending = [...chosen];
  const visitedSuites = new Set<string>();
  const need = (id: string): void => {
    if (chosen.has(id)) return;
    chosen.add(id);
    added.add(id);
    pending.push(id);
  };
  const needSuite = (name: string): void => {
    for (const test of bySuite.get(name)?.tests ?? []) need(test.id);
  };
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const test = byId.get(id);
    if (test === undefined) continue;
    for (const target of test.dependsOn) {
      if (byId.has(target)) need(target);
      else needSuite(target);
    }
    if (visitedSuites.has(test.suite)) continue;
    visitedSuites.add(test.suite);
    for (const name of bySuite.get(test.suite)?.dependsOn ?? []) needSuite(name);
  }
  return [...byId.keys()].filter((id) => added.has(id));
}

function describeAdded(added: readonly string[]): string {
  const shown = added.slice(0, 5).join(', ');
  const more = added.length > 5 ? `, and ${added.length - 5} more` : '';
  return `also run, since the chosen tests depend on ${added.length === 1 ? 'it' : 'them'}: ${shown}${more}`;
}
