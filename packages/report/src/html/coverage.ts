import type { RunCoverage, RunResult } from '@mcp-test-harness/core';
import {
  coverageRows,
  describeCoverage,
  describeCoverageScope,
  describeMissedCoverage,
} from '../text/coverage.ts';
import { formatCount } from '../text/format.ts';
import { escapeHtml, escapeProse } from './escape.ts';

/** What of the servers' lists tests used, a row a list. */
export function renderCoverage(coverage: RunCoverage, result: RunResult): string {
  const scope = describeCoverageScope(result);
  const missed = describeMissedCoverage(result) !== undefined;
  const unasked = coverage.servers.filter(({ notMeasured }) => notMeasured !== undefined);
  const rows = coverageRows(coverage);
  return `<p${missed ? ' class="notice"' : ''}>${escapeHtml(describeCoverage(coverage))}${scope === undefined ? '' : `; ${escapeHtml(scope)}`}.</p>
${rows.length === 0 ? '' : `<table><thead><tr><th scope="col">Server</th><th scope="col">List</th><th scope="col">Used</th><th scope="col">Not used</th></tr></thead><tbody>${rows.map(renderRow).join('')}</tbody></table>`}
${unasked.length === 0 ? '' : `<ul class="plain">${unasked.map(({ server, notMeasured = '' }) => `<li>${escapeHtml(server)}: not measured, ${escapeProse(notMeasured)}</li>`).join('')}</ul>`}`;
}

function renderRow({ server, what, list }: ReturnType<typeof coverageRows>[number]): string {
  const { exercised, uncovered, notMeasured } = list;
  const used =
    notMeasured === undefined
      ? `${formatCount(exercised.length)} of ${formatCount(exercised.length + uncovered.length)}`
      : 'not measured';
  const unused =
    notMeasured === undefined
      ? uncovered.map((name) => `<code>${escapeProse(name)}</code>`).join(', ')
      : escapeProse(notMeasured);
  return `<tr><td>${escapeHtml(server)}</td><td>${what}</td><td>${used}</td><td>${unused}</td></tr>`;
}
