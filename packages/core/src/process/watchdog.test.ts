import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listPids, readSample } from './proc-reader.ts';

const api = new URL('index.ts', import.meta.url).href;

/** A harness of a few lines in a process of its own; it prints a line of JSON when its servers run. */
async function startHarness(body: string) {
  const script = `
    const { startServerProcess, endAllServers, killAllServers } = await import('${api}');
    const start = (script) => startServerProcess({
      name: 'actor', command: process.execPath, args: ['-e', script], env: {}, shutdownTimeoutMs: 1000 });
    ${body}`;
  const harness = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await harness.stdout.take(1).toArray();
  const exited = new Promise<string | number | null>((resolve) => {
    harness.once('exit', (code, signal) => resolve(signal ?? code));
  });
  return { harness, exited, pids: JSON.parse(String(line)) as number[] };
}

const stubborn = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1e6);`;
const leavesGrandchild = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}],
    { detached: true, stdio: 'ignore' });
  child.unref(); console.log(child.pid); process.stdin.resume();`;
const startsBoth = `
  const [first, second] = await Promise.all([start(${JSON.stringify(stubborn)}), start(${JSON.stringify(leavesGrandchild)})]);
  const grandchild = Number(String((await second.stdout.take(1).toArray())[0]));
  console.log(JSON.stringify([first.pid, second.pid, grandchild]));`;

function running(pids: readonly number[]): number[] {
  return pids.filter((pid) => readSample(pid)?.ended === false);
}

/** Waits until none of them runs; gives those that still do after the deadline. */
async function survivorsAfter(pids: readonly number[], deadlineMs: number): Promise<number[]> {
  const end = performance.now() + deadlineMs;
  while (running(pids).length > 0 && performance.now() < end) await sleep(50);
  return running(pids);
}

function childrenOf(parentPid: number): number[] {
  return (listPids() ?? []).filter((pid) => readSample(pid)?.parentPid === parentPid);
}

describe('when the harness ends', () => {
  it('by SIGKILL, all servers and their escaped children are gone within 5 s', async () => {
    const { harness, exited, pids } = await startHarness(`${startsBoth} process.stdin.resume();`);
    expect(running(pids)).toEqual(pids);
    harness.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('by an unhandled SIGINT, likewise', async () => {
    const { harness, exited, pids } = await startHarness(`${startsBoth} process.stdin.resume();`);
    harness.kill('SIGINT');
    expect(await exited).toBe('SIGINT');
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('by process.exit, they are killed at once', async () => {
    const { exited, pids } = await startHarness(`${startsBoth} process.exit(5);`);
    expect(await exited).toBe(5);
    expect(await survivorsAfter(pids, 500)).toEqual([]);
  });

  it('after endAllServers, they went in their steps', async () => {
    const { exited, pids } = await startHarness(
      `${startsBoth} await endAllServers(); process.exit(first.exitInfo.signal === 'SIGKILL' ? 9 : 1);`,
    );
    expect(await exited).toBe(9);
    expect(running(pids)).toEqual([]);
  });

  it('after stopping its servers, nothing keeps it alive and no watchdog stays', async () => {
    const { harness, exited, pids } = await startHarness(
      `const server = await start('process.stdin.resume()'); console.log(JSON.stringify([server.pid]));
       process.stdin.once('data', () => { process.stdin.destroy(); server.stop(); });`,
    );
    await expect.poll(() => childrenOf(harness.pid ?? 0)).toHaveLength(2);
    const children = childrenOf(harness.pid ?? 0);
    expect(children).toContain(pids[0]);
    harness.stdin.write('stop\n');
    expect(await exited).toBe(0);
    expect(await survivorsAfter(children, 500)).toEqual([]);
  });
});
