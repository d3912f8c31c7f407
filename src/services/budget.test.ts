import { describe, expect, it } from 'vitest';
import { ServiceBudget, type ServiceCall } from './budget.ts';
import { ServiceError } from './fault.ts';
import { httpError } from './testing/fake-api.ts';
import { fakeClock } from './testing/fake-clock.ts';

/** A budget without real time and without chance, and a call whose attempts do what the list says. */
function setUp(options: { readonly totalMs?: number } = {}) {
  const clock = fakeClock();
  const budget = new ServiceBudget({ ...options, clock, epochMs: () => 1_000_000, random: () => 0 });
  const hang = () => new Promise<never>(() => {});
  const take = (ms: number) => async (): Promise<string> => {
    await clock.sleep(ms);
    return 'done';
  };
  let made = 0;
  const call = (
    attempts: readonly (() => Promise<string> | Error)[],
    more: Partial<ServiceCall<string>> = {},
  ): ServiceCall<string> => {
    made = 0;
    return {
      service: 'api',
      what: 'do it',
      deadlineMs: 10_000,
      run: async ({ number }) => {
        made = number;
        const outcome = attempts[Math.min(number, attempts.length) - 1]?.();
        if (outcome instanceof Error) throw outcome;
        return (await outcome) ?? 'done';
      },
      ...more,
    };
  };
  const done = (): Promise<string> => Promise.resolve('done');
  return { clock, budget, hang, take, done, call, attemptsMade: () => made };
}

const unavailable = (): Error => httpError(503, 'Service Unavailable');

describe('the budget for faults', () => {
  it('costs nothing when all works, however long it takes', async () => {
    const { budget, take, call } = setUp();
    expect(await budget.call(call([take(9000)]))).toEqual({ ok: true, value: 'done' });
    expect(budget.remainingMs).toBe(60_000);
  });

  it('tries again after 1, 2, … s, which is taken from it', async () => {
    const { budget, done, call, clock } = setUp();
    expect(await budget.call(call([unavailable, unavailable, done]))).toEqual({ ok: true, value: 'done' });
    expect(clock.now()).toBe(3000);
    expect(budget.remainingMs).toBe(57_000);
  });

  it('gives up after three attempts, with what the service said', async () => {
    const { budget, call } = setUp();
    expect(await budget.call(call([unavailable]))).toEqual({
      ok: false,
      fault: {
        service: 'api',
        what: 'do it',
        reason: 'unavailable',
        message: 'Service Unavailable',
        status: 503,
        permissions: undefined,
        attempts: 3,
      },
    });
  });

  it('does not try again what will be refused again, and takes nothing for it', async () => {
    const { budget, call, attemptsMade } = setUp();
    const result = await budget.call(call([() => httpError(403, 'Resource not accessible by integration')]));
    expect(result).toMatchObject({ ok: false, fault: { reason: 'denied', attempts: 1 } });
    expect(attemptsMade()).toBe(1);
    expect(budget.remainingMs).toBe(60_000);
  });

  it('waits as long as it is asked to', async () => {
    const { budget, done, call, clock } = setUp();
    const limited = (): Error => httpError(429, 'slow down', { 'retry-after': '7' });
    expect(await budget.call(call([limited, done]))).toMatchObject({ ok: true });
    expect(clock.now()).toBe(7000);
  });

  it('does not wait longer than it has', async () => {
    const { budget, call, clock } = setUp();
    const limited = (): Error => httpError(429, 'slow down', { 'retry-after': '60' });
    expect(await budget.call(call([limited]))).toMatchObject({
      ok: false,
      fault: { reason: 'rate-limited', attempts: 1 },
    });
    expect(clock.now()).toBe(0);
  });

  it('stops waiting for an attempt that hangs, and tells it so', async () => {
    const { budget, call, hang, done, clock } = setUp();
    const signals: AbortSignal[] = [];
    const hanging = call([hang, done]);
    const result = await budget.call({
      ...hanging,
      run: (attempt) => {
        signals.push(attempt.signal);
        return hanging.run(attempt);
      },
    });
    expect(result).toEqual({ ok: true, value: 'done' });
    expect(clock.now()).toBe(11_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(budget.abandoned).toBe(1);
  });

  it('does not start again what cannot be stopped', async () => {
    const { budget, call, hang, attemptsMade } = setUp();
    expect(await budget.call(call([hang], { unstoppable: true }))).toMatchObject({
      ok: false,
      fault: { reason: 'timeout', message: 'no answer in 10 s' },
    });
    expect(attemptsMade()).toBe(1);
  });

  it('gives a service that has failed for good one short attempt a call, until it works again', async () => {
    const { budget, call, hang, done, clock, attemptsMade } = setUp();
    await budget.call(call([unavailable]));
    const before = clock.now();
    expect(await budget.call(call([hang]))).toMatchObject({ ok: false, fault: { reason: 'timeout' } });
    expect(attemptsMade()).toBe(1);
    expect(clock.now() - before).toBe(5000);
    expect(await budget.call(call([done]))).toMatchObject({ ok: true });
    expect(await budget.call(call([unavailable, done]))).toMatchObject({ ok: true });
  });

  it('holds the faults of one service against no other', async () => {
    const { budget, call, done } = setUp();
    await budget.call(call([unavailable]));
    const ofCache = call([unavailable, done], { service: 'cache' });
    expect(await budget.call(ofCache)).toMatchObject({ ok: true });
  });

  it('lets no service use more than half of it, so that the others have theirs', async () => {
    const { budget, call, hang, done, clock } = setUp();
    for (let count = 0; count < 5; count++) await budget.call(call([hang], { service: 'cache' }));
    expect(clock.now()).toBe(30_000);
    expect(await budget.call(call([unavailable, done], { service: 'artifacts' }))).toMatchObject({
      ok: true,
    });
  });

  it('ends in all: calls to services that only hang take no longer together', async () => {
    const { budget, call, hang, clock } = setUp();
    for (const service of ['api', 'cache', 'artifacts', 'api', 'cache', 'api', 'api', 'api'] as const)
      await budget.call(call([hang], { service }));
    expect(clock.now()).toBe(60_000);
    expect(budget.remainingMs).toBe(0);
    expect(await budget.call(call([hang]))).toMatchObject({
      ok: false,
      fault: { reason: 'skipped', attempts: 0 },
    });
    expect(clock.now()).toBe(60_000);
  });

  it('takes whatever is thrown, at once or later, for a fault', async () => {
    const { budget, call } = setUp();
    const throwing = call([], {
      run: () => {
        throw new TypeError('undefined is not a function');
      },
    });
    expect(await budget.call(throwing)).toMatchObject({
      ok: false,
      fault: { message: 'undefined is not a function' },
    });
    const saying = call([], { run: () => Promise.reject(new ServiceError('hostile', 'a bomb')) });
    expect(await budget.call(saying)).toMatchObject({ ok: false, fault: { reason: 'hostile', attempts: 1 } });
  });
});
