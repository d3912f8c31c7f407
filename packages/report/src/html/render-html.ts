import type { RunResult, TestResult } from '@mcp-test-harness/core';
import { tellableCoverage } from '../text/coverage.ts';
import { formatCount, formatDuration } from '../text/format.ts';
import { describeTotals, describeVerdict, needsAttention, testsOf } from '../text/outcome.ts';
import { reportScript, reportStyle } from './assets.ts';
import { createPageContext, type PageContext } from './context.ts';
import { renderCoverage } from './coverage.ts';
import { escapeHtml, escapeProse } from './escape.ts';
import { renderFilters } from './filters.ts';
import { renderFindings } from './findings.ts';
import { renderPage, type PageSection } from './page.ts';
import { renderPageHeader } from './page-header.ts';
import { renderRevisions } from './revisions.ts';
import { renderServer } from './servers.ts';
import { renderTestRow } from './test-row.ts';
import { renderTimings } from './timings.ts';

/** Room for the exchanges of passed tests: 10,000 tests still open at once. */
const passedExchangeCharacters = 8_000_000;
/** From here on, tests out of sight are not laid out. */
const manyTests = 300;
/** More open details than these hide the overview: of many failures only the first is open. */
const openedAtFirst = 3;
const iconColors = {
  passed: '1a7f37',
  failed: 'cf222e',
  errored: 'b35900',
  interrupted: '6e7781',
} as const;

/** A run as one page; see {@link renderPage}. */
export function* renderHtml(result: RunResult, cwd: string): Generator<string> {
  const page = createPageContext(cwd, testsOf(result), passedExchangeCharacters);
  const { verdict, complete, incompleteReason = 'not all planned tests ran', totals } = result;
  yield* renderPage({
    title: `${verdict}: ${describeVerdict(result)}`,
    iconColor: iconColors[verdict],
    style: reportStyle,
    script: reportScript,
    bodyClass: totals.tests > manyTests ? 'many' : undefined,
    header: renderPageHeader(result, cwd),
    notice: complete
      ? undefined
      : `Incomplete: ${incompleteReason}. ${formatCount(totals.tests)} of ${formatCount(result.plannedTests)} planned tests are here.`,
    sections: listSections(result, page),
    harnessVersion: result.harness.version,
  });
}

function listSections(result: RunResult, page: PageContext): readonly PageSection[] {
  const { findings, revisions = [], servers, warnings } = result;
  const coverage = tellableCoverage(result);
  const timings = renderTimings(result, page);
  return [
    { id: 'tests', title: 'Tests', amount: result.totals.tests, parts: renderTests(result, page) },
    ...(findings.length === 0
      ? []
      : [
          {
            id: 'findings',
            title: 'Protocol findings',
            amount: findings.length,
            parts: [renderFindings(findings)],
          },
        ]),
    ...(warnings.length === 0
      ? []
      : [
          {
            id: 'warnings',
            title: 'Warnings',
            amount: warnings.length,
            parts: [
              `<ul class="plain">${warnings.map((warning) => `<li>${escapeProse(warning)}</li>`).join('')}</ul>`,
            ],
          },
        ]),
    ...(revisions.length === 0
      ? []
      : [{ id: 'revisions', title: 'Protocol revisions', parts: [renderRevisions(revisions)] }]),
    ...(coverage === undefined
      ? []
      : [{ id: 'coverage', title: 'Coverage', parts: [renderCoverage(coverage, result)] }]),
    ...(timings === undefined ? [] : [{ id: 'timings', title: 'Timings', parts: [timings] }]),
    ...(servers.length === 0
      ? []
      : [
          {
            id: 'servers',
            title: 'Servers',
            amount: servers.length,
            parts: [servers.map(renderServer).join('\n')],
          },
        ]),
  ];
}

function* renderTests(result: RunResult, page: PageContext): Generator<string> {
  const bad = testsOf(result).filter(needsAttention);
  const opened = new Set<TestResult>(bad.length <= openedAtFirst ? bad : bad.slice(0, 1));
  yield `${renderFilters(result)}\n`;
  if (result.suites.length === 0) yield '<p class="absent">No test was executed.</p>';
  for (const [index, suite] of result.suites.entries()) {
    yield `<div class="suite" id="suite-${index + 1}" data-suite="${index}">
<div class="suite-head"><h3><span class="sr">${suite.outcome}: </span><span class="dot ${suite.outcome}" aria-hidden="true"></span>${escapeHtml(suite.name)}</h3><p>${describeTotals(suite.totals)}<span class="time">${formatDuration(suite.durationMs)}</span></p></div>
${suite.description === undefined ? '' : `<p class="description">${escapeHtml(suite.description)}</p>`}
<div class="rows">
`;
    for (const test of suite.tests) yield `${renderTestRow(test, index, opened.has(test), page)}\n`;
    yield '</div>\n</div>\n';
  }
  yield `
<div class="rows" id="flat" hidden></div>
<p class="absent" id="nothing" hidden>No test matches these filters. <button type="button" class="quiet" id="reset">Show all tests</button></p>`;
}
