import { closeSync, openSync, readSync, readdirSync } from 'node:fs';

const buffer = Buffer.alloc(128);

/**
 * CPU time of all living threads of a process in ms, by the scheduler's own clock in nanoseconds
 * (Documentation/scheduler/sched-stats.rst): the counters of /proc/<pid>/stat only move in steps of 10 ms, longer
 * than most calls take. Time of threads that have ended is not in it, so only differences over short spans mean
 * something. Undefined when the process has gone or the kernel keeps no such statistics.
 */
export function readThreadsCpuMs(pid: number): number | undefined {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return undefined;
  }
  let nanoseconds = 0;
  let isMeasured = false;
  for (const thread of threads) {
    const onCpu = readOnCpu(`/proc/${pid}/task/${thread}/schedstat`);
    if (onCpu === undefined) continue;
    isMeasured = true;
    nanoseconds += onCpu;
  }
  return isMeasured ? nanoseconds / 1e6 : undefined;
}

/** The first number of the file: time on the CPU in ns. */
function readOnCpu(path: string): number | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const value = Number.parseInt(
      buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)),
      10,
    );
    return Number.isNaN(value) ? undefined : value;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
