import { describe, expect, it } from 'vitest';
import { graceAfter, skipFor, Stop } from './stop.ts';
import type { StopCause } from './stop.ts';
import { ManualClock } from './testing/manual-clock.ts';

const interrupted: StopCause = { kind: 'interrupted' };
const timeout: StopCause = { kind: 'timeout', of: 'run', limitMs: 1500 };
const failFast: StopCause = { kind: 'fail-fast', test: 'a/t' };

describe('a brake', () => {
  it.each<[string, readonly StopCause[], StopCause, boolean]>([
    ['fail_fast lets what runs finish', [failFast], failFast, false],
    ['a timeout cuts off', [timeout], timeout, true],
    ['the first failure is named', [failFast, { ...failFast, test: 'b/t' }], failFast, false],
    ['an interruption overrides fail_fast', [failFast, interrupted], interrupted, true],
    ['nothing overrides what cut off', [timeout, interrupted, failFast], timeout, true],
  ])('%s', (_what, pulls, cause, cutsOff) => {
    const run = new Stop();
    const suite = new Stop(run);
    for (const pull of pulls) run.pull(pull);
    for (const stop of [run, suite, new Stop(run)]) {
      expect(stop.cause).toEqual(cause);
      expect(stop.signal.aborted).toBe(cutsOff);
    }
  });

  it('of a suite leaves the run alone, and after its release the run leaves it alone', () => {
    const run = new Stop();
    const [first, second] = [new Stop(run), new Stop(run)];
    first.pull(timeout);
    expect(run.cause).toBeUndefined();
    second.release();
    run.pull(interrupted);
    expect([first.cause, second.cause]).toEqual([timeout, undefined]);
  });

  it('says why a test did not begin', () => {
    expect([interrupted, timeout, failFast].map((cause) => skipFor(cause).skipReason)).toEqual([
      'the run was interrupted',
      'the run used up its 1.5 s',
      'fail_fast: a/t did not pass',
    ]);
  });
});

describe('grace', () => {
  it('begins when the brake is pulled, or at once when it was', () => {
    const clock = new ManualClock();
    const stop = new Stop();
    const early = graceAfter(stop, 100, clock);
    clock.advance(1000);
    expect(early.signal.aborted).toBe(false);
    stop.pull(interrupted);
    const late = graceAfter(stop, 50, clock);
    clock.advance(99);
    expect([early.signal.aborted, late.signal.aborted]).toEqual([false, true]);
    clock.advance(1);
    expect(early.signal.aborted).toBe(true);
  });

  it('leaves no timer behind', () => {
    const clock = new ManualClock();
    const stop = new Stop();
    const early = graceAfter(stop, 100, clock);
    early.release();
    stop.pull(interrupted);
    graceAfter(stop, 100, clock).release();
    expect(clock.pending).toBe(0);
  });
});
