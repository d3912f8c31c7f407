import type { ProcessSample } from './process-sample.ts';
import type { ProcessUsage } from './types.ts';

/**
 * Adds up what a process tree uses over its life. CPU time of a process that ended shows up in its parent's
 * `endedChildrenCpuMs` when the parent waited for it; otherwise (orphans, SIGCHLD ignored, systems without
 * such a counter) what was last seen of it is kept, so that the sum never falls.
 */
export class TreeUsage {
  #previous = new Map<number, ProcessSample>();
  #orphanedCpuMs = 0;
  #cpuMs = 0;
  #peakMemoryBytes = 0;
  #isMeasured = false;

  /** Takes all members of the tree as they are now. */
  update(samples: Iterable<ProcessSample>): void {
    const current = new Map<number, ProcessSample>();
    let cpuMs = 0;
    let residentBytes = 0;
    for (const sample of samples) {
      current.set(sample.pid, sample);
      this.#isMeasured = true;
      cpuMs += sample.cpuMs + sample.endedChildrenCpuMs;
      residentBytes += sample.residentBytes;
      this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, sample.peakResidentBytes);
    }
    this.#keepOrphaned(current);
    this.#previous = current;
    this.#cpuMs = Math.max(this.#cpuMs, cpuMs + this.#orphanedCpuMs);
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, residentBytes);
  }

  /** Undefined while no living process was measured: nothing is known, which is not nothing. */
  read(): ProcessUsage | undefined {
    if (!this.#isMeasured) return undefined;
    return { cpuMs: this.#cpuMs, peakMemoryBytes: this.#peakMemoryBytes };
  }

  #keepOrphaned(current: ReadonlyMap<number, ProcessSample>): void {
    let endedCpuMsByHeir: Map<number, number> | undefined;
    for (const [pid, before] of this.#previous) {
      if (current.get(pid)?.startedAt === before.startedAt) continue;
      endedCpuMsByHeir ??= new Map();
      const heir = this.#findHeir(before, current);
      const sum = endedCpuMsByHeir.get(heir) ?? 0;
      endedCpuMsByHeir.set(heir, sum + before.cpuMs + before.endedChildrenCpuMs);
    }
    if (endedCpuMsByHeir === undefined) return;
    for (const [heir, endedCpuMs] of endedCpuMsByHeir) {
      const inherited =
        (current.get(heir)?.endedChildrenCpuMs ?? 0) - (this.#previous.get(heir)?.endedChildrenCpuMs ?? 0);
      this.#orphanedCpuMs += Math.max(0, endedCpuMs - Math.max(0, inherited));
    }
  }

  /** The nearest ancestor that still runs, whose counter received the time; 0 when there is none. */
  #findHeir(ended: ProcessSample, current: ReadonlyMap<number, ProcessSample>): number {
    const visited = new Set<number>([ended.pid]);
    let pid = ended.parentPid;
    for (;;) {
      const before = this.#previous.get(pid);
      if (before === undefined || visited.has(pid)) return 0;
      if (current.get(pid)?.startedAt === before.startedAt) return pid;
      visited.add(pid);
      pid = before.parentPid;
    }
  }
}
