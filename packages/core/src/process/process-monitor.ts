import { existsSync } from 'node:fs';
import { listPids, readCommandLine, readRunTag, readSample } from './proc-reader.ts';
import type { ProcessSample } from './process-sample.ts';
import type { ProcessTree, ReadSample } from './process-tree.ts';
import { readAllWithPs } from './ps-reader.ts';
import { readThreadsCpuMs } from './threads-cpu.ts';
import type { ProcessUsage } from './types.ts';

/** Where this system tells about processes. */
export type ProcessSource = 'proc' | 'ps' | 'none';

/** Between two looks at all trees. */
export const pollIntervalMs = 250;
/** Between two looks through `ps`, which costs some milliseconds of CPU each, when no limit asks for more. */
const unhurriedPsIntervalMs = 2000;
/** A tree is not read again within this time. */
const usageMaxAgeMs = 5;

/** What this system offers. */
export function detectProcessSource(): ProcessSource {
  if (process.platform === 'win32') return 'none';
  if (listPids()?.includes(process.pid) === true) return 'proc';
  return existsSync('/bin/ps') || existsSync('/usr/bin/ps') ? 'ps' : 'none';
}

/**
 * Follows the trees of all servers of this process: one look at the list of processes every 250 ms serves them all,
 * and only processes that were not there before are examined. Idle without trees.
 */
export class ProcessMonitor {
  readonly source: ProcessSource;
  readonly #readAll: () => Promise<ProcessSample[]>;
  #trees = new Set<ProcessTree>();
  /** Processes that have been examined. */
  #known = new Set<number>();
  #psSamples = new Map<number, ProcessSample>();
  #polledAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: ProcessSource = detectProcessSource(), readAll = readAllWithPs) {
    this.source = source;
    this.#readAll = readAll;
  }

  /** To be taken before the root of a tree is spawned, for {@link watch}: what runs already cannot belong to it. */
  snapshot(): ReadonlySet<number> {
    return new Set(this.source === 'proc' ? listPids() : undefined);
  }

  /** Begins to follow a tree. */
  watch(tree: ProcessTree, before: ReadonlySet<number>): void {
    // What came since, even when it was examined for other trees, is examined for this one.
    const known = this.#trees.size === 0 ? before : [...this.#known].filter((pid) => before.has(pid));
    this.#known = new Set(known);
    this.#trees.add(tree);
    if (this.source === 'proc') this.#scanProc();
    if (this.source !== 'none' && this.#timer === undefined) this.#timer = this.#startTimer();
  }

  /** The timer finds out by itself when no tree is left. */
  unwatch(tree: ProcessTree): void {
    this.#trees.delete(tree);
  }

  /** Usage of a tree, at most 5 ms old (`ps`: as of the last poll). */
  usage(tree: ProcessTree): ProcessUsage | undefined {
    return this.source === 'none' ? undefined : tree.measure(this.#read, usageMaxAgeMs);
  }

  /** CPU time of the living threads of a tree's members, as of the last poll; undefined where it is not told so finely. */
  cpuTimeMs(tree: ProcessTree): number | undefined {
    return this.source === 'proc' ? tree.cpuTimeMs(readThreadsCpuMs) : undefined;
  }

  /** Looks for new processes and reads the tree; `thorough` examines those again that it had examined. */
  async refresh(tree: ProcessTree, { thorough = false } = {}): Promise<void> {
    if (thorough) this.#known.clear();
    await this.#scan();
    if (this.source !== 'none') tree.measure(this.#read);
  }

  /** Members of the tree that run now, the root included, by what {@link refresh} knew. */
  living(tree: ProcessTree): ProcessSample[] {
    return this.source === 'none' ? [] : tree.living(this.#read);
  }

  /** As {@link refresh} and {@link living}, for the moment before the harness ends; only /proc can tell so fast. */
  livingNow(tree: ProcessTree): ProcessSample[] {
    if (this.source === 'proc') this.#scanProc();
    return this.living(tree);
  }

  commandLine(sample: ProcessSample): string {
    return sample.command ?? readCommandLine(sample.pid);
  }

  #read: ReadSample = (pid, memory) =>
    this.source === 'proc' ? readSample(pid, memory) : this.#psSamples.get(pid);

  #startTimer(): NodeJS.Timeout {
    return setTimeout(() => void this.#poll(), pollIntervalMs).unref();
  }

  async #poll(): Promise<void> {
    if (this.#isDue()) {
      this.#polledAtMs = performance.now();
      await this.#scan();
      for (const tree of this.#trees) {
        const usage = tree.measure(this.#read);
        if (usage !== undefined) tree.onPoll?.(usage);
      }
    }
    this.#timer = this.#trees.size > 0 ? this.#startTimer() : undefined;
  }

  #isDue(): boolean {
    if (this.source === 'proc') return true;
    if ([...this.#trees].some((tree) => tree.onPoll !== undefined)) return true;
    return performance.now() - this.#polledAtMs >= unhurriedPsIntervalMs;
  }

  async #scan(): Promise<void> {
    if (this.source === 'proc') this.#scanProc();
    else if (this.source === 'ps') await this.#scanPs();
  }

  #scanProc(): void {
    const pids = listPids();
    if (pids === undefined) return;
    const oldest = Math.min(...[...this.#trees].map((tree) => tree.startedAt));
    const examined = new Set<number>();
    const fresh: Candidate[] = [];
    for (const pid of pids) {
      try {
        const sample = this.#known.has(pid) ? undefined : readSample(pid, false);
        if (sample !== undefined && sample.startedAt >= oldest) fresh.push({ sample, tag: readRunTag(pid) });
        examined.add(pid);
      } catch {
        // No descriptor to look with: next time.
      }
    }
    this.#known = examined;
    this.#assign(fresh);
  }

  async #scanPs(): Promise<void> {
    const samples = await this.#readAll().catch(() => undefined);
    if (samples === undefined) return;
    this.#psSamples = new Map(samples.map((sample) => [sample.pid, sample]));
    this.#assign(samples.map((sample) => ({ sample, tag: undefined })));
  }

  /** Repeats while something was found: a child may stand in the list before its parent. */
  #assign(fresh: readonly Candidate[]): void {
    let open = fresh;
    for (;;) {
      const unclaimed = open.filter((candidate) => !this.#claim(candidate));
      if (unclaimed.length === open.length || unclaimed.length === 0) return;
      open = unclaimed;
    }
  }

  #claim({ sample, tag }: Candidate): boolean {
    for (const tree of this.#trees) {
      if (!tree.claims(sample, tag)) continue;
      tree.add(sample);
      return true;
    }
    return false;
  }
}

/** A process that may belong to a tree. */
interface Candidate {
  readonly sample: ProcessSample;
  readonly tag: string | undefined;
}
