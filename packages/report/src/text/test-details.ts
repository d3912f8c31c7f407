import type { ExchangeRecord, LocatedFailure, TestResult } from '@mcp-test-harness/core';
import { formatDuration } from './format.ts';
import { displayLocation } from './location.ts';

/** A failed expectation as plain lines: the sentence, the place in the YAML, the two values unless a diff shows them. */
export function describeFailure(failure: LocatedFailure, cwd: string): readonly string[] {
  const { step, message, location, configKey, expected, actual, diff } = failure;
  const place = location === undefined ? configKey : `${displayLocation(location, cwd)}  ${configKey}`;
  return [
    step === undefined ? message : `${step}: ${message}`,
    `  at ${place}`,
    ...(diff !== undefined || expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(diff !== undefined || actual === undefined ? [] : [`  actual:   ${actual}`]),
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
    exchange.durationMs === undefined ? 'no answer' : formatDuration(exchange.durationMs),
    ...(exchange.notifications === 0 ? [] : [`${exchange.notifications} notifications`]),
  ].join(', ');
}
