import type { Stats } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listDescriptors, readWrittenBytes } from './proc-reader.ts';

/** A file's block in `stat`, whatever the file system's own blocks are (inode(7)). */
const blockBytes = 512;
/** Between the end of one walk and the next, at least. */
const shortestPauseMs = 1000;
/** A pause is so many times as long as the walk before it: other servers are being measured meanwhile. */
const pausePerWalk = 10;
/** A walk ends after so many entries: what it has found by then is what it tells. */
const mostEntries = 50_000;
/** The clock that stamps files is behind by up to a tick of the kernel. */
const clockSlackMs = 50;

export interface DiskUsageOptions {
  readonly limitBytes: number;
  /** Where the tree is expected to write: its working directory and that of temporary files. */
  readonly directories: readonly string[];
  /** When the tree was started, in ms since 1970. */
  readonly sinceMs: number;
  /** What a process has written so far; for tests. */
  readonly readWritten?: typeof readWrittenBytes | undefined;
}

/**
 * Space that the files of a process tree take. The kernel keeps no such account, so two bounds are taken together: what
 * the tree has written (cheap, and counts what it has deleted since), and the files that have changed since it began in
 * its directories or are held open by it (a walk, and counts what others write there). The lesser is what it uses. The
 * walk is begun only once the tree has written as much as it may use.
 */
export class DiskUsage {
  readonly #options: DiskUsageOptions;
  readonly #readWritten: typeof readWrittenBytes;
  #writtenBytes = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #isWalking = false;

  constructor(options: DiskUsageOptions) {
    this.#options = options;
    this.#readWritten = options.readWritten ?? readWrittenBytes;
  }

  /** Bytes in use, when they are more than the limit; undefined otherwise, and while a walk is not due. */
  async measureExcess(pids: readonly number[]): Promise<number | undefined> {
    let written = 0;
    for (const pid of pids) written += this.#readWritten(pid) ?? 0;
    // A process that has ended takes its sum along, unless its parent has waited for it.
    this.#writtenBytes = Math.max(this.#writtenBytes, written);
    const { limitBytes } = this.#options;
    if (this.#writtenBytes <= limitBytes || this.#isWalking) return undefined;
    const startedAtMs = performance.now();
    if (startedAtMs < this.#pausedUntilMs) return undefined;
    this.#isWalking = true;
    try {
      const used = Math.min(this.#writtenBytes, await this.#sumChangedFiles(pids));
      return used > limitBytes ? used : undefined;
    } finally {
      this.#isWalking = false;
      const endedAtMs = performance.now();
      this.#pausedUntilMs = endedAtMs + Math.max(shortestPauseMs, pausePerWalk * (endedAtMs - startedAtMs));
    }
  }

  async #sumChangedFiles(pids: readonly number[]): Promise<number> {
    const { directories, limitBytes } = this.#options;
    const files = new ChangedFiles(this.#options.sinceMs - clockSlackMs);
    // What was deleted is found here as long as it takes space.
    for (const pid of pids)
      for (const descriptor of listDescriptors(pid))
        files.add(await stat(`/proc/${pid}/fd/${descriptor}`).catch(() => undefined));
    for (const directory of directories) {
      if (files.bytes > limitBytes) break;
      await walk(directory, (entry) => {
        files.add(entry);
        return files.bytes <= limitBytes;
      });
    }
    return files.bytes;
  }
}

/** Adds up regular files that have changed since a moment, each once whatever its names. */
class ChangedFiles {
  bytes = 0;
  readonly #sinceMs: number;
  readonly #seen = new Set<string>();

  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  add(file: Stats | undefined): void {
    if (file === undefined || !file.isFile() || file.ctimeMs < this.#sinceMs) return;
    const id = `${file.dev}:${file.ino}`;
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.bytes += file.blocks * blockBytes;
  }
}

/** Visits what is below a directory on the same file system, without following links, until `visit` returns false. */
async function walk(directory: string, visit: (entry: Stats) => boolean): Promise<void> {
  const root = await stat(directory).catch(() => undefined);
  if (root === undefined) return;
  const open = [directory];
  let entries = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    try {
      for await (const { name } of await opendir(folder)) {
        entries += 1;
        if (entries > mostEntries) return;
        const path = join(folder, name);
        const entry = await lstat(path).catch(() => undefined);
        if (entry === undefined || entry.dev !== root.dev) continue;
        if (entry.isDirectory()) open.push(path);
        else if (!visit(entry)) return;
      }
    } catch {
      // It has gone, or may not be looked at.
    }
  }
}
