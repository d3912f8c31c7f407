import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample } from './testing/sample.ts';
import { TreeUsage } from './tree-usage.ts';
import type { ProcessUsage } from './types.ts';

function readUsage(usage: TreeUsage): ProcessUsage {
  const read = usage.read();
  if (read === undefined) throw new Error('nothing was measured');
  return read;
}

describe('TreeUsage', () => {
  it('knows nothing before it was given a process', () => {
    const usage = new TreeUsage();
    usage.update([]);
    expect(usage.read()).toBeUndefined();
  });

  it('adds up the CPU time of all members', () => {
    const usage = new TreeUsage();
    usage.update([sample({ pid: 10, cpuMs: 100 }), sample({ pid: 11, parentPid: 10, cpuMs: 50 })]);
    expect(readUsage(usage).cpuMs).toBe(150);
  });

  it('counts a child that its parent waited for once', () => {
    const usage = new TreeUsage();
    usage.update([sample({ pid: 10, cpuMs: 100 }), sample({ pid: 11, parentPid: 10, cpuMs: 50 })]);
    usage.update([sample({ pid: 10, cpuMs: 100, endedChildrenCpuMs: 60 })]);
    expect(readUsage(usage).cpuMs).toBe(160);
  });

  it('keeps what was seen of an orphan that nobody waited for', () => {
    const usage = new TreeUsage();
    usage.update([sample({ pid: 10, cpuMs: 100 }), sample({ pid: 11, parentPid: 1, cpuMs: 50 })]);
    usage.update([sample({ pid: 10, cpuMs: 120 })]);
    expect(readUsage(usage).cpuMs).toBe(170);
  });

  it('keeps the time of the tree after its root has ended', () => {
    const usage = new TreeUsage();
    usage.update([sample({ pid: 10, cpuMs: 100 }), sample({ pid: 11, parentPid: 10, cpuMs: 50 })]);
    usage.update([sample({ pid: 11, parentPid: 1, cpuMs: 70 })]);
    expect(readUsage(usage).cpuMs).toBe(170);
    usage.update([]);
    expect(readUsage(usage).cpuMs).toBe(170);
  });

  it('takes a reused pid for another process', () => {
    const usage = new TreeUsage();
    usage.update([sample({ pid: 10, cpuMs: 100, startedAt: 1 })]);
    usage.update([sample({ pid: 10, cpuMs: 5, startedAt: 2 })]);
    expect(readUsage(usage).cpuMs).toBe(105);
  });

  it('takes the higher of the sum now and any single peak', () => {
    const usage = new TreeUsage();
    usage.update([
      sample({ pid: 10, residentBytes: 60, peakResidentBytes: 100 }),
      sample({ pid: 11, residentBytes: 30 }),
    ]);
    expect(readUsage(usage).peakMemoryBytes).toBe(100);
    usage.update([
      sample({ pid: 10, residentBytes: 90, peakResidentBytes: 100 }),
      sample({ pid: 11, residentBytes: 30 }),
    ]);
    expect(readUsage(usage).peakMemoryBytes).toBe(120);
    usage.update([]);
    expect(readUsage(usage).peakMemoryBytes).toBe(120);
  });

  it('never falls, and with honest parents equals what was really burnt', () => {
    /** A step of a simulated life: process i burns, forks a child, or ends (its parent waits for it). */
    const step = fc.record({
      who: fc.nat(9),
      what: fc.constantFrom('burn' as const, 'fork' as const, 'end' as const, 'look' as const),
      ms: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const usage = new TreeUsage();
        const living = [{ pid: 100, parentPid: 1, cpuMs: 0, endedChildrenCpuMs: 0 }];
        let burnt = 0;
        let last = 0;
        let nextPid = 101;
        for (const { who, what, ms } of [...steps, { who: 0, what: 'look', ms: 0 }]) {
          const actor = living[who % living.length];
          if (actor === undefined) continue;
          if (what === 'burn') {
            actor.cpuMs += ms;
            burnt += ms;
          } else if (what === 'fork') {
            living.push({ pid: nextPid, parentPid: actor.pid, cpuMs: 0, endedChildrenCpuMs: 0 });
            nextPid += 1;
          } else if (what === 'end') {
            const isLeaf = living.every((other) => other.parentPid !== actor.pid);
            const parent = living.find((other) => other.pid === actor.parentPid);
            if (!isLeaf || parent === undefined) continue;
            parent.endedChildrenCpuMs += actor.cpuMs + actor.endedChildrenCpuMs;
            living.splice(living.indexOf(actor), 1);
          } else {
            usage.update(living.map((one) => sample(one)));
            expect(readUsage(usage).cpuMs).toBeGreaterThanOrEqual(last);
            last = readUsage(usage).cpuMs;
          }
        }
        expect(last).toBe(burnt);
      }),
    );
  });
});
