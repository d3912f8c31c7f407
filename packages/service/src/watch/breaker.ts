/**
 * The circuit breaker over a server under watch, pure. A server is down after so many failures in a row, and is then left
 * alone until the recovery time is over: one probe decides whether it is up again or left alone once more.
 */
import type { HealthCheckSettings } from '../settings/define.ts';
import type { ServerHealth } from '../store/index.ts';

/** How a probe went. */
export interface Probe {
  /** When it began, in ms since 1970. */
  readonly at: number;
  /** Why it failed; undefined: it did not. */
  readonly error: string | undefined;
}

/** What a probe changed for those who are told. */
export type Turn = 'went-down' | 'came-up';

/** Of a server that was never looked at: it is probed at once. */
export function unknownHealth(server: string, now: number): ServerHealth {
  return {
    server,
    state: 'unknown',
    consecutiveFailures: 0,
    since: now,
    lastProbeAt: undefined,
    nextProbeAt: now,
    lastError: undefined,
    version: 0,
  };
}

/** The health after a probe. */
export function afterProbe(
  health: ServerHealth,
  probe: Probe,
  check: HealthCheckSettings,
): { readonly health: ServerHealth; readonly turn: Turn | undefined } {
  const { at, error } = probe;
  const wasDown = health.state === 'down';
  const failures = error === undefined ? 0 : health.consecutiveFailures + 1;
  const state =
    error === undefined ? 'up' : failures >= check.failureThreshold || wasDown ? 'down' : health.state;
  const turn = wasDown === (state === 'down') ? undefined : state === 'down' ? 'went-down' : 'came-up';
  return {
    turn,
    health: {
      ...health,
      state,
      consecutiveFailures: failures,
      since: state === health.state ? health.since : at,
      lastProbeAt: at,
      nextProbeAt: at + (state === 'down' ? check.recoveryTimeoutMs : check.intervalMs),
      lastError: error,
    },
  };
}

/** When a server is to be probed next. What was planned under other settings is not waited for longer than these would. */
export function dueAt(health: ServerHealth, check: HealthCheckSettings): number {
  const { nextProbeAt, lastProbeAt, state } = health;
  if (lastProbeAt === undefined) return nextProbeAt;
  const waitMs = state === 'down' ? check.recoveryTimeoutMs : check.intervalMs;
  return Math.min(nextProbeAt, lastProbeAt + waitMs);
}
