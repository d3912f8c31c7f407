import { classifyError, type Problem } from './classify-error.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Service, ServiceFault, ServiceResult } from './fault.ts';

/** One attempt of a call. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Aborted when the attempt's time is over. */
  readonly signal: AbortSignal;
}

export interface ServiceCall<T> {
  readonly service: Service;
  /** As an infinitive, for messages: `restore the baseline`. */
  readonly what: string;
  /** Of one attempt. */
  readonly deadlineMs: number;
  /** At most; 3 unless said otherwise. */
  readonly attempts?: number | undefined;
  /**
   * Set for clients that cannot be stopped: what runs on behind a deadline must not run twice. An attempt that has timed
   * out is then the last.
   */
  readonly unstoppable?: boolean | undefined;
  run(attempt: Attempt): Promise<T>;
}

/**
 * The time that faults of GitHub's services may cost a job in all. What is lost in attempts that failed and in waiting
 * for the next is taken from it; work that succeeds costs nothing. Every attempt has a deadline of its own, so that no
 * hanging service can hang the job.
 *
 * A service that has failed for good gets one short attempt a call from then on: it may be back, but ten calls to a dead
 * one must not cost ten times as much. And no service may use more than half of the time: the others need some too.
 */
export class ServiceBudget {
  readonly #clock: Clock;
  readonly #totalMs: number;
  readonly #epochMs: () => number;
  readonly #random: () => number;
  readonly #down = new Set<Service>();
  readonly #lostMs = new Map<Service, number>();
  #abandoned = 0;

  constructor(
    options: {
      readonly totalMs?: number;
      readonly clock?: Clock;
      /** Since the epoch, for rate limits that say when they end. */
      readonly epochMs?: () => number;
      readonly random?: () => number;
    } = {},
  ) {
    this.#totalMs = options.totalMs ?? 60_000;
    this.#clock = options.clock ?? systemClock;
    this.#epochMs = options.epochMs ?? Date.now;
    this.#random = options.random ?? Math.random;
  }

  /** What faults may still cost. */
  get remainingMs(): number {
    const lostMs = [...this.#lostMs.values()].reduce((sum, ms) => sum + ms, 0);
    return Math.max(0, this.#totalMs - lostMs);
  }

  /** Attempts that were given up while they still ran. The process must be ended explicitly when there are any. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** Tries until it works, the attempts or the time are used up, or trying again would not help. Never rejects. */
  async call<T>(call: ServiceCall<T>): Promise<ServiceResult<T>> {
    const wasDown = this.#down.has(call.service);
    const attempts = wasDown ? 1 : (call.attempts ?? 3);
    const deadlineMs = wasDown ? call.deadlineMs / 2 : call.deadlineMs;
    let last: Problem | undefined;
    for (let number = 1; ; number++) {
      if (this.#remainingOf(call.service) === 0) return this.#fail(call, number - 1, last ?? usedUp);
      const startedAt = this.#clock.now();
      const outcome = await this.#attempt(
        call,
        number,
        Math.min(deadlineMs, this.#remainingOf(call.service)),
      );
      if (outcome.ok) {
        this.#down.delete(call.service);
        return { ok: true, value: outcome.value };
      }
      last = outcome.problem;
      const mayRetry = last.retryable && !(call.unstoppable === true && last.reason === 'timeout');
      if (isOfTheService(last)) this.#lose(call.service, this.#clock.now() - startedAt);
      if (!mayRetry || number >= attempts) return this.#fail(call, number, last);
      const waitMs = last.retryAfterMs ?? this.#backOffMs(number);
      if (waitMs >= this.#remainingOf(call.service)) return this.#fail(call, number, last);
      await this.#clock.sleep(waitMs);
      this.#lose(call.service, waitMs);
    }
  }

  #remainingOf(service: Service): number {
    const ownMs = this.#totalMs / 2 - (this.#lostMs.get(service) ?? 0);
    return Math.max(0, Math.min(ownMs, this.remainingMs));
  }

  #lose(service: Service, ms: number): void {
    this.#lostMs.set(service, (this.#lostMs.get(service) ?? 0) + ms);
  }

  async #attempt<T>(
    call: ServiceCall<T>,
    number: number,
    deadlineMs: number,
  ): Promise<{ ok: true; value: T } | { ok: false; problem: Problem }> {
    const overdue = new AbortController();
    const settled = new AbortController();
    // Started in an async function, so that a synchronous throw is a rejection too.
    const work = (async () => call.run({ number, signal: overdue.signal }))().then(
      (value) => ({ ok: true as const, value }),
      (error: unknown) => ({ ok: false as const, problem: classifyError(error, this.#epochMs()) }),
    );
    const deadline = this.#clock.sleep(deadlineMs, settled.signal).then(() => undefined);
    const outcome = await Promise.race([work, deadline]);
    settled.abort();
    if (outcome !== undefined) return outcome;
    overdue.abort();
    this.#abandoned++;
    return {
      ok: false,
      problem: { reason: 'timeout', message: `no answer in ${seconds(deadlineMs)}`, retryable: true },
    };
  }

  /** 1, 2, 4, … s, and up to half as much again, so that the jobs of a matrix do not come back all at once. */
  #backOffMs(attempt: number): number {
    return 1000 * 2 ** (attempt - 1) * (1 + this.#random() / 2);
  }

  #fail(call: ServiceCall<unknown>, attempts: number, problem: Problem): { ok: false; fault: ServiceFault } {
    if (isOfTheService(problem)) this.#down.add(call.service);
    const { reason, message, status, permissions } = problem;
    return {
      ok: false,
      fault: { service: call.service, what: call.what, reason, message, status, permissions, attempts },
    };
  }
}

/** Not so an answer (403, 404, 409, …): it came from a service that works, and costs nothing. */
function isOfTheService({ reason }: Problem): boolean {
  return ['rate-limited', 'unavailable', 'unreachable', 'timeout', 'malformed'].includes(reason);
}

const usedUp: Problem = {
  reason: 'skipped',
  message: "GitHub's services have cost too much time already",
  retryable: false,
};

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
