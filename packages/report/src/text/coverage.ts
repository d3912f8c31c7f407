import type { FeatureKind, ListCoverage, RunCoverage, RunResult } from '@mcp-test-harness/core';
import { missesCoverage } from '@mcp-test-harness/core/coverage';
import { cleanLine } from './clean-text.ts';
import { cutText } from './cut.ts';
import { count, formatCount } from './format.ts';

/** What people call the entries of a list. */
const nouns: Readonly<Record<FeatureKind, string>> = {
  tools: 'tool',
  resources: 'resource',
  'resource-templates': 'resource template',
  prompts: 'prompt',
};

/** The coverage of a result when there is anything to say about it. */
export function tellableCoverage({ coverage }: RunResult): RunCoverage | undefined {
  if (coverage === undefined) return undefined;
  const { listed, minPercent, servers } = coverage;
  const unread = servers.some(({ lists }) => lists.some(({ notMeasured }) => notMeasured !== undefined));
  return listed > 0 || minPercent !== undefined || unread ? coverage : undefined;
}

/** `7 of 10 tools, resources and prompts were used by tests (70%, 80% required)`. */
export function describeCoverage({ listed, exercised, percent, minPercent }: RunCoverage): string {
  const shares = [
    ...(percent === undefined ? [] : [formatPercent(percent)]),
    ...(minPercent === undefined ? [] : [`${formatPercent(minPercent)} required`]),
  ];
  const what =
    listed === 0
      ? 'no tools, resources or prompts are known'
      : `${formatCount(exercised)} of ${formatCount(listed)} tools, resources and prompts were used by tests`;
  return shares.length === 0 ? what : `${what} (${shares.join(', ')})`;
}

/** Why the coverage says nothing of the whole suites; undefined when it does. */
export function describeCoverageScope({ coverage, shard, complete }: RunResult): string | undefined {
  const leftOut = coverage?.leftOutTests ?? 0;
  const reasons = [
    ...(leftOut > 0 ? [`filters left out ${count(leftOut, 'test')}`] : []),
    ...(shard !== undefined && shard.count > 1
      ? [`this is shard ${shard.index} of ${shard.count}, and \`report\` measures them together`]
      : []),
    ...(complete ? [] : ['the run is incomplete']),
  ];
  return reasons.length === 0 ? undefined : `measured over a part of the tests: ${reasons.join('; ')}`;
}

/** A clause for a verdict; undefined unless the required percentage was missed. */
export function describeMissedCoverage(result: RunResult): string | undefined {
  const { coverage } = result;
  if (coverage?.minPercent === undefined || !missesCoverage(result)) return undefined;
  const { percent, minPercent } = coverage;
  return percent === undefined || percent >= minPercent
    ? `it could not be measured whether the required ${formatPercent(minPercent)} of what the server has was used`
    : `only ${formatPercent(percent)} of what the server has was used, and ${formatPercent(minPercent)} is required`;
}

/** How much was not used: `2 tools`, one entry a list. */
export function countUncovered(coverage: RunCoverage): readonly string[] {
  const lists = coverage.servers.flatMap((server) => server.lists);
  return Object.entries(nouns).flatMap(([kind, noun]) => {
    const own = lists.filter((list) => list.kind === kind);
    const amount = own.reduce((sum, { uncovered }) => sum + uncovered.length, 0);
    return amount === 0 ? [] : [count(amount, noun)];
  });
}

/** What was not used: `tools add, sub`, one entry a list, with the server where there are several. */
export function listUncovered(coverage: RunCoverage, limit: number): readonly string[] {
  let left = limit;
  const lines: string[] = [];
  let hidden = 0;
  for (const { label, list } of labelledLists(coverage)) {
    const names = list.uncovered.slice(0, left);
    hidden += list.uncovered.length - names.length;
    left -= names.length;
    if (names.length > 0) lines.push(`${label} ${names.map(showName).join(', ')}`);
  }
  if (hidden > 0) lines.push(`and ${formatCount(hidden)} more`);
  return lines;
}

/** What could not be measured, and why. */
export function listUnmeasured(coverage: RunCoverage): readonly string[] {
  return coverage.servers.flatMap(({ server, notMeasured, lists }) => [
    ...(notMeasured === undefined ? [] : [`${cleanLine(server)}: ${cleanLine(notMeasured)}`]),
    ...lists.flatMap((list) =>
      list.notMeasured === undefined
        ? []
        : [`${cleanLine(server)}: ${cutText(cleanLine(list.notMeasured), 300)}`],
    ),
  ]);
}

/** One row a list, for tables. */
export function coverageRows({ servers }: RunCoverage): readonly {
  readonly server: string;
  readonly what: string;
  readonly list: ListCoverage;
}[] {
  return servers.flatMap(({ server, lists }) =>
    lists.map((list) => ({ server, what: `${nouns[list.kind]}s`, list })),
  );
}

function labelledLists(
  coverage: RunCoverage,
): readonly { readonly label: string; readonly list: ListCoverage }[] {
  const several = coverage.servers.length > 1;
  return coverageRows(coverage).map(({ server, list }) => {
    const noun = list.uncovered.length === 1 ? nouns[list.kind] : `${nouns[list.kind]}s`;
    return { label: several ? `${cleanLine(server)}: ${noun}` : noun, list };
  });
}

function showName(name: string): string {
  return cutText(cleanLine(name), 120);
}

/** Rounded down, so that what is not reached is not shown as reached. */
function formatPercent(percent: number): string {
  return `${Math.floor(percent * 10) / 10}%`;
}
