import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What a process may use. */
interface ResourceLimits {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** Of this process: those of its control groups (containers, systemd units), or what the machine has. */
export async function readResourceLimits(): Promise<ResourceLimits> {
  const group = process.platform === 'linux' ? await readGroupLimits('/') : noLimits;
  return {
    cpuCores: Math.min(group.cpuCores, availableParallelism()),
    memoryBytes: Math.min(group.memoryBytes, totalmem()),
  };
}

const noLimits: ResourceLimits = { cpuCores: Infinity, memoryBytes: Infinity };

/**
 * The tightest limits of the control groups that this process is in; Infinity where there is none.
 * @param root the directory that holds `proc` and `sys`
 */
export async function readGroupLimits(root: string): Promise<ResourceLimits> {
  const groups = (await read(join(root, 'proc/self/cgroup'))).split('\n').map((line) => line.split(':'));
  const found = await Promise.all(
    groups.map(async ([, controllers = '', path = '']): Promise<ResourceLimits> => {
      const names = controllers.split(',');
      if (controllers === '') return await readUnified(join(root, 'sys/fs/cgroup'), path);
      if (names.includes('cpu'))
        return { ...noLimits, cpuCores: await readQuota(join(root, 'sys/fs/cgroup/cpu'), path) };
      if (names.includes('memory'))
        return { ...noLimits, memoryBytes: await readMemory(join(root, 'sys/fs/cgroup/memory'), path) };
      return noLimits;
    }),
  );
  return tightest(found);
}

function tightest(limits: readonly ResourceLimits[]): ResourceLimits {
  return {
    cpuCores: Math.min(Infinity, ...limits.map(({ cpuCores }) => cpuCores)),
    memoryBytes: Math.min(Infinity, ...limits.map(({ memoryBytes }) => memoryBytes)),
  };
}

/** Version 2: one tree for all; each group is held to the limits of those above it too. */
async function readUnified(mount: string, path: string): Promise<ResourceLimits> {
  const limits = await Promise.all(
    upwards(path).map(async (group): Promise<ResourceLimits> => {
      const [quota = '', period = ''] = (await read(join(mount, group, 'cpu.max'))).trim().split(' ');
      return {
        cpuCores: amount(quota) / amount(period),
        memoryBytes: amount((await read(join(mount, group, 'memory.max'))).trim()),
      };
    }),
  );
  // A quota of `max` is Infinity / 100000; a missing file is Infinity / Infinity.
  return tightest(
    limits.map((one) => ({ ...one, cpuCores: Number.isNaN(one.cpuCores) ? Infinity : one.cpuCores })),
  );
}

/** Version 1: a tree for each controller. In a container the group's own path may not be mounted, but its top is. */
async function readQuota(mount: string, path: string): Promise<number> {
  const quotas = await Promise.all(
    upwards(path).map(async (group) => {
      const quota = Number((await read(join(mount, group, 'cpu.cfs_quota_us'))).trim());
      const period = Number((await read(join(mount, group, 'cpu.cfs_period_us'))).trim());
      return quota > 0 && period > 0 ? quota / period : Infinity;
    }),
  );
  return Math.min(...quotas);
}

async function readMemory(mount: string, path: string): Promise<number> {
  const limits = await Promise.all(
    upwards(path).map(async (group) =>
      amount((await read(join(mount, group, 'memory.limit_in_bytes'))).trim()),
    ),
  );
  return Math.min(...limits);
}

/** A group and all above it. */
function upwards(path: string): readonly string[] {
  const above = dirname(path);
  return above === path || path === '' || above === '.' ? ['/'] : [path, ...upwards(above)];
}

/** `max`, nothing and zero are no limit. */
function amount(text: string): number {
  const value = Number(text);
  return value > 0 ? value : Infinity;
}

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
