import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { readGroupLimits, readResourceLimits } from './resource-limits.ts';

const newFolder = temporaryFolders();

function aRoot(files: Readonly<Record<string, string>>): string {
  const root = newFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

describe('readGroupLimits', () => {
  it.each([
    {
      what: 'a container, which sees its own group as the top',
      files: {
        'proc/self/cgroup': '0::/\n',
        'sys/fs/cgroup/cpu.max': '150000 100000\n',
        'sys/fs/cgroup/memory.max': '4294967296\n',
      },
      limits: { cpuCores: 1.5, memoryBytes: 4 * 2 ** 30 },
    },
    {
      what: 'a unit of systemd, whose slice is tighter',
      files: {
        'proc/self/cgroup': '0::/system.slice/mcp-test-harness.service\n',
        'sys/fs/cgroup/system.slice/cpu.max': '100000 100000\n',
        'sys/fs/cgroup/system.slice/memory.max': 'max\n',
        'sys/fs/cgroup/system.slice/mcp-test-harness.service/cpu.max': '200000 100000\n',
        'sys/fs/cgroup/system.slice/mcp-test-harness.service/memory.max': '1048576\n',
      },
      limits: { cpuCores: 1, memoryBytes: 2 ** 20 },
    },
    {
      what: 'no limit',
      files: {
        'proc/self/cgroup': '0::/a\n',
        'sys/fs/cgroup/a/cpu.max': 'max 100000\n',
        'sys/fs/cgroup/a/memory.max': 'max\n',
      },
      limits: { cpuCores: Infinity, memoryBytes: Infinity },
    },
    {
      what: 'version 1, in a container',
      files: {
        'proc/self/cgroup': '4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n',
        'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
        'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
        'sys/fs/cgroup/memory/memory.limit_in_bytes': '1073741824\n',
      },
      limits: { cpuCores: 0.5, memoryBytes: 2 ** 30 },
    },
    {
      what: 'version 1 without a quota',
      files: {
        'proc/self/cgroup': '3:cpu,cpuacct:/\n',
        'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      limits: { cpuCores: Infinity, memoryBytes: Infinity },
    },
    { what: 'no control groups at all', files: {}, limits: { cpuCores: Infinity, memoryBytes: Infinity } },
  ])('reads $what', ({ files, limits }) => {
    expect(readGroupLimits(aRoot(files))).toEqual(limits);
  });

  it('is never more than the machine has', () => {
    const { cpuCores, memoryBytes } = readResourceLimits();
    expect(cpuCores).toBeLessThanOrEqual(availableParallelism());
    expect(memoryBytes).toBeLessThanOrEqual(totalmem());
  });
});
