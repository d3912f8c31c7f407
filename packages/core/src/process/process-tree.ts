import type { ProcessSample } from './process-sample.ts';
import { TreeUsage } from './tree-usage.ts';
import type { ProcessUsage } from './types.ts';

/** Reads one process now; `memory: false` may leave the resident sizes at 0. Throws when it could not look, which says nothing about the process. */
export type ReadSample = (pid: number, memory: boolean) => ProcessSample | undefined;

/** Memory costs a second read of each process, so a quick succession of looks at CPU time goes without. */
const memoryMaxAgeMs = 100;

/** One server's process and its descendants, those included that left its group, its session or its parent. */
export class ProcessTree {
  readonly rootPid: number;
  readonly tag: string;
  /** Called after each poll. */
  readonly onPoll: ((usage: ProcessUsage) => void) | undefined;
  /** pid → when it started, so that a later process with the same pid is not taken for it. */
  #members = new Map<number, number>();
  #startedAt = 0;
  #usage = new TreeUsage();
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  #memoryMeasuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(rootPid: number, tag: string, onPoll?: (usage: ProcessUsage) => void) {
    this.rootPid = rootPid;
    this.tag = tag;
    this.onPoll = onPoll;
  }

  /** When its root started, as samples tell it; 0 while that is unknown. What is older does not belong here. */
  get startedAt(): number {
    return this.#startedAt;
  }

  add(sample: ProcessSample): void {
    if (sample.pid === this.rootPid && this.#startedAt === 0) this.#startedAt = sample.startedAt;
    this.#members.set(sample.pid, sample.startedAt);
  }

  /** Whether a process that was not seen before belongs here. */
  claims(sample: ProcessSample, tag: string | undefined): boolean {
    return (
      tag === this.tag ||
      sample.sessionId === this.rootPid ||
      sample.groupId === this.rootPid ||
      this.#members.has(sample.parentPid)
    );
  }

  /** Reads all members, forgets those that ended, and adds up. Skipped when the last time is less than `maxAgeMs` ago. */
  measure(read: ReadSample, maxAgeMs = 0): ProcessUsage | undefined {
    const now = performance.now();
    if (now - this.#measuredAtMs < maxAgeMs) return this.#usage.read();
    this.#measuredAtMs = now;
    const memory = maxAgeMs === 0 || now - this.#memoryMeasuredAtMs >= memoryMaxAgeMs;
    if (memory) this.#memoryMeasuredAtMs = now;
    const { samples, isComplete } = this.#readMembers(read, memory);
    // A member left out would count as ended now, and twice when it is back.
    if (isComplete) this.#usage.update(samples);
    return this.#usage.read();
  }

  /** Sum over the members; undefined when none of them tells. */
  cpuTimeMs(read: (pid: number) => number | undefined): number | undefined {
    let sum: number | undefined;
    for (const pid of this.#members.keys()) {
      const cpuMs = read(pid);
      if (cpuMs !== undefined) sum = (sum ?? 0) + cpuMs;
    }
    return sum;
  }

  /** Members that run now, as far as they can be looked at. */
  living(read: ReadSample): ProcessSample[] {
    return this.#readMembers(read, false).samples.filter((sample) => !sample.ended);
  }

  #readMembers(read: ReadSample, memory: boolean): { samples: ProcessSample[]; isComplete: boolean } {
    const samples: ProcessSample[] = [];
    let isComplete = true;
    for (const [pid, startedAt] of this.#members) {
      try {
        const sample = read(pid, memory);
        if (sample?.startedAt === startedAt) samples.push(sample);
        else this.#members.delete(pid);
      } catch {
        isComplete = false;
      }
    }
    return { samples, isComplete };
  }
}
