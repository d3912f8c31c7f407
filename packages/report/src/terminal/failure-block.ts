import type { ExchangeRecord, LocatedFailure, TestResult } from '@mcp-test-harness/core';
import { cleanLine, cleanText } from '../text/clean-text.ts';
import { cutLines, cutText, tailLines } from '../text/cut.ts';
import { formatDuration } from '../text/format.ts';
import { displayLocation } from '../text/location.ts';
import { describeExchange } from '../text/test-details.ts';
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

/** Everything that one needs to understand a test that did not pass, and the line that sends it again. */
export function renderFailureBlock(test: TestResult, style: TerminalStyle): readonly string[] {
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
    ...renderStderr(test, limits.stderrLines, style),
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
  const place =
    failure.location === undefined ? '' : `${palette.cyan(displayLocation(failure.location, cwd))}  `;
  const step = failure.step === undefined ? '' : `  ${palette.dim(`in step ${cleanLine(failure.step)}`)}`;
  return [
    `  ${place}${cleanLine(failure.configKey)}${step}`,
    ...indented(cutText(failure.message, characters), 2, style),
    ...(failure.diff === undefined
      ? [
          ...(failure.expected === undefined
            ? []
            : labelled('expected', cutText(failure.expected, characters), 4, style)),
          ...(failure.actual === undefined
            ? []
            : labelled('actual', cutText(failure.actual, characters), 4, style)),
        ]
      : renderDiff(failure.diff, lines, style)),
  ];
}

function renderDiff(diff: string, limit: number, style: TerminalStyle): readonly string[] {
  const { palette } = style;
  const shown = cutLines(cleanText(diff).trimEnd().split('\n'), limit).flatMap((line) => {
    const color = line.startsWith('-') ? palette.red : line.startsWith('+') ? palette.green : palette.dim;
    return indented(cutText(line, 2000), 4, style).map(color);
  });
  return [`    ${palette.red('- expected')}  ${palette.green('+ actual')}`, ...shown];
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
    ...labelled('request', cutText(exchange.request, limit), 2, style),
    ...labelled('response', cutText(exchange.response ?? '(no answer)', limit), 2, style),
  ];
}

function renderStderr({ stderr }: TestResult, limit: number, style: TerminalStyle): readonly string[] {
  if (stderr === undefined || stderr.trim() === '') return [];
  const lines = tailLines(cleanText(stderr).trimEnd().split('\n'), limit);
  return ['', ...labelled('stderr', lines.map((line) => cutText(line, 2000)).join('\n'), 2, style)];
}
