import type { ExchangeRecord, LocatedFailure, TestResult } from '@mcp-test-harness/core';
import { sayFailure } from './failure-words.ts';
import { count, formatDuration } from './format.ts';
import { displayLocation } from './location.ts';

/** A failed expectation as plain lines: the sentence, its place in the YAML, and the values that the sentence lacks. */
export function describeFailure(failure: LocatedFailure, cwd: string): readonly string[] {
  const { step, location, configKey } = failure;
  const { message, expected, actual } = sayFailure(failure);
  const place = [...(location === undefined ? [] : [displayLocation(location, cwd)]), configKey]
    .filter((part) => part !== '')
    .join('  ');
  return [
    step === undefined ? message : `${step}: ${message}`,
    ...(place === '' ? [] : [`  at ${place}`]),
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(actual === undefined ? [] : [`  actual:   ${actual}`]),
  ];
}

/** Why a test has no verdict, as plain lines. */
export function describeError({ error }: TestResult): readonly string[] {
  if (error === undefined) return [];
  return [
    `${error.code} (${error.kind}): ${error.message}`,
    ...(error.hint === undefined ? [] : [`  ${error.hint}`]),
  ];
}

/** `tools/call, 4 ms`, with what else is known about an exchange. */
export function describeExchange(exchange: ExchangeRecord): string {
  return [
    ...(exchange.phase === 'test' ? [] : [exchange.phase]),
    ...(exchange.step === undefined ? [] : [exchange.step]),
    exchange.method,
    ...(exchange.httpStatus === undefined ? [] : [`HTTP ${exchange.httpStatus}`]),
    describeAnswerTime(exchange),
    ...(exchange.notifications === 0 ? [] : [count(exchange.notifications, 'notification')]),
  ].join(', ');
}

/** `4 ms`; `no answer after 5 s` when the wait was cut off. */
export function describeAnswerTime({ durationMs, response }: ExchangeRecord): string {
  if (durationMs === undefined) return 'no answer';
  return response === undefined
    ? `no answer after ${formatDuration(durationMs)}`
    : formatDuration(durationMs);
}
