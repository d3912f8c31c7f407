import type { ExchangeRecord, LocatedFailure, PlannedTest, TestResult } from '@mcp-test-harness/core';
import type { TestContext } from 'vitest';
import { harmlessText } from '../harmless-text.ts';
import { locatedError } from './located-error.ts';

const shownCharacters = 480;
const shownStderrLines = 12;

/**
 * Makes of a result what Vitest has for it: a pass, a skip with its reason, or an error that leads to the YAML.
 * @param results more than one for a test that is run under every revision of the protocol; it passes when one did and
 *   none went wrong
 */
export async function reportTest(
  planned: PlannedTest,
  results: readonly TestResult[],
  context: TestContext,
): Promise<void> {
  for (const { warnings, flaky, attempts } of results) {
    for (const warning of warnings) await context.annotate(harmlessText(warning.message), 'warning');
    if (flaky) await context.annotate(`passed only at attempt ${attempts}`, 'flaky');
  }
  const bad = results.filter(wentWrong);
  if (bad.length > 0) throw testError(bad, planned);
  const [skipped] = results;
  if (skipped !== undefined && results.every(({ outcome }) => outcome === 'skipped')) {
    context.skip(harmlessText(skipped.skipReason ?? ''));
  }
}

/** A test that there was no time for is not one that need not run. */
function wentWrong({ outcome, skipCause }: TestResult): boolean {
  return outcome === 'failed' || outcome === 'errored' || skipCause === 'timeout';
}

/** The error of a test that failed or could not be judged, whatever number of times. */
function testError(results: readonly TestResult[], planned: PlannedTest): Error {
  const text = results
    .map((result) => {
      const which = result.id === planned.id ? '' : `${result.id}:\n`;
      return which + describeResult(result).join('\n');
    })
    .join('\n\n');
  const places = results.flatMap(({ failures }) =>
    failures.map((failure) => ({ what: placeOf(failure), location: failure.location ?? planned.location })),
  );
  const isJudged = results.every(({ outcome }) => outcome === 'failed');
  return locatedError(isJudged ? 'AssertionError' : 'TestError', text, [
    ...places,
    { what: planned.test, location: planned.location },
  ]);
}

function describeResult(result: TestResult): readonly string[] {
  const { error, failures, exchanges, stderr, reproduce, skipReason } = result;
  const steps = new Set(failures.map(({ step }) => step));
  const exchange =
    exchanges.findLast(({ phase, step }) => phase === 'test' && steps.has(step)) ??
    exchanges.findLast(({ phase }) => phase === 'test') ??
    exchanges.at(-1);
  return [
    ...(error === undefined ? [] : [`${error.message} [${error.code}]`]),
    ...(error?.hint === undefined ? [] : [error.hint]),
    ...(skipReason === undefined ? [] : [skipReason]),
    ...failures.map(describeFailure),
    ...(exchange === undefined ? [] : describeExchange(exchange)),
    ...describeStderr(stderr),
    ...(reproduce === undefined ? [] : ['', `reproduce: ${reproduce}`]),
  ];
}

function placeOf({ configKey, step }: LocatedFailure): string {
  return [configKey, ...(step === undefined ? [] : [`in step ${step}`])].join(' ').trim() || 'expectation';
}

/** The sentence; below it what it does not say itself. */
function describeFailure(failure: LocatedFailure): string {
  const { message, diff, expected, actual } = failure;
  const values =
    diff === undefined
      ? [unsaid('expected', expected, message), unsaid('actual', actual, message)].filter(
          (line) => line !== '',
        )
      : diff.split('\n').map((line) => `│ ${line}`);
  return [message, ...values].join('\n');
}

function unsaid(label: string, value: string | undefined, message: string): string {
  const plain = value?.replace(/^[<>=≤≥] /, '') ?? '';
  return value === undefined || message.includes(plain.slice(0, 80)) ? '' : `  ${label}: ${cut(value)}`;
}

function describeExchange({ request, response, durationMs }: ExchangeRecord): readonly string[] {
  const time = durationMs === undefined ? '' : ` after ${Math.round(durationMs * 10) / 10} ms`;
  return ['', `request: ${cut(request)}`, `response${time}: ${cut(response ?? '(no answer)')}`];
}

function describeStderr(stderr: string | undefined): readonly string[] {
  const lines = stderr?.trimEnd().split('\n') ?? [];
  if (stderr === undefined || stderr.trim() === '') return [];
  return ['', 'stderr of the server:', ...lines.slice(-shownStderrLines).map((line) => `│ ${cut(line)}`)];
}

function cut(text: string): string {
  return text.length > shownCharacters
    ? `${text.slice(0, shownCharacters)}… (${text.length} characters)`
    : text;
}
