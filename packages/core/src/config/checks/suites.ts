import { entriesOf, formatPath, itemsOf, member, textMember } from '../node.ts';
import type { ConfigNode, MapNode } from '../node.ts';
import { suggestName } from '../../nearest.ts';
import type { Problems } from '../problems.ts';
import { reportRepeated } from './repeated.ts';
import { suitesOf, testsOf } from './walk.ts';
import type { Placed } from './walk.ts';

/** Names of suites and tests, and what refers to them. */
export function checkSuites(root: MapNode, problems: Problems): void {
  const suites = suitesOf(root);
  const suiteNames = reportRepeated(suites, 'name', 'suite', problems);
  const testIds = new Map<string, ReadonlySet<string>>();
  for (const suite of suites) {
    const ids = reportRepeated(testsOf(suite), 'id', 'test of this suite', problems);
    const name = textMember(suite.node, 'name');
    if (name !== undefined) testIds.set(name, new Set([...(testIds.get(name) ?? []), ...ids]));
  }
  for (const suite of suites) {
    checkServerOf(suite, root, problems);
    const known = [...suiteNames];
    for (const item of itemsOf(member(suite.node, 'depends_on'))) {
      checkDependency(
        item,
        [...suite.path, 'depends_on'],
        textMember(suite.node, 'name'),
        known,
        known,
        problems,
      );
    }
    checkTestDependencies(suite, suites, suiteNames, testIds, problems);
  }
}

function checkTestDependencies(
  suite: Placed,
  suites: readonly Placed[],
  suiteNames: ReadonlySet<string>,
  testIds: ReadonlyMap<string, ReadonlySet<string>>,
  problems: Problems,
): void {
  const suiteName = textMember(suite.node, 'name') ?? '';
  const ownIds = [...(testIds.get(suiteName) ?? [])];
  const tests = testsOf(suite);
  if (!tests.some(({ node }) => node.entries.has('depends_on'))) return;
  const qualified = [...testIds].flatMap(([name, ids]) => [...ids].map((id) => `${name}/${id}`));
  const all = [...ownIds, ...suiteNames, ...qualified];
  const manifold = manifoldTests(suites);
  const isInstance = (name: string): boolean => {
    const [, base] = /^(.*?) \[.*\](?: #\d+)?$/s.exec(name) ?? [];
    return base !== undefined && (manifold.has(`${suiteName}/${base}`) || manifold.has(base));
  };
  for (const test of tests) {
    const id = textMember(test.node, 'id');
    for (const item of itemsOf(member(test.node, 'depends_on'))) {
      if (item.kind === 'scalar' && typeof item.value === 'string' && isInstance(item.value)) continue;
      checkDependency(item, [...test.path, 'depends_on'], id, all, [...ownIds, ...suiteNames], problems);
    }
  }
}

/** `suite/test` of tests with several instances: which of these there are, the plan knows. */
function manifoldTests(suites: readonly Placed[]): ReadonlySet<string> {
  const names = suites.flatMap((suite) =>
    testsOf(suite)
      .filter(({ node }) => node.entries.has('matrix') || node.entries.has('cases'))
      .map(({ node }) => `${textMember(suite.node, 'name') ?? ''}/${textMember(node, 'id') ?? ''}`),
  );
  return new Set(names);
}

function checkDependency(
  item: ConfigNode,
  path: readonly (string | number)[],
  self: string | undefined,
  known: readonly string[],
  shown: readonly string[],
  problems: Problems,
): void {
  if (item.kind !== 'scalar' || typeof item.value !== 'string') return;
  if (item.value === self) {
    problems.add('CONFIG_CYCLE', item, `${formatPath(path)}: ${item.value} depends on itself`, {
      hint: 'Remove it.',
    });
  } else if (!known.includes(item.value)) {
    problems.add(
      'CONFIG_UNKNOWN_REFERENCE',
      item,
      `${formatPath(path)}: there is no suite or test named ${JSON.stringify(item.value)}`,
      {
        hint: suggestName(item.value, shown, { what: 'names', more: known }),
      },
    );
  }
}

function checkServerOf(suite: Placed, root: MapNode, problems: Problems): void {
  const servers = entriesOf(member(root, 'servers')).map(([name]) => name);
  const wanted = member(suite.node, 'server');
  if (wanted?.kind === 'scalar' && typeof wanted.value === 'string') {
    if (servers.includes(wanted.value)) return;
    problems.add(
      'CONFIG_UNKNOWN_REFERENCE',
      wanted,
      `${formatPath([...suite.path, 'server'])}: there is no server named ${JSON.stringify(wanted.value)}`,
      {
        hint:
          servers.length === 0
            ? 'Names of servers are those under servers; with a single server, remove this key.'
            : suggestName(wanted.value, servers, { what: 'servers' }),
      },
    );
  } else if (wanted === undefined && servers.length > 1) {
    problems.add(
      'CONFIG_INVALID',
      suite.node,
      `${formatPath([...suite.path, 'server'])} is missing: there are several servers`,
      {
        hint: `Add server: with one of ${servers.join(', ')}.`,
      },
    );
  }
}
