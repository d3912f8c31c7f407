import { describe, expect, it } from 'vitest';
import { readThreadsCpuMs } from './threads-cpu.ts';

describe.runIf(process.platform === 'linux')('readThreadsCpuMs', () => {
  it('grows with the work of the process, in steps finer than a clock tick', () => {
    const before = readThreadsCpuMs(process.pid) ?? NaN;
    const usedBefore = process.cpuUsage();
    let sum = 0;
    for (let count = 0; count < 20_000_000; count += 1) sum += count;
    const used = process.cpuUsage(usedBefore);
    const grown = (readThreadsCpuMs(process.pid) ?? NaN) - before;
    expect(sum).toBeGreaterThan(0);
    expect(grown).toBeGreaterThan(((used.user + used.system) / 1000) * 0.5);
    expect(Number.isInteger(grown / 10)).toBe(false);
  });

  it('is undefined for a process that is not there', () => {
    expect(readThreadsCpuMs(2 ** 22 + 1)).toBeUndefined();
  });
});
