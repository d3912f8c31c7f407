import { describe, expect, it } from 'vitest';
import { launchDirectly, launchWithExeca } from './launch.ts';
import { isRunning } from './testing/start-script.ts';

describe.each([
  ['launchDirectly', launchDirectly],
  ['launchWithExeca', launchWithExeca],
])('%s', (_name, launch) => {
  const echo = { command: process.execPath, args: ['-e', 'process.stdin.pipe(process.stdout)'], cwd: '/' };

  it('gives raw pipes in both directions', async () => {
    const child = await launch({ ...echo, env: {} });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = new Promise((resolve) => {
      child.once('close', resolve);
    });
    child.stdin.end(Buffer.from([0xff, 0x00, 0x0a]));
    expect(await closed).toBe(0);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([0xff, 0x00, 0x0a]));
  });

  it('rejects when there is nothing to start', async () => {
    await expect(launch({ ...echo, command: '/no/such', env: {} })).rejects.toThrow(/ENOENT/);
  });
});

describe('launchWithExeca', () => {
  it('gives a child whose kill ends its descendants too', async () => {
    const args = ['-c', 'sleep 60 & echo $!; wait'];
    const child = await launchWithExeca({
      command: '/bin/sh',
      args,
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
    });
    const [line] = await child.stdout.take(1).toArray();
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(Number(line)), { timeout: 10_000 }).toBe(false);
  });
});
