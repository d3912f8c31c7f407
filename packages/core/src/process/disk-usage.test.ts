import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskUsage } from './disk-usage.ts';

const mebibyte = 1024 * 1024;
/** No process: nothing is held open. */
const nobody = 2 ** 22 + 1;

let folder: string;
let outside: string;
let sinceMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-disk-'));
  outside = mkdtempSync(join(tmpdir(), 'mcp-outside-'));
  sinceMs = Date.now();
});
afterEach(() => {
  for (const one of [folder, outside]) rmSync(one, { recursive: true, force: true });
});

/** Space of a tree that is said to have written so much, with a limit of 2 MiB; 0 when within it. */
async function excess(writtenMb: number, pid = nobody): Promise<number> {
  const usage = new DiskUsage({
    limitBytes: 2 * mebibyte,
    directories: [folder, join(folder, 'below'), join(folder, 'nowhere')],
    sinceMs,
    readWritten: () => writtenMb * mebibyte,
  });
  return ((await usage.measureExcess([pid])) ?? 0) / mebibyte;
}

const write = (path: string, mb: number): void => writeFileSync(path, Buffer.alloc(mb * mebibyte, 1));

describe('the space that a tree uses', () => {
  it('is that of the files below its directories, each counted once', async () => {
    mkdirSync(join(folder, 'below/deep'), { recursive: true });
    write(join(folder, 'one'), 1);
    write(join(folder, 'below/two'), 1);
    write(join(folder, 'below/deep/three'), 1);
    linkSync(join(folder, 'one'), join(folder, 'again'));
    expect(await excess(100)).toBeCloseTo(3, 1);
  });

  it('is never more than it has written, whoever else writes there', async () => {
    write(join(folder, 'of others'), 6);
    expect(await excess(3)).toBe(3);
  });

  it('is not what it has deleted since', async () => {
    write(join(folder, 'log'), 1);
    expect(await excess(100)).toBe(0);
  });

  it('is not what was there before', async () => {
    write(join(folder, 'old'), 6);
    sinceMs = Date.now() + 3_600_000;
    expect(await excess(100)).toBe(0);
  });

  it('is not hidden by an old time of change', async () => {
    write(join(folder, 'backdated'), 6);
    utimesSync(join(folder, 'backdated'), 1, 1);
    expect(await excess(100)).toBeGreaterThan(2);
  });

  it('is not what links lead to', async () => {
    write(join(outside, 'much'), 6);
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'much'), join(folder, 'file'));
    expect(await excess(100)).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'is also what is held open, elsewhere or deleted (Linux)',
    async () => {
      write(join(outside, 'much'), 6);
      const file = openSync(join(outside, 'much'), 'r');
      try {
        rmSync(join(outside, 'much'));
        expect(await excess(100, process.pid)).toBeGreaterThan(2);
      } finally {
        closeSync(file);
      }
    },
  );

  it('is not looked for before so much was written', async () => {
    write(join(folder, 'much'), 6);
    expect(await excess(1)).toBe(0);
  });

  it('is looked for with pauses', async () => {
    write(join(folder, 'much'), 6);
    const usage = new DiskUsage({
      limitBytes: mebibyte,
      directories: [folder],
      sinceMs,
      readWritten: () => 3 * mebibyte,
    });
    const looks = [usage.measureExcess([nobody]), usage.measureExcess([nobody])];
    expect(await Promise.all(looks)).toEqual([3 * mebibyte, undefined]);
    expect(await usage.measureExcess([nobody])).toBeUndefined();
  });
});
