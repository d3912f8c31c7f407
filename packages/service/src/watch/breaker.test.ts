import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HealthCheckSettings } from '../settings/define.ts';
import { afterProbe, dueAt, unknownHealth } from './breaker.ts';

const check: HealthCheckSettings = {
  intervalMs: 30_000,
  failureThreshold: 5,
  timeoutMs: 10_000,
  recoveryTimeoutMs: 60_000,
};

/** Probes when they are due: `.` succeeds, `x` fails. A line a probe: seconds, state, turn. */
function play(probes: string, settings = check): readonly string[] {
  let health = unknownHealth('demo', 0);
  return probes.split('').map((outcome) => {
    const at = dueAt(health, settings);
    const after = afterProbe(health, { at, error: outcome === 'x' ? 'no answer' : undefined }, settings);
    ({ health } = after);
    return [at / 1000, health.state, after.turn].filter((word) => word !== undefined).join(' ');
  });
}

describe('the circuit breaker', () => {
  it('says a server is up at its first answer, and asks every interval', () => {
    expect(play('...')).toEqual(['0 up', '30 up', '60 up']);
  });

  it('bears four failures, and says at the fifth that the server is down', () => {
    expect(play('.xxxxx')).toEqual(['0 up', '30 up', '60 up', '90 up', '120 up', '150 down went-down']);
  });

  it('counts failures in a row: an answer between them begins anew', () => {
    expect(play('.xxxx.xxxx').at(-1)).toBe('270 up');
  });

  it('leaves a server that is down alone for the recovery time, and believes its first answer', () => {
    expect(play('.xxxxx..').slice(-2)).toEqual(['210 up came-up', '240 up']);
  });

  it('leaves it alone again when it fails then, without telling twice', () => {
    expect(play('.xxxxxxx.').slice(-4)).toEqual([
      '150 down went-down',
      '210 down',
      '270 down',
      '330 up came-up',
    ]);
  });

  it('does not know a server that never answered until it is down', () => {
    expect(play('xxxxx')).toEqual([
      '0 unknown',
      '30 unknown',
      '60 unknown',
      '90 unknown',
      '120 down went-down',
    ]);
  });

  it('keeps the time since when a server is in its state, and why', () => {
    let health = unknownHealth('demo', 0);
    for (const at of [0, 1, 2, 3, 4, 5])
      ({ health } = afterProbe(health, { at, error: at === 0 ? undefined : `error ${at}` }, check));
    expect(health).toMatchObject({ state: 'down', since: 5, lastError: 'error 5', consecutiveFailures: 5 });
    ({ health } = afterProbe(health, { at: 9, error: undefined }, check));
    expect(health).toMatchObject({ state: 'up', since: 9, lastError: undefined, consecutiveFailures: 0 });
  });

  it('asks sooner when the interval was made shorter meanwhile', () => {
    const { health } = afterProbe(unknownHealth('demo', 0), { at: 0, error: undefined }, check);
    expect(dueAt(health, { ...check, intervalMs: 5000 })).toBe(5000);
    expect(dueAt(health, { ...check, intervalMs: 300_000 })).toBe(30_000);
  });

  it('whatever happens, is down exactly from the threshold on until the next answer, and tells each turn once', () => {
    const outcomes = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 6 }), (answers, failureThreshold) => {
        const settings = { ...check, failureThreshold };
        let health = unknownHealth('demo', 0);
        let failures = 0;
        let isDown = false;
        for (const answer of answers) {
          const at = dueAt(health, settings);
          const before = health;
          const after = afterProbe(health, { at, error: answer ? undefined : 'x' }, settings);
          ({ health } = after);
          failures = answer ? 0 : failures + 1;
          const downNow: boolean = answer ? false : isDown || failures >= failureThreshold;
          expect(after.turn).toBe(downNow === isDown ? undefined : downNow ? 'went-down' : 'came-up');
          isDown = downNow;
          expect(health.state === 'down').toBe(isDown);
          expect(health.consecutiveFailures).toBe(failures);
          expect(dueAt(health, settings) - at).toBe(isDown ? check.recoveryTimeoutMs : check.intervalMs);
          expect(health.since).toBe(health.state === before.state ? before.since : at);
          expect(health.version).toBe(0);
        }
      }),
    );
  });
});
