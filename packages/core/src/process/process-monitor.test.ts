import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { detectProcessSource, pollIntervalMs, ProcessMonitor } from './process-monitor.ts';
import { ProcessTree } from './process-tree.ts';
import { sample } from './testing/sample.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const { pid = 0 } of children.splice(0)) process.kill(-pid, 'SIGKILL');
});

/** A shell with one child, whose pids come once both run. */
async function startFamily(): Promise<readonly [number, number]> {
  const shell = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true });
  children.push(shell);
  const [line] = await shell.stdout.take(1).toArray();
  return [shell.pid ?? 0, Number(line)];
}

async function livingPids(monitor: ProcessMonitor, tree: ProcessTree): Promise<Set<number>> {
  await monitor.refresh(tree);
  return new Set(monitor.living(tree).map(({ pid }) => pid));
}

describe('ProcessMonitor', () => {
  it.each(['proc', 'ps'] as const)('finds the tree of a process through %s', async (source) => {
    const monitor = new ProcessMonitor(source);
    const before = monitor.snapshot();
    const [root, child] = await startFamily();
    const tree = new ProcessTree(root, 'none');
    monitor.watch(tree, before);
    expect(await livingPids(monitor, tree)).toEqual(new Set([root, child]));
    expect(monitor.usage(tree)?.peakMemoryBytes).toBeGreaterThan(0);
    monitor.unwatch(tree);
  });

  it('finds children that a look for another tree came across before this one was watched', async () => {
    const monitor = new ProcessMonitor('proc');
    const [otherRoot] = await startFamily();
    const other = new ProcessTree(otherRoot, 'other');
    monitor.watch(other, monitor.snapshot());

    const before = monitor.snapshot();
    const [root, child] = await startFamily();
    await monitor.refresh(other);
    const tree = new ProcessTree(root, 'none');
    monitor.watch(tree, before);
    expect(await livingPids(monitor, tree)).toEqual(new Set([root, child]));
  });

  it('knows no process where there is neither /proc nor ps', async () => {
    const monitor = new ProcessMonitor('none');
    const tree = new ProcessTree(process.pid, 'none');
    monitor.watch(tree, monitor.snapshot());
    await monitor.refresh(tree);
    expect(monitor.living(tree)).toEqual([]);
    expect(monitor.usage(tree)).toBeUndefined();
  });

  it('uses what this system offers', () => {
    expect(detectProcessSource()).toBe(process.platform === 'linux' ? 'proc' : 'ps');
  });
});

describe('polling', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** `ps` that takes 100 ms and shows the root of a tree. */
  function slowPs() {
    return vi.fn(async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      return [sample({ pid: 100 })];
    });
  }

  it('goes on at the same pace when trees come and go during a look', async () => {
    const ps = slowPs();
    const monitor = new ProcessMonitor('ps', ps);
    const limited = (): ProcessTree => new ProcessTree(100, 'run.1', () => {});
    const first = limited();
    monitor.watch(first, new Set());
    await vi.advanceTimersByTimeAsync(pollIntervalMs + 50);
    monitor.unwatch(first);
    monitor.watch(limited(), new Set());
    ps.mockClear();
    await vi.advanceTimersByTimeAsync(10 * (pollIntervalMs + 100));
    expect(ps).toHaveBeenCalledTimes(10);
  });

  it('runs ps every 2 s only while no limit is to be kept, and at full pace from the moment one is', async () => {
    const ps = slowPs();
    const monitor = new ProcessMonitor('ps', ps);
    monitor.watch(new ProcessTree(100, 'run.1'), new Set());
    await vi.advanceTimersByTimeAsync(4000);
    expect(ps).toHaveBeenCalledTimes(2);
    const onPoll = vi.fn();
    monitor.watch(new ProcessTree(100, 'run.2', onPoll), new Set());
    await vi.advanceTimersByTimeAsync(pollIntervalMs + 100);
    expect(ps).toHaveBeenCalledTimes(3);
  });

  it('ends with the last tree', async () => {
    const ps = slowPs();
    const monitor = new ProcessMonitor('ps', ps);
    const tree = new ProcessTree(100, 'run.1');
    monitor.watch(tree, new Set());
    monitor.unwatch(tree);
    await vi.advanceTimersByTimeAsync(pollIntervalMs + 100);
    expect(vi.getTimerCount()).toBe(0);
  });
});
