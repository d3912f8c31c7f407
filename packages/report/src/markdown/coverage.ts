import type { RunResult } from '@mcp-test-harness/core';
import {
  coverageRows,
  describeCoverage,
  describeCoverageScope,
  listUnmeasured,
  tellableCoverage,
} from '../text/coverage.ts';
import { cutText } from '../text/cut.ts';
import { formatCount } from '../text/format.ts';
import { inlineCode } from './escape.ts';
import { fitSection } from './section.ts';

/** Names in one cell; the others are counted. */
const namesShown = 20;

/** What of the servers' lists tests used, a row a list, and what could not be measured. */
export function renderCoverage(result: RunResult, limit: number): string {
  const coverage = tellableCoverage(result);
  if (coverage === undefined) return '';
  const scope = describeCoverageScope(result);
  const rows = coverageRows(coverage).filter(({ list }) => list.notMeasured === undefined);
  const head = `### Coverage\n\n${describeCoverage(coverage)}${scope === undefined ? '' : `; ${scope}`}.\n\n`;
  const table = '| Server | List | Used | Not used |\n| :--- | :--- | ---: | :--- |\n';
  const unmeasured = listUnmeasured(coverage).map((line) => `\nNot measured: ${inlineCode(line)}\n`);
  return fitSection({
    head: rows.length === 0 ? head : `${head}${table}`,
    entries: [...rows.map(renderRow), ...unmeasured],
    nouns: 'lists',
    limit,
  });
}

function renderRow({ server, what, list }: ReturnType<typeof coverageRows>[number]): string {
  const { exercised, uncovered } = list;
  const hidden = uncovered.length - namesShown;
  const names = uncovered.slice(0, namesShown).map((name) => inlineCode(cutText(name, 120)));
  const cells = [
    inlineCode(cutText(server, 80)),
    what,
    `${formatCount(exercised.length)} of ${formatCount(exercised.length + uncovered.length)}`,
    [...names, ...(hidden > 0 ? [`and ${formatCount(hidden)} more`] : [])].join(', '),
  ];
  return `| ${cells.join(' | ')} |\n`;
}
