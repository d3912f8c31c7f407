import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ProcessMonitor } from './process-monitor.ts';
import { ProcessTree } from './process-tree.ts';
import { parsePs, parsePsTime } from './ps-reader.ts';

describe('ps', () => {
  it.each([
    ['00:00:00', 0],
    ['0:01.25', 1250],
    ['01:02:03', 3_723_000],
    ['2-01:00:00', 176_400_000],
  ])('time %s is %i ms', (text, expected) => {
    expect(parsePsTime(text)).toBe(expected);
  });

  it('rows are read, the command with its spaces, and others left out', () => {
    const text =
      '    1     0     1 S   1000 00:00:02 /sbin/init splash\ngarbage\n   9     1     9 Z      0 00:00:00 [sh] <defunct>\n';
    expect(parsePs(text)).toMatchObject([
      {
        pid: 1,
        parentPid: 0,
        cpuMs: 2000,
        residentBytes: 1_024_000,
        ended: false,
        command: '/sbin/init splash',
      },
      { pid: 9, ended: true },
    ]);
  });

  it('finds the tree of a process where there is no /proc', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; read -r line'], { detached: true });
    const [line] = await child.stdout.take(1).toArray();
    const pid = child.pid ?? 0;
    const monitor = new ProcessMonitor('ps');
    const tree = new ProcessTree(pid, 'none');
    monitor.watch(tree);
    await monitor.refresh(tree);
    expect(new Set(monitor.living(tree).map((sample) => sample.pid))).toEqual(new Set([pid, Number(line)]));
    expect(monitor.usage(tree)?.peakMemoryBytes).toBeGreaterThan(0);
    monitor.unwatch(tree);
    process.kill(-pid, 'SIGKILL');
  });
});
