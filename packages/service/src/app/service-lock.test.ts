import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOperations, withLock } from '@mcp-test-harness/core/files';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/index.ts';
import { holdServiceLock } from './service-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcp-service-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of a running service', () => {
  it('is held until the service ends, and passes to the one that waits', async () => {
    const file = join(folder, 'service.lock');
    const [first, second] = [new AbortController(), new AbortController()];
    const quick = {
      ...systemClock,
      sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(5, signal),
    };
    const firstDone = holdServiceLock(file, first.signal, quick);
    while (!existsSync(file)) await systemClock.sleep(5);
    const secondDone = holdServiceLock(file, second.signal, quick);
    const restore = () => withLock(file, fileOperations, async () => 'restored', { patienceMs: 0 });
    await expect(restore()).rejects.toThrow();
    first.abort();
    await firstDone;
    while (!existsSync(file)) await systemClock.sleep(5);
    await expect(restore()).rejects.toThrow();
    second.abort();
    await secondDone;
    expect(await restore()).toBe('restored');
  });
});
