import { afterEach, describe, expect, it } from 'vitest';
import { followEnd } from './follow-end.ts';
import { launchDirectly } from './launch.ts';

let group: number | undefined;
afterEach(() => {
  if (group !== undefined) process.kill(-group, 'SIGKILL');
});

describe('followEnd', () => {
  it('waits for output that is in the pipe already, even when the harness was too busy to read it', async () => {
    const written = 100_000;
    const child = await launchDirectly({
      command: '/bin/sh',
      // The child of the child holds the pipe open, so that only the grace ends the wait.
      args: ['-c', `sleep 60 & head -c ${written} /dev/zero; exit 0`],
      env: {},
      cwd: '/',
    });
    group = child.pid;
    let read = 0;
    const { drained } = followEnd(child, () => {});
    child.once('exit', () => {
      child.stdout.on('data', (chunk: Buffer) => (read += chunk.length));
      const busyUntil = performance.now() + 700;
      while (performance.now() < busyUntil);
    });
    expect(await drained).toEqual({ exitCode: 0, signal: null });
    expect(read).toBe(written);
  });
});
