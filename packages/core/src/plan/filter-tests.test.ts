import { describe, expect, it } from 'vitest';
import type { HarnessError } from '../errors.ts';
import { filterTests } from './filter-tests.ts';
import { plannedSuite, plannedTest } from './testing/suites.ts';
import type { PlanFilter } from './types.ts';

const suites = [
  plannedSuite('core', [
    plannedTest('core/echo', { tags: ['fast', 'smoke'] }),
    plannedTest('core/add [a=1]', { test: 'add', instance: { a: 1 }, tags: ['fast'] }),
    plannedTest('core/add [a=2]', { test: 'add', instance: { a: 2 }, tags: ['slow'] }),
  ]),
  plannedSuite(
    'files',
    [
      plannedTest('files/write', { tags: ['slow'] }),
      plannedTest('files/read', { dependsOn: ['files/write'], tags: ['fast'] }),
      plannedTest('files/stat', { dependsOn: ['core'] }),
    ],
    { after: ['core'] },
  ),
  plannedSuite('late', [plannedTest('late/echo')], { dependsOn: ['files'], after: ['files'] }),
];

const chosen = (filter: PlanFilter): readonly string[] =>
  filterTests(suites, filter).suites.flatMap((suite) => suite.tests.map((test) => test.id));
const refused = (filter: PlanFilter): HarnessError => {
  try {
    filterTests(suites, filter);
  } catch (error) {
    return error as HarnessError;
  }
  throw new Error('was not refused');
};

describe('filterTests', () => {
  it('keeps everything without a filter', () => {
    expect(filterTests(suites, {})).toEqual({ suites, warnings: [] });
    expect(filterTests(suites, { names: [], tags: [] }).suites).toBe(suites);
  });

  it.each<[string, PlanFilter, readonly string[]]>([
    ['a suite', { suites: ['core'] }, ['core/echo', 'core/add [a=1]', 'core/add [a=2]']],
    ['a test by its id in any suite', { names: ['add'] }, ['core/add [a=1]', 'core/add [a=2]']],
    ['a test of one suite', { names: ['core/echo'] }, ['core/echo']],
    ['one instance', { names: ['add [a=2]'] }, ['core/add [a=2]']],
    ['one instance by its full name', { names: ['core/add [a=2]'] }, ['core/add [a=2]']],
    ['a glob', { names: ['core/*e*ho'] }, ['core/echo']],
    ['a glob over instances', { names: ['add*=2]'] }, ['core/add [a=2]']],
    ['any of several names', { names: ['core/echo', 'write'] }, ['core/echo', 'files/write']],
    ['a regular expression over suite/test', { grep: ['^files/w'] }, ['files/write']],
    ['a regular expression with flags', { grep: ['/^FILES.W/i'] }, ['files/write']],
    ['a tag', { tags: ['smoke'] }, ['core/echo']],
    ['any of several tags', { tags: ['smoke', 'slow'] }, ['core/echo', 'core/add [a=2]', 'files/write']],
    ['all but a tag', { suites: ['core'], tags: ['!slow'] }, ['core/echo', 'core/add [a=1]']],
    ['a tag but not another', { tags: ['fast', '!smoke'], suites: ['core'] }, ['core/add [a=1]']],
    ['what all kinds agree on', { tags: ['fast'], grep: ['add'], suites: ['core'] }, ['core/add [a=1]']],
    ['nothing, when kinds exclude each other', { tags: ['smoke'], names: ['write'] }, []],
  ])('keeps %s', (_what, filter, ids) => {
    expect(chosen(filter)).toEqual(ids);
  });

  it('adds the tests that a chosen one depends on, and says so', () => {
    const { suites: kept, warnings } = filterTests(suites, { names: ['read'] });
    expect(kept.flatMap((suite) => suite.tests.map((test) => test.id))).toEqual([
      'files/write',
      'files/read',
    ]);
    expect(kept[0]?.after).toEqual([]);
    expect(warnings).toEqual(['also run, since the chosen tests depend on it: files/write']);
  });

  it('adds whole suites, and what those depend on in turn', () => {
    const { suites: kept, warnings } = filterTests(suites, { suites: ['late'] });
    expect(kept.map(({ name, tests, after }) => [name, tests.length, after])).toEqual([
      ['core', 3, []],
      ['files', 3, ['core']],
      ['late', 1, ['files']],
    ]);
    expect(warnings).toEqual([
      'also run, since the chosen tests depend on them: core/echo, core/add [a=1], core/add [a=2], files/write, files/read, and 1 more',
    ]);
  });

  it.each<[string, PlanFilter, string, string]>([
    ['a suite', { suites: ['cor'] }, 'there is no suite "cor"', 'Did you mean core?'],
    ['a test', { names: ['core/ech'] }, 'there is no test "core/ech"', 'Did you mean core/echo?'],
    ['a glob', { names: ['zzz*'] }, 'there is no test "zzz*"', 'Known: '],
    ['a tag', { tags: ['fats'] }, 'there is no tag "fats"', 'Did you mean fast?'],
    ['an excluded tag', { tags: ['!smok'] }, 'there is no tag "smok"', 'Did you mean smoke?'],
    [
      'a pattern',
      { grep: ['^x$'] },
      'no test matches the pattern ^x$',
      'regular expressions over `suite/test`',
    ],
    ['a broken pattern', { grep: ['('] }, '( is no regular expression', 'Use --test with * for a glob'],
  ])('refuses %s that names nothing', (_what, filter, message, hint) => {
    const error = refused(filter);
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});
