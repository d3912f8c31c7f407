import type { Exchange } from '../protocol/types.ts';
import type { ExchangeRecord } from './result.ts';

/** An exchange of a running test. */
export interface TracedExchange {
  readonly step: string | undefined;
  readonly phase: ExchangeRecord['phase'];
  readonly exchange: Exchange;
}

/** Longest request or response text in a record, in UTF-16 units. */
const longestWhole = 64 * 1024;
const longestShort = 2 * 1024;
/** Exchanges kept of a passing test. */
const shortRecords = 3;
/** Exchanges kept from the beginning of any test, and after these only the failing ones. */
const keptFirst = 20;
const keptFailing = 5;

/** The exchanges of one attempt, bounded. */
export class Trace {
  readonly #first: TracedExchange[] = [];
  readonly #failing: TracedExchange[] = [];
  /** Time of each request of the test proper, in ms. */
  readonly durationsMs: number[] = [];
  /** The exchange that came last. */
  last: Exchange | undefined;

  add(step: string | undefined, phase: ExchangeRecord['phase'], exchange: Exchange): void {
    this.last = exchange;
    if (this.#first.length < keptFirst) this.#first.push({ step, phase, exchange });
  }

  /** Keeps the exchange of a failure even when many came before it. */
  keepFailing(step: string | undefined, phase: ExchangeRecord['phase'], exchange: Exchange): void {
    if (this.#failing.length >= keptFailing) return;
    if (this.#first.some((traced) => traced.exchange === exchange)) return;
    this.#failing.push({ step, phase, exchange });
  }

  /** Whole for a test that did not pass, else the first three, cut short. */
  records(whole: boolean): readonly ExchangeRecord[] {
    if (whole)
      return [...this.#first, ...this.#failing].map((traced) => toRecord(traced, longestWhole, true));
    return this.#first.slice(0, shortRecords).map((traced) => toRecord(traced, longestShort, false));
  }
}

function toRecord(
  { step, phase, exchange }: TracedExchange,
  longest: number,
  withValues: boolean,
): ExchangeRecord {
  const response = exchange.responseText;
  // A value beside a text that was cut would bring the length back.
  const values = withValues && (response === undefined || response.length <= longest);
  return {
    step,
    phase,
    method: exchange.method,
    startedAtMs: exchange.startedAtMs,
    durationMs: exchange.durationMs,
    request: cutText(exchange.requestText, longest),
    response: response === undefined ? undefined : cutText(response, longest),
    result: values ? exchange.result : undefined,
    error: values ? exchange.error : undefined,
    httpStatus: exchange.http?.status,
    notifications: exchange.notifications.length + (exchange.droppedNotifications ?? 0),
  };
}

/** Cuts in the middle of nothing that matters: the beginning stays, and what is missing is named. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Copied, since a slice would keep the whole text in memory.
  const kept = Buffer.from(text.slice(0, longest)).toString();
  return `${kept}… (${text.length - longest} more characters)`;
}
