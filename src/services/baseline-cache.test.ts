import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaselineCache, cachedFolder, type CacheClient } from './baseline-cache.ts';
import { ServiceBudget } from './budget.ts';
import { type FileSet, readFolder, writeFolder } from './file-set.ts';
import { patientClock } from './testing/patient-clock.ts';
import type { LogOutput } from './toolkit-log.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const scope = { key: 'default', os: 'Linux', arch: 'X64' };
const entry = { branch: 'main', sha: 'a'.repeat(40), runId: '117', attempt: 1 };
const files: FileSet = new Map([['baseline.json', Buffer.from('{}')]]);

const clock = patientClock();

/** A cache whose client does as a test says; `say` writes to the log as the toolkit does. */
function cacheWith(client: Partial<CacheClient>, say: readonly string[] = []) {
  const output: LogOutput = { write: () => true };
  const saying = <T>(value: T): T => {
    for (const line of say) output.write(`${line}\n`);
    return value;
  };
  const cache = new BaselineCache({
    budget: new ServiceBudget({ clock, random: () => 0 }),
    workspace,
    output,
    load: () =>
      Promise.resolve({
        isFeatureAvailable: () => true,
        restoreCache: () => Promise.resolve(saying(undefined)),
        saveCache: () => Promise.resolve(saying(-1)),
        ...client,
      }),
  });
  return cache;
}

const unpack =
  (key: string, content = files) =>
  async (): Promise<string> => {
    await writeFolder(join(workspace, cachedFolder), content);
    return key;
  };

describe('restoring a baseline from the cache', () => {
  const wanted = { branches: ['main'], commits: ['b'.repeat(40)] };

  it('gives the files with what their key says, and leaves the workspace as it was', async () => {
    const key = `mcp-test-harness-v1-default-Linux-X64-main-${entry.sha}-117-1`;
    const cache = cacheWith({ restoreCache: unpack(key) });
    expect(await cache.restore(scope, wanted)).toEqual({ ok: true, value: { key, entry, files } });
    expect(await readdir(workspace)).toEqual([]);
  });

  it('asks for one stable path, the commit before the branch, and gives up stalled downloads', async () => {
    const asked: unknown[] = [];
    const cache = cacheWith({
      restoreCache: (...all) => {
        asked.push(...all);
        return Promise.resolve(undefined);
      },
    });
    expect(await cache.restore(scope, wanted)).toEqual({ ok: true, value: undefined });
    expect(asked).toEqual([
      ['.mcp-test-harness-cache'],
      `mcp-test-harness-v1-default-Linux-X64-main-${'b'.repeat(40)}-`,
      ['mcp-test-harness-v1-default-Linux-X64-main-'],
      { segmentTimeoutInMs: 5000, timeoutInMs: 20_000 },
    ]);
  });

  it.each([
    ['::error::Failed to restore: Failed request: (500) Internal Server Error', 'unavailable'],
    ['::warning::Failed to restore: Rate limited: Failed request: (429) Too Many Requests', 'rate-limited'],
    ['::warning::Failed to restore: cache read denied: token has no readable scopes', 'denied'],
    ['::warning::Failed to restore: Unable to make request: ECONNRESET', 'unreachable'],
    ["Cache restore skipped: the effective cache-mode 'none' does not permit reads.", 'denied'],
  ])('tells a fault from a miss, which the toolkit does not: %s', async (line, reason) => {
    expect(await cacheWith({}, [line]).restore(scope, wanted)).toMatchObject({
      ok: false,
      fault: { reason },
    });
  });

  it('refuses what is no plain file', async () => {
    const cache = cacheWith({
      restoreCache: async () => {
        await unpack('key')();
        symlinkSync('/etc/passwd', join(workspace, cachedFolder, 'link'));
        return 'key';
      },
    });
    expect(await cache.restore(scope, wanted)).toMatchObject({ ok: false, fault: { reason: 'hostile' } });
    expect(await readdir(workspace)).toEqual([]);
  });

  it('gives up one that hangs, and saves nothing as long as it may still unpack its files', async () => {
    const late = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const cache = cacheWith({
      restoreCache: () => {
        started.resolve();
        return late.promise;
      },
      saveCache: () => Promise.resolve(1),
    });
    const restoring = cache.restore(scope, wanted);
    await started.promise;
    clock.expire();
    expect(await restoring).toMatchObject({ ok: false, fault: { reason: 'timeout' } });
    expect(await cache.save(scope, entry, files)).toMatchObject({ ok: false, fault: { reason: 'skipped' } });
    late.resolve(await unpack('key')());
    await expect.poll(() => readdir(workspace)).toEqual([]);
    await expect.poll(() => cache.save(scope, entry, files)).toEqual({ ok: true, value: true });
  });
});

describe('saving a baseline in the cache', () => {
  it('archives the files under the key of the run, and leaves the workspace as it was', async () => {
    const saved: unknown[] = [];
    const cache = cacheWith({
      saveCache: async (paths, key) => {
        saved.push(paths, key, await readFolder(join(workspace, cachedFolder)));
        return 1;
      },
    });
    expect(await cache.save(scope, entry, files)).toEqual({ ok: true, value: true });
    expect(saved).toEqual([
      [cachedFolder],
      `mcp-test-harness-v1-default-Linux-X64-main-${entry.sha}-117-1`,
      files,
    ]);
    expect(await readdir(workspace)).toEqual([]);
  });

  const reserved =
    'Failed to save: Unable to reserve cache with key k, another job may be creating this cache.';
  it('is content when it is there already', async () => {
    const lines = ['::debug::Failed to reserve cache: Error: Failed request: (409) Conflict', reserved];
    expect(await cacheWith({}, lines).save(scope, entry, files)).toEqual({ ok: true, value: false });
  });

  it('takes another key when the upload to the first has broken off', async () => {
    const keys: string[] = [];
    const output: LogOutput = { write: () => true };
    const cache = new BaselineCache({
      budget: new ServiceBudget({ clock, random: () => 0 }),
      workspace,
      output,
      load: () =>
        Promise.resolve({
          isFeatureAvailable: () => true,
          restoreCache: () => Promise.resolve(undefined),
          saveCache: (_paths, key) => {
            keys.push(key.slice(-6));
            if (keys.length > 1) return Promise.resolve(1);
            output.write('::warning::Failed to save: Unable to make request: ECONNRESET\n');
            return Promise.resolve(-1);
          },
        }),
    });
    expect(await cache.save(scope, entry, files)).toEqual({ ok: true, value: true });
    expect(keys).toEqual(['-117-1', '17-1.2']);
  });

  it.each([
    [
      'a token that only reads',
      [
        '::warning::Failed to save: Unable to reserve cache with key k. More details: cache write denied: token has no writable scopes',
      ],
      'denied',
    ],
    [
      'a fault that looks like a conflict',
      [
        '::debug::Failed to reserve cache: Error: Failed to make request after 5 attempts: Failed request: (500) x',
        reserved,
      ],
      'unavailable',
    ],
    [
      'a fault of the upload',
      ['::warning::Failed to save: Failed request: (403) AuthenticationFailed'],
      'denied',
    ],
    ['silence', [], 'unavailable'],
  ])('fails with %s', async (_name, lines, reason) => {
    expect(await cacheWith({}, lines).save(scope, entry, files)).toMatchObject({
      ok: false,
      fault: { reason },
    });
  });
});

it('without a cache service nothing is tried', async () => {
  const cache = cacheWith({ isFeatureAvailable: () => false });
  expect(await cache.restore(scope, { branches: ['main'] })).toMatchObject({
    ok: false,
    fault: { reason: 'unsupported' },
  });
});
