import { listPids, readCommandLine, readRunTag, readSample } from './proc-reader.ts';
import type { ProcessSample } from './process-sample.ts';
import type { ProcessTree, ReadSample } from './process-tree.ts';
import { readAllWithPs } from './ps-reader.ts';
import type { ProcessUsage } from './types.ts';

/** Where this system tells about processes. */
export type ProcessSource = 'proc' | 'ps' | 'none';

/** Between two looks at all trees. */
export const pollIntervalMs = 250;
/** Between two looks through `ps`, which costs some milliseconds of CPU each, when no limit asks for more. */
const unhurriedPsIntervalMs = 2000;
/** A tree is not read again within this time. */
const usageMaxAgeMs = 5;

/** What this system offers; found once. */
export function detectProcessSource(): ProcessSource {
  if (process.platform === 'win32') return 'none';
  return listPids()?.includes(process.pid) ? 'proc' : 'ps';
}

/**
 * Follows the trees of all servers of this process: one look at the list of processes every 250 ms serves them all,
 * and only processes that were not there before are examined. Idle without trees.
 */
export class ProcessMonitor {
  readonly source: ProcessSource;
  #trees = new Set<ProcessTree>();
  /** Processes that have been examined. */
  #known = new Set<number>();
  #psSamples = new Map<number, ProcessSample>();
  #timer: NodeJS.Timeout | undefined;

  constructor(source: ProcessSource = detectProcessSource()) {
    this.source = source;
  }

  /** To be called before the root of a tree is spawned: what runs already cannot belong to it. */
  prepare(): void {
    if (this.source === 'proc' && this.#trees.size === 0) this.#known = new Set(listPids());
  }

  watch(tree: ProcessTree): void {
    this.#trees.add(tree);
    if (this.source === 'proc') {
      const root = readSample(tree.rootPid);
      if (root !== undefined) tree.add(root);
    }
    if (this.source !== 'none') this.#schedule();
  }

  unwatch(tree: ProcessTree): void {
    this.#trees.delete(tree);
    if (this.#trees.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Usage of a tree, at most 5 ms old (`ps`: as of the last poll). */
  usage(tree: ProcessTree): ProcessUsage | undefined {
    return this.source === 'none' ? undefined : tree.measure(this.#read, usageMaxAgeMs);
  }

  /** Looks for new processes and reads the tree. */
  async refresh(tree: ProcessTree): Promise<void> {
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

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const hurried = this.source === 'proc' || [...this.#trees].some((tree) => tree.onPoll !== undefined);
    this.#timer = setTimeout(() => void this.#poll(), hurried ? pollIntervalMs : unhurriedPsIntervalMs);
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    await this.#scan();
    for (const tree of this.#trees) {
      const usage = tree.measure(this.#read);
      if (usage !== undefined) tree.onPoll?.(usage);
    }
    this.#timer = undefined;
    if (this.#trees.size > 0) this.#schedule();
  }

  async #scan(): Promise<void> {
    if (this.source === 'proc') this.#scanProc();
    else if (this.source === 'ps') await this.#scanPs();
  }

  #scanProc(): void {
    const pids = listPids();
    if (pids === undefined) return;
    const fresh: { sample: ProcessSample; tag: string | undefined }[] = [];
    for (const pid of pids) {
      if (this.#known.has(pid)) continue;
      const sample = readSample(pid, false);
      if (sample !== undefined) fresh.push({ sample, tag: readRunTag(pid) });
    }
    this.#known = new Set(pids);
    this.#assign(fresh);
  }

  async #scanPs(): Promise<void> {
    const samples = await readAllWithPs().catch(() => undefined);
    if (samples === undefined) return;
    this.#psSamples = new Map(samples.map((sample) => [sample.pid, sample]));
    this.#assign(samples.map((sample) => ({ sample, tag: undefined })));
  }

  /** Repeats while something was found: a child may stand in the list before its parent. */
  #assign(fresh: readonly { sample: ProcessSample; tag: string | undefined }[]): void {
    let open = fresh;
    for (;;) {
      const unclaimed = open.filter(({ sample, tag }) => !this.#claim(sample, tag));
      if (unclaimed.length === open.length || unclaimed.length === 0) return;
      open = unclaimed;
    }
  }

  #claim(sample: ProcessSample, tag: string | undefined): boolean {
    for (const tree of this.#trees) {
      if (!tree.claims(sample, tag)) continue;
      tree.add(sample);
      return true;
    }
    return false;
  }
}
