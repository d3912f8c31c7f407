import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What a process may use. */
interface ResourceLimits {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** Of this process: those of its control groups (containers, systemd units), or what the machine has. */
export function readResourceLimits(): ResourceLimits {
  const group = process.platform === 'linux' ? readGroupLimits('/') : noLimits;
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
export function readGroupLimits(root: string): ResourceLimits {
  const groups = readKernelFile(join(root, 'proc/self/cgroup'))
    .split('\n')
    .map((line) => line.split(':'));
  const found = groups.map(([, controllers = '', path = '']): ResourceLimits => {
    const names = controllers.split(',');
    if (controllers === '') return readUnified(join(root, 'sys/fs/cgroup'), path);
    if (names.includes('cpu'))
      return { ...noLimits, cpuCores: readQuota(join(root, 'sys/fs/cgroup/cpu'), path) };
    if (names.includes('memory'))
      return { ...noLimits, memoryBytes: readMemory(join(root, 'sys/fs/cgroup/memory'), path) };
    return noLimits;
  });
  return tightest(found);
}

function tightest(limits: readonly ResourceLimits[]): ResourceLimits {
  return {
    cpuCores: Math.min(Infinity, ...limits.map(({ cpuCores }) => cpuCores)),
    memoryBytes: Math.min(Infinity, ...limits.map(({ memoryBytes }) => memoryBytes)),
  };
}

/** Version 2: one tree for all; each group is held to the limits of those above it too. */
function readUnified(mount: string, path: string): ResourceLimits {
  const limits = upwards(path).map((group): ResourceLimits => {
    const [quota = '', period = ''] = readKernelFile(join(mount, group, 'cpu.max'))
      .trim()
      .split(' ');
    const cpuCores = amount(quota) / amount(period);
    return {
      // A quota of `max` is Infinity / 100000; a missing file is Infinity / Infinity.
      cpuCores: Number.isNaN(cpuCores) ? Infinity : cpuCores,
      memoryBytes: amount(readKernelFile(join(mount, group, 'memory.max')).trim()),
    };
  });
  return tightest(limits);
}

/** Version 1: a tree for each controller. In a container the group's own path may not be mounted, but its top is. */
function readQuota(mount: string, path: string): number {
  const quotas = upwards(path).map((group) => {
    const quota = Number(readKernelFile(join(mount, group, 'cpu.cfs_quota_us')).trim());
    const period = Number(readKernelFile(join(mount, group, 'cpu.cfs_period_us')).trim());
    return quota > 0 && period > 0 ? quota / period : Infinity;
  });
  return Math.min(...quotas);
}

function readMemory(mount: string, path: string): number {
  return Math.min(
    ...upwards(path).map((group) =>
      amount(readKernelFile(join(mount, group, 'memory.limit_in_bytes')).trim()),
    ),
  );
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

/** Empty where there is none. At once: the kernel answers from memory, while the pool of threads may wait for disks. */
export function readKernelFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
