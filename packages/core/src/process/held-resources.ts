import { DiskUsage } from './disk-usage.ts';
import type { LimitPlan } from './limits.ts';
import { countExcessConnections } from './open-sockets.ts';
import type { LimitViolation } from './types.ts';

const mebibyte = 1024 * 1024;

/** Where and since when a tree writes. */
export interface TreeFiles {
  readonly directories: readonly string[];
  readonly sinceMs: number;
}

/** Undefined when there is no limit on what a tree holds. */
export function watchHeldResources(limits: LimitPlan['polled'], files: TreeFiles): HeldResources | undefined {
  const isLimited = limits.maxDiskUsageMb !== undefined || limits.maxNetworkConnections !== undefined;
  return isLimited ? new HeldResources(limits, files) : undefined;
}

/** Compares with its limits what a tree holds: connections and space on disks. */
export class HeldResources {
  readonly #limits: LimitPlan['polled'];
  readonly #disk: DiskUsage | undefined;

  constructor(limits: LimitPlan['polled'], files: TreeFiles) {
    const { maxDiskUsageMb } = limits;
    this.#limits = limits;
    this.#disk =
      maxDiskUsageMb === undefined
        ? undefined
        : new DiskUsage({ ...files, limitBytes: maxDiskUsageMb * mebibyte });
  }

  /** The first limit that is exceeded. Connections are told in the same turn, files when the walk is over. */
  async findViolation(pids: readonly number[]): Promise<LimitViolation | undefined> {
    const { maxNetworkConnections, maxDiskUsageMb } = this.#limits;
    if (maxNetworkConnections !== undefined) {
      const measured = countExcessConnections(pids, maxNetworkConnections);
      if (measured !== undefined)
        return { limit: 'max_network_connections', value: maxNetworkConnections, measured };
    }
    const usedBytes = await this.#disk?.measureExcess(pids);
    if (usedBytes === undefined || maxDiskUsageMb === undefined) return undefined;
    const measured = Math.round((usedBytes / mebibyte) * 100) / 100;
    return { limit: 'max_disk_usage_mb', value: maxDiskUsageMb, measured };
  }
}
