import type { SuiteResult, TestResult } from '@mcp-test-harness/core';
import { cleanLine } from '../text/clean-text.ts';
import { cutText } from '../text/cut.ts';
import { formatDuration } from '../text/format.ts';
import { describeTotals, headlineOf, needsAttention } from '../text/outcome.ts';
import { describeExchange } from '../text/test-details.ts';
import { fitColumns, wrapJson } from '../text/width.ts';
import { colorOf, indented, labelled, signOf, type TerminalStyle } from './style.ts';

const fullListLimit = 30;
const quietRunLimit = 100;

/**
 * A suite's heading and its tests. In a large run the passed and skipped ones are counted in the heading only,
 * unless -v asks for them.
 */
export function renderSuiteBlock(
  suite: Omit<SuiteResult, 'tests'>,
  tests: readonly TestResult[],
  plannedTests: number,
  style: TerminalStyle,
): readonly string[] {
  const { palette, verbosity } = style;
  const all = verbosity >= 1 || (tests.length <= fullListLimit && plannedTests <= quietRunLimit);
  const listed = all
    ? tests
    : tests.filter((test) => needsAttention(test) || test.flaky || test.warnings.length > 0);
  const rate =
    suite.requiredSuccessRate < 1 && suite.successRate !== undefined
      ? `  ${percent(suite.successRate)} of the required ${percent(suite.requiredSuccessRate)}`
      : '';
  return [
    `${signOf(suite.outcome, palette)} ${palette.bold(cleanLine(suite.name))}  ${palette.dim(
      `${describeTotals(suite.totals)}${rate}  ${formatDuration(suite.durationMs)}`,
    )}`,
    ...(verbosity >= 1 && suite.description !== undefined
      ? indented(suite.description, 2, style).map(palette.dim)
      : []),
    ...listed.flatMap((test) => renderTestLines(test, style)),
  ];
}

function renderTestLines(test: TestResult, style: TerminalStyle): readonly string[] {
  const { palette, verbosity } = style;
  const name = test.id.startsWith(`${test.suite}/`) ? test.id.slice(test.suite.length + 1) : test.id;
  const head = `  ${signOf(test.outcome, palette)} ${cleanLine(name)}`;
  const facts = [
    ...(test.outcome === 'passed' ? [] : [colorOf(test.outcome, palette)(test.outcome)]),
    ...(test.flaky ? [palette.yellow(`flaky, passed on attempt ${test.attempts}`)] : []),
    ...(test.warnings.length > 0 ? [palette.yellow(`${test.warnings.length} warned`)] : []),
    ...(test.outcome === 'skipped' ? [] : [palette.dim(formatDuration(test.durationMs))]),
  ];
  return [
    `${head}  ${facts.join('  ')}`,
    ...renderReason(test, style).map(palette.dim),
    ...(verbosity >= 2 ? renderExchanges(test, style) : []),
  ];
}

/** One line of why a test failed, since all of it follows at the end; a skip is explained here only. */
function renderReason(test: TestResult, style: TerminalStyle): readonly string[] {
  if (test.outcome === 'passed') return [];
  const reason = cleanLine(headlineOf(test));
  if (reason === '') return [];
  return test.outcome === 'skipped'
    ? indented(cutText(reason, 300), 6, style)
    : [`      ${fitColumns(reason, style.columns - 6)}`];
}

function renderExchanges(test: TestResult, style: TerminalStyle): readonly string[] {
  const limit = style.verbosity >= 3 ? Number.POSITIVE_INFINITY : 1000;
  return test.exchanges.flatMap((exchange) => [
    ...indented(describeExchange(exchange), 6, style).map(style.palette.dim),
    ...labelled('request', cutText(exchange.request, limit), 8, style, wrapJson),
    ...labelled('response', cutText(exchange.response ?? '(no answer)', limit), 8, style, wrapJson),
  ]);
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}
