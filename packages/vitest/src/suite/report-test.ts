import type { ExchangeRecord, LocatedFailure, TestResult } from '@mcp-test-harness/core';
import { cleanText } from '@mcp-test-harness/core/clean-text';
import type { TestContext } from 'vitest';
import { locatedError } from './located-error.ts';

const shownCharacters = 480;
const shownStderrLines = 12;

/** Makes of a result what Vitest has for it: a pass, a skip with its reason, or an error that leads to the YAML. */
export async function reportTest(result: TestResult, context: TestContext): Promise<void> {
  const { outcome, skipReason, skipCause, attempts, flaky } = result;
  for (const warning of result.warnings) await context.annotate(cleanText(warning.message), 'warning');
  if (flaky) await context.annotate(`passed only at attempt ${attempts}`, 'flaky');
  if (outcome === 'passed') return;
  // A test that there was no time for is not one that need not run.
  if (outcome === 'skipped' && skipCause !== 'timeout') context.skip(skipReason);
  throw testError(result);
}

/** The error of a test that failed or could not be judged. */
export function testError(result: TestResult): Error {
  const { error, failures, location, exchanges, stderr, reproduce, skipReason } = result;
  const steps = new Set(failures.map(({ step }) => step));
  const exchange =
    exchanges.findLast(({ phase, step }) => phase === 'test' && steps.has(step)) ??
    exchanges.findLast(({ phase }) => phase === 'test') ??
    exchanges.at(-1);
  const text = [
    ...(error === undefined
      ? []
      : [`${error.message} [${error.code}]`, ...(error.hint === undefined ? [] : [error.hint])]),
    ...(skipReason === undefined ? [] : [skipReason]),
    ...failures.map(describeFailure),
    ...(exchange === undefined ? [] : describeExchange(exchange)),
    ...describeStderr(stderr),
    ...(reproduce === undefined ? [] : ['', `reproduce: ${reproduce}`]),
  ].join('\n');
  const places = failures.map((failure) => ({ what: placeOf(failure), location: failure.location ?? location }));
  const name = failures.length > 0 && error === undefined ? 'AssertionError' : 'TestError';
  return locatedError(name, text, [...places, { what: result.test, location }]);
}

function placeOf({ configKey, step }: LocatedFailure): string {
  return [configKey, ...(step === undefined ? [] : [`in step ${step}`])].join(' ').trim() || 'expectation';
}

/** The sentence; below it what it does not say itself. */
function describeFailure(failure: LocatedFailure): string {
  const { message, diff, expected, actual } = failure;
  const values =
    diff === undefined
      ? [unsaid('expected', expected, message), unsaid('actual', actual, message)].filter((line) => line !== '')
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
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}… (${text.length} characters)` : text;
}
