import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../runner/testing/manual-clock.ts';
import { detectAffinity, parseCpuList } from './affinity.ts';
import { describeMachine } from './machine.ts';
import { waitForQuiet } from './quiet.ts';
import type { CpuTicks } from './quiet.ts';

describe('waitForQuiet', () => {
  /** Between two looks, so many of 100 ticks were idle; the last number goes on. */
  function ticks(...idle: readonly number[]): () => CpuTicks {
    let looks = 0;
    let sum = 0;
    return () => {
      if (looks % 2 === 1) sum += idle[(looks - 1) / 2] ?? idle.at(-1) ?? 0;
      looks += 1;
      return { idle: sum, total: Math.floor(looks / 2) * 100 };
    };
  }

  async function wait(
    read: () => CpuTicks,
    last?: { readonly quiet: boolean },
  ): Promise<Awaited<ReturnType<typeof waitForQuiet>>> {
    const clock = new ManualClock();
    const waiting = waitForQuiet(clock, new AbortController().signal, last, read);
    let isOver = false;
    void waiting.finally(() => (isOver = true));
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return await waiting;
      clock.advance(250);
    }
  }

  it('goes on at once when a third of the machine is idle', async () => {
    expect(await wait(ticks(40))).toMatchObject({ quiet: true, waitedMs: 500 });
  });

  it('waits until others have ended', async () => {
    expect(await wait(ticks(5, 10, 50))).toMatchObject({ quiet: true, waitedMs: 1500 });
  });

  it('gives up after 90 s and says that the machine was busy', async () => {
    expect(await wait(ticks(1))).toMatchObject({ quiet: false, waitedMs: 90_000 });
  });

  it('looks half as long at a machine that was quiet just now, and in full once it is not', async () => {
    expect(await wait(ticks(40), { quiet: true })).toMatchObject({ quiet: true, waitedMs: 250 });
    expect(await wait(ticks(5, 40), { quiet: true })).toMatchObject({ quiet: true, waitedMs: 750 });
  });

  it('waits 5 s only after a wait in vain', async () => {
    expect(await wait(ticks(1), { quiet: false })).toMatchObject({ quiet: false, waitedMs: 5000 });
  });
});

describe('affinity', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,4,6-7', [0, 1, 4, 6, 7]],
  ])('reads the list of cores %s', (list, cores) => {
    expect(parseCpuList(list)).toEqual(cores);
  });

  it('keeps what is started on one core until it is released, or says why it cannot', async () => {
    const affinity = await detectAffinity();
    if (typeof affinity === 'string') {
      expect(affinity).not.toBe('');
      return;
    }
    const allowed = async (): Promise<string> => {
      const { stdout } = await promisify(execFile)('grep', ['Cpus_allowed_list', '/proc/self/status']);
      return stdout.split(':')[1]?.trim() ?? '';
    };
    const before = await allowed();
    const core = affinity.cores.at(-1) ?? 0;
    await affinity.pin(core);
    try {
      expect(await allowed()).toBe(String(core));
    } finally {
      await affinity.release();
    }
    expect(await allowed()).toBe(before);
  });
});

describe('describeMachine', () => {
  it('names the processor, and the image of a CI runner', () => {
    const machine = describeMachine({ ImageOS: 'ubuntu24', ImageVersion: '20261101.1' });
    expect(machine).toMatchObject({ node: process.versions.node, image: 'ubuntu24 20261101.1' });
    expect(machine.cores).toBeGreaterThan(0);
    expect(describeMachine({}).image).toBeUndefined();
  });
});
