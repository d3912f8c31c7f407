/** Takes away what is too old: reports on the disk, runs and notifications in the store. */
import { lstat, readdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '../clock/index.ts';
import type { Logger } from '../logging/define.ts';
import type { ServiceSettings } from '../settings/define.ts';
import type { Store } from '../store/index.ts';

/** The folders of ours below the directory of reports; what else lies there is somebody else's. */
const reportFolders = ['runs', 'daily', 'weekly'];

/**
 * Removes report files older than that, and folders that are empty then. Only folders of ours are looked into, and no
 * symbolic link is followed: of one that is too old, the link itself is removed.
 * @param before in ms since 1970
 * @returns how many files were removed
 */
export async function removeOldReports(outputDir: string, before: number): Promise<number> {
  const root = await realpath(outputDir).catch(() => undefined);
  if (root === undefined) return 0;
  let removed = 0;
  for (const name of reportFolders) removed += await sweep(join(root, name), before);
  return removed;
}

async function sweep(folder: string, before: number): Promise<number> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined || !stats.isDirectory()) return 0;
  let removed = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const entry = await lstat(path).catch(() => undefined);
    if (entry === undefined) continue;
    if (entry.isDirectory()) {
      removed += await sweep(path, before);
      // Young ones may be about to be filled; one that is not empty stays by itself.
      if (entry.mtimeMs < before) await rmdir(path).catch(() => undefined);
    } else if (entry.mtimeMs < before && (await unlinked(path))) removed += 1;
  }
  return removed;
}

/** Another replica may have been faster. */
async function unlinked(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

export interface HousekeepingSettings {
  readonly store: Pick<Store, 'prune' | 'locks'>;
  readonly settings: () => ServiceSettings;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
}

const hourMs = 3_600_000;

/**
 * Cleans up now and once an hour: the store once over all replicas, reports each on its own disk. What goes wrong is
 * logged, and tried again in the next hour.
 */
export function startHousekeeping(options: HousekeepingSettings): { stop(): Promise<void> } {
  const { store, settings, log, clock = systemClock } = options;
  const stopped = new AbortController();

  const attempt = async (what: string, work: () => Promise<object | undefined>): Promise<void> => {
    try {
      const done = await work();
      if (done !== undefined) log.info(what, { ...done });
    } catch (error) {
      log.error(`${what} failed`, { error });
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await attempt('old reports removed', async () => {
        const { outputDir, retentionMs } = settings().reporting;
        if (retentionMs === undefined) return undefined;
        const files = await removeOldReports(outputDir, clock.now() - retentionMs);
        return files === 0 ? undefined : { files };
      });
      await attempt('store pruned', async () => {
        // A little less than the hour, so that the one who did it last does not come too early for ever.
        if (!(await store.locks.takeOnce('housekeeping', hourMs - 60_000))) return undefined;
        const { runRetentionMs } = settings().service;
        const pruned = await store.prune({
          runsOlderThanMs: runRetentionMs,
          notificationsOlderThanMs: runRetentionMs,
        });
        return pruned.runs + pruned.notifications === 0 ? undefined : pruned;
      });
      await clock.sleep(hourMs, stopped.signal);
    }
  };

  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
