import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { isRunning, stubborn, withChild } from './testing/start-script.ts';

const harnesses: ChildProcess[] = [];
afterAll(() => {
  for (const harness of harnesses) harness.kill('SIGKILL');
});

const moduleUrl = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** What the body of a harness may use. */
const toolbox = `
  import { spawn } from 'node:child_process';
  import { closeSync, openSync } from 'node:fs';
  import { endAllServers, startServerProcess } from ${moduleUrl('index.ts')};
  import { listPids, readSample } from ${moduleUrl('proc-reader.ts')};
  const start = (script, command = process.execPath, flag = '-e') => startServerProcess(
    { name: 'actor', command, args: [flag, script], env: { PATH: '/usr/bin:/bin' }, shutdownTimeoutMs: 1000 });
  const readNumber = async (server) => Number(String((await server.stdout.take(1).toArray())[0]));
  const say = (pids) => console.log(JSON.stringify(pids));
  const isRunning = (pid) => readSample(pid)?.ended === false;
  const children = () => listPids().filter((pid) => readSample(pid)?.parentPid === process.pid);
  /** Blocks while one of them runs, 10 s at most. */
  const waitForEnd = (pids) => {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let i = 0; i < 2000 && pids.some(isRunning); i++) Atomics.wait(pause, 0, 0, 5);
    return !pids.some(isRunning);
  };`;

/** Starts a server that cannot be asked to end, and one that leaves such a child in a session of its own. */
const startsBoth = `
  const [first, second] = await Promise.all([
    start(${JSON.stringify(stubborn)}),
    start(${JSON.stringify(withChild(`{ detached: true, stdio: 'ignore' }`, stubborn))}),
  ]);
  const pids = [first.pid, second.pid, await readNumber(second)];`;

/** Runs a harness of a few lines in a process of its own, until it says the pids that matter. */
async function startHarness(body: string, maxOpenFiles = 1000) {
  const harness = spawn(
    '/bin/sh',
    [
      '-c',
      `ulimit -n ${maxOpenFiles}; exec "$@"`,
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      toolbox + body,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  harnesses.push(harness);
  const exited = new Promise<string | number | null>((resolve) => {
    harness.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const [line] = await harness.stdout.take(1).toArray();
  return { harness, exited, pids: JSON.parse(String(line)) as number[] };
}

/** Waits until none of them runs; gives those that still do after the deadline. */
async function survivorsAfter(pids: readonly number[], deadlineMs: number): Promise<number[]> {
  const end = performance.now() + deadlineMs;
  while (pids.some(isRunning) && performance.now() < end) await sleep(50);
  return pids.filter(isRunning);
}

describe.concurrent('when the harness ends', () => {
  it('by SIGKILL, all servers and their escaped children are gone within 5 s', async () => {
    const { harness, exited, pids } = await startHarness(`
      ${startsBoth}
      say(pids);
      process.stdin.resume();`);
    expect(pids.filter(isRunning)).toEqual(pids);
    harness.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('by SIGKILL, so is a server that wiped its environment', async () => {
    const { harness, pids } = await startHarness(`
      const server = await start('exec env -i /bin/sh -c "trap : TERM; echo 1; while :; do sleep 1; done"', '/bin/sh', '-c');
      await readNumber(server);
      say([server.pid]);
      process.stdin.resume();`);
    harness.kill('SIGKILL');
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('by SIGKILL, so are servers of a harness that had no descriptor left at first', async () => {
    const { harness, pids } = await startHarness(
      `const files = [];
       try { for (;;) files.push(openSync('/dev/null')); } catch {}
       const { code, message } = await start('').catch((error) => error);
       for (const file of files) closeSync(file);
       if (code !== 'TARGET_NOT_STARTED' || !message.includes('EMFILE')) throw new Error(message);
       ${startsBoth}
       say(pids);
       process.stdin.resume();`,
      100,
    );
    harness.kill('SIGKILL');
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('by an unhandled SIGINT, they are gone likewise', async () => {
    const { harness, exited, pids } = await startHarness(`
      ${startsBoth}
      say(pids);
      process.stdin.resume();`);
    harness.kill('SIGINT');
    expect(await exited).toBe('SIGINT');
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('by process.exit, they are killed before it is gone', async () => {
    const { exited } = await startHarness(`
      ${startsBoth}
      process.once('exit', () => { process.exitCode = waitForEnd(pids) ? 5 : 1; });
      say(pids);
      process.exit();`);
    expect(await exited).toBe(5);
  });

  it('by process.exit, what servers start in that moment is gone within 5 s', async () => {
    const { exited, pids } = await startHarness(`
      const server = await start('echo $MCP_TEST_HARNESS_RUN_ID; read -r line', '/bin/sh', '-c');
      const tag = String((await server.stdout.take(1).toArray())[0]).trim();
      process.once('exit', () => {
        const env = { MCP_TEST_HARNESS_RUN_ID: tag };
        const late = spawn('/bin/sleep', ['60'], { detached: true, stdio: 'ignore', env });
        say([late.pid]);
      });
      process.exit(3);`);
    expect(await exited).toBe(3);
    expect(await survivorsAfter(pids, 5000)).toEqual([]);
  });

  it('after endAllServers, they went in their steps', async () => {
    const { exited, pids } = await startHarness(`
      ${startsBoth}
      say(pids);
      await endAllServers();
      process.exit(first.exitInfo.signal === 'SIGKILL' ? 9 : 1);`);
    expect(await exited).toBe(9);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('after stopping its servers, nothing keeps it alive and it takes the watchdog along', async () => {
    const { exited } = await startHarness(`
      const server = await start('process.stdin.resume()');
      const pids = children();
      say(pids);
      await server.stop();
      process.once('exit', () => { process.exitCode = pids.length === 2 && waitForEnd(pids) ? 5 : 1; });`);
    expect(await exited).toBe(5);
  });
});
