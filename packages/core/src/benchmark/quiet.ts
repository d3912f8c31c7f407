import { cpus } from 'node:os';
import { sleep } from '../runner/clock.ts';
import type { RunClock } from '../runner/clock.ts';

/** Ticks of all CPUs since the machine started. */
export interface CpuTicks {
  readonly idle: number;
  readonly total: number;
}

/** The machine is quiet enough when so much of its CPU time is idle. */
const idleShareWanted = 0.3;
/** Of the first look, and of one at a machine that was quiet a few seconds ago. */
const lookMs = { first: 500, again: 100 };
/** For a machine that has been quiet so far, and for one that was busy all the last time. */
const longestWaitMs = { first: 90_000, again: 5000 };

/** How the wait for a quieter moment ended. */
export interface QuietWait {
  readonly waitedMs: number;
  /** Share of CPU time that was idle when it ended. */
  readonly idleShare: number;
  /** False: the machine stayed busy, and what is measured now deserves less trust. */
  readonly quiet: boolean;
}

/**
 * Waits until others leave a machine enough room to measure; at most 90 s, and not once the signal is aborted.
 * @param last the wait before this one. After one in vain this one ends after 5 s: a machine that is always busy must not
 * take hours. After a good one the look is a short one, since many pairs follow each other.
 */
export async function waitForQuiet(
  clock: RunClock,
  signal: AbortSignal,
  last: Pick<QuietWait, 'quiet'> | undefined,
  readTicks: () => CpuTicks = readCpuTicks,
): Promise<QuietWait> {
  const longestMs = last?.quiet === false ? longestWaitMs.again : longestWaitMs.first;
  let durationMs = last?.quiet === true ? lookMs.again : lookMs.first;
  const beganMs = clock.nowMs();
  for (;;) {
    const before = readTicks();
    await sleep(clock, durationMs, signal);
    const after = readTicks();
    const total = after.total - before.total;
    const idleShare = total > 0 ? (after.idle - before.idle) / total : 1;
    const waitedMs = clock.nowMs() - beganMs;
    const quiet = idleShare >= idleShareWanted;
    if (quiet || waitedMs >= longestMs || signal.aborted) return { waitedMs, idleShare, quiet };
    durationMs = lookMs.first;
  }
}

function readCpuTicks(): CpuTicks {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, total };
}
