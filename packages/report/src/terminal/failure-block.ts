import type { ExchangeRecord, LocatedFailure, TestResult } from '@mcp-test-harness/core';
import { cleanLine, cleanText } from '../text/clean-text.ts';
import { cutMiddle, cutText, tailLines } from '../text/cut.ts';
import { writeDiffLine, type DiffLine } from '../text/diff-lines.ts';
import { sayFailure, splitSentence } from '../text/failure-words.ts';
import { count, formatDuration } from '../text/format.ts';
import { displayLocation } from '../text/location.ts';
import { describeExchange } from '../text/test-details.ts';
import { displayWidth, wrapJson } from '../text/width.ts';
import { colorOf, indented, labelled, signOf, type TerminalStyle } from './style.ts';

/** How much of each thing is shown, by verbosity. */
function limitsOf(verbosity: number) {
  if (verbosity >= 2)
    return {
      characters: Number.POSITIVE_INFINITY,
      lines: Number.POSITIVE_INFINITY,
      stderrLines: Number.POSITIVE_INFINITY,
    };
  return verbosity === 1
    ? { characters: 4000, lines: 120, stderrLines: 60 }
    : { characters: 480, lines: 30, stderrLines: 12 };
}

/**
 * Everything that one needs to understand a test that did not pass, and the line that sends it again.
 * @param sameStderrAs the test above under which the same stderr already stands
 */
export function renderFailureBlock(
  test: TestResult,
  style: TerminalStyle,
  sameStderrAs?: string,
): readonly string[] {
  const { palette, verbosity } = style;
  const color = colorOf(test.outcome, palette);
  const limits = limitsOf(verbosity);
  return [
    `${signOf(test.outcome, palette)} ${palette.bold(cleanLine(test.id))}  ${color(test.outcome)} ${palette.dim(`after ${formatDuration(test.durationMs)}${test.attempts > 1 ? `, ${test.attempts} attempts` : ''}`)}`,
    ...renderError(test, style),
    ...test.failures.flatMap((failure) => renderExpectation(failure, style)),
    ...chooseExchanges(test, verbosity).flatMap((exchange) =>
      renderExchange(exchange, limits.characters, style),
    ),
    ...renderStderr(test, limits.stderrLines, style, sameStderrAs),
    ...(test.reproduce === undefined
      ? []
      : ['', `  ${palette.dim('reproduce')}`, `  ${palette.cyan(cleanLine(test.reproduce))}`]),
    '',
  ];
}

function renderError({ error, location }: TestResult, style: TerminalStyle): readonly string[] {
  if (error === undefined) return [];
  const { palette, cwd } = style;
  return [
    ...(location === undefined ? [] : [`  ${palette.cyan(displayLocation(location, cwd))}`]),
    `  ${palette.red(error.code)} ${palette.dim(`(${error.kind})`)}`,
    ...indented(cutText(error.message, limitsOf(style.verbosity).characters * 4), 2, style),
    ...(error.hint === undefined ? [] : indented(error.hint, 2, style).map(palette.dim)),
  ];
}

function renderExpectation(failure: LocatedFailure, style: TerminalStyle): readonly string[] {
  const { palette, cwd, verbosity } = style;
  const { characters, lines } = limitsOf(verbosity);
  const { expected, actual, diff } = sayFailure(failure, verbosity > 0);
  const place = [
    ...(failure.location === undefined ? [] : [palette.cyan(displayLocation(failure.location, cwd))]),
    ...(failure.configKey === '' ? [] : [cleanLine(failure.configKey)]),
    ...(failure.step === undefined ? [] : [palette.dim(`in step ${cleanLine(failure.step)}`)]),
  ];
  return [
    ...(place.length === 0 ? [] : [`  ${place.join('  ')}`]),
    ...renderSentence(failure, style),
    ...(diff === undefined ? [] : renderDiff(diff, lines, style)),
    ...(expected === undefined ? [] : labelled('expected', cutText(expected, characters), 4, style)),
    ...(actual === undefined ? [] : labelled('actual', cutText(actual, characters), 4, style)),
  ];
}

/** The sentence; two texts that differ stand one below the other when they fit. */
function renderSentence(failure: LocatedFailure, style: TerminalStyle): readonly string[] {
  const { message } = sayFailure(failure);
  const parts = failure.diff === undefined ? splitSentence(failure) : undefined;
  if (parts?.expected.startsWith('"') === true) {
    const before = cleanLine(parts.before);
    const margin = ' '.repeat(Math.max(0, displayWidth(before) - 3));
    const pair = [
      `${before} ${cleanLine(parts.expected)},`,
      `${margin}got ${cleanLine(parts.actual)}${parts.after}`,
    ];
    if (pair.every((line) => displayWidth(line) <= style.columns - 2)) return pair.map((line) => `  ${line}`);
  }
  return indented(cutMiddle(message, limitsOf(style.verbosity).characters), 2, style);
}

function renderDiff(diff: readonly DiffLine[], limit: number, style: TerminalStyle): readonly string[] {
  const { palette } = style;
  const colors = { expected: palette.red, actual: palette.green, same: palette.dim, gap: palette.dim };
  const shown = diff
    .slice(0, limit)
    .flatMap((line) => indented(cutText(writeDiffLine(line), 2000), 4, style).map(colors[line.kind]));
  const hidden = diff.length - limit;
  return [
    `    ${palette.red('- expected')}  ${palette.green('+ actual')}`,
    ...shown,
    ...(hidden > 0
      ? [palette.dim(`    … (${count(hidden, 'more line')}${style.verbosity < 2 ? ': see -vv' : ''})`)]
      : []),
  ];
}

/** The exchange of the step that failed, else the last one of the test; all of them with -v. */
function chooseExchanges(test: TestResult, verbosity: number): readonly ExchangeRecord[] {
  if (verbosity >= 1) return test.exchanges;
  const steps = new Set(test.failures.map(({ step }) => step));
  const chosen =
    test.exchanges.findLast(({ phase, step }) => phase === 'test' && steps.has(step)) ??
    test.exchanges.findLast(({ phase }) => phase === 'test') ??
    test.exchanges.at(-1);
  return chosen === undefined ? [] : [chosen];
}

function renderExchange(exchange: ExchangeRecord, limit: number, style: TerminalStyle): readonly string[] {
  return [
    '',
    ...indented(describeExchange(exchange), 2, style).map(style.palette.dim),
    ...labelled('request', cutText(exchange.request, limit), 2, style, wrapJson),
    ...labelled('response', cutText(exchange.response ?? '(no answer)', limit), 2, style, wrapJson),
  ];
}

function renderStderr(
  { stderr }: TestResult,
  limit: number,
  style: TerminalStyle,
  sameAs: string | undefined,
): readonly string[] {
  if (stderr === undefined || stderr.trim() === '') return [];
  if (sameAs !== undefined) return ['', ...labelled('stderr', `as under ${cleanLine(sameAs)}`, 2, style)];
  const lines = tailLines(cleanText(stderr).trimEnd().split('\n'), limit);
  return ['', ...labelled('stderr', lines.map((line) => cutText(line, 2000)).join('\n'), 2, style)];
}
