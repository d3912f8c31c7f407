import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startServerProcess } from './index.ts';
import { readSample } from './proc-reader.ts';
import type { ServerProcess, ServerProcessOptions } from './types.ts';

const started: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (server) => await server.stop()));
});

/** Starts a Node script given as text. */
async function startScript(
  script: string,
  options: Partial<ServerProcessOptions> = {},
): Promise<ServerProcess> {
  const server = await startServerProcess({
    name: 'actor',
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'] },
    ...options,
  });
  started.push(server);
  return server;
}

/** The first line that the server writes to stdout. */
async function readLine(server: ServerProcess): Promise<string> {
  let text = '';
  for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.slice(0, text.indexOf('\n'));
}

/** A process that has ended and waits to be reaped does not run: in a container nobody may reap orphans. */
function isRunning(pid: number): boolean {
  return readSample(pid)?.ended === false;
}

const staysAlive = 'setInterval(() => {}, 1e6);';
const ignoresEverything = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); ${staysAlive}`;
/** Starts a child, says its pid, and reads stdin so that it ends with it. */
const withChild = (options: string, child: string): string => `
  const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], ${options});
  child.unref();
  console.log(child.pid);
  process.stdin.resume();`;

describe('startServerProcess', () => {
  it('passes bytes through unchanged in both directions', async () => {
    const server = await startScript('process.stdin.pipe(process.stdout)');
    const chunks: Buffer[] = [];
    server.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0d]);
    server.stdin.end(bytes);
    await server.exited;
    expect(Buffer.concat(chunks)).toEqual(bytes);
  });

  it('gives the server the environment it was told, with path_additions first, and nothing else but the tag', async () => {
    const server = await startScript('console.log(JSON.stringify(process.env))', {
      env: { PATH: '/usr/bin', ANSWER: '42', LEFT_OUT: undefined },
      cwd: '/tmp',
      pathAdditions: ['tools', '/opt/bin'],
    });
    const env = JSON.parse(await readLine(server)) as Record<string, string>;
    expect(Object.keys(env).toSorted()).toEqual(['ANSWER', 'MCP_TEST_HARNESS_RUN_ID', 'PATH']);
    expect(env).toMatchObject({ ANSWER: '42', PATH: '/tmp/tools:/opt/bin:/usr/bin' });
  });

  it('tells the exit code of a server that ended by itself, after all its output', async () => {
    const server = await startScript(
      `process.stdout.write('x'.repeat(1e6), () => { console.error('bye'); process.exitCode = 7; })`,
    );
    let bytes = 0;
    server.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
    expect(await server.exited).toEqual({ exitCode: 7, signal: null });
    expect(bytes).toBe(1e6);
    expect(server.stderrTail()).toBe('bye\n');
    expect(await server.stop()).toMatchObject({ step: 'crashed', exitCode: 7, leftovers: [] });
  });

  it('tells the signal of a server that was killed', async () => {
    const server = await startScript(`process.kill(process.pid, 'SIGSEGV'); ${staysAlive}`);
    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGSEGV' });
  });

  it('does not wait for ever for the output of a server whose child keeps the pipe', async () => {
    const server = await startScript(
      withChild(`{ stdio: 'inherit' }`, staysAlive).replace('process.stdin.resume()', 'process.exit(3)'),
    );
    server.stdout.resume();
    expect(await server.exited).toEqual({ exitCode: 3, signal: null });
  });

  it('survives writing to a server that has gone', async () => {
    const server = await startScript('process.exit(0)');
    await server.exited;
    server.stdin.write('anybody there?\n');
    await sleep(20);
    expect(server.exitInfo).toEqual({ exitCode: 0, signal: null });
  });

  it('keeps the last 64 KiB of stderr and shows each chunk to listeners', async () => {
    const server = await startScript(`
      for (let i = 0; i < 20_000; i++) process.stderr.write('line ' + i + '\\n');
      process.stdin.resume();`);
    let heard = 0;
    const isComplete = Promise.withResolvers<void>();
    server.onStderr((chunk) => {
      heard += chunk.length;
      if (chunk.includes('line 19999\n')) isComplete.resolve();
    });
    await isComplete.promise;
    expect(heard).toBeGreaterThan(200_000);
    expect(Buffer.byteLength(server.stderrTail())).toBe(64 * 1024);
    expect(server.stderrTail()).toMatch(/line 19998\nline 19999\n$/);
  });
});

describe('a server that cannot be started', () => {
  const cases: readonly [
    title: string,
    options: Partial<ServerProcessOptions>,
    message: RegExp,
    hint: RegExp,
  ][] = [
    ['is not on PATH', { command: 'no-such-command' }, /"no-such-command" was not found on PATH/, /PATH is/],
    [
      'is not on PATH, with limits',
      { command: 'no-such-command', limits: { maxOpenFiles: 64 } },
      /"no-such-command" was not found on PATH/,
      /path_additions/,
    ],
    ['is written with its arguments', { command: 'node server.js' }, /"node server.js"/, /args/],
    ['does not exist', { command: './missing.js' }, /\.\/missing\.js does not exist/, /working_dir/],
    ['is not executable', { command: '/etc/passwd' }, /\/etc\/passwd is not executable/, /chmod \+x/],
    ['is a directory', { command: '/tmp' }, /\/tmp is a directory/, /executable file/],
    [
      'has no working directory',
      { command: 'node', cwd: '/no/such' },
      /\/no\/such does not exist/,
      /working_dir/,
    ],
    ['has no PATH', { command: 'node', env: { PATH: '' } }, /"node" was not found/, /without a PATH/],
  ];
  it.each(cases)('that %s: says so with a remedy', async (_title, options, message, hint) => {
    const start = startServerProcess({
      name: 'broken',
      command: '',
      env: { PATH: '/usr/bin:/bin' },
      ...options,
    });
    await expect(start).rejects.toMatchObject({
      code: 'TARGET_NOT_STARTED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('whose interpreter is missing: names the interpreter', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'start-'));
    const script = join(folder, 'server.py');
    await writeFile(script, '#!/no/such/python\n', { mode: 0o755 });
    await expect(startServerProcess({ name: 'script', command: script, env: {} })).rejects.toMatchObject({
      code: 'TARGET_NOT_STARTED',
      message: expect.stringContaining('/no/such/python, which does not exist'),
    });
    await rm(folder, { recursive: true });
  });
});

describe('stop', () => {
  it('needs no more than the end of stdin for a server that honours it', async () => {
    const server = await startScript('process.stdin.resume(); console.log("ready")');
    await readLine(server);
    const report = await server.stop();
    expect(report).toMatchObject({ step: 'stdin-closed', exitCode: 0, signal: null, leftovers: [] });
    expect(isRunning(server.pid)).toBe(false);
  });

  it('sends the signal to a server that ignores the end of stdin', async () => {
    const server = await startScript(`console.log('ready'); ${staysAlive}`, { shutdownTimeoutMs: 400 });
    await readLine(server);
    expect(await server.stop()).toMatchObject({ step: 'signal', signal: 'SIGTERM' });
  });

  it('sends the signal that was asked for, at once when asked for', async () => {
    const server = await startScript(`console.log('ready'); ${staysAlive}`, {
      shutdownSignal: 'SIGINT',
      signalAtOnce: true,
    });
    await readLine(server);
    const report = await server.stop();
    expect(report).toMatchObject({ step: 'signal', signal: 'SIGINT' });
    expect(report.durationMs).toBeLessThan(4000);
  });

  it('kills the whole tree when the server ignores SIGTERM', async () => {
    const server = await startScript(withChild('{}', ignoresEverything) + ignoresEverything, {
      shutdownTimeoutMs: 400,
    });
    const child = Number(await readLine(server));
    const report = await server.stop();
    expect(report).toMatchObject({ step: 'killed', signal: 'SIGKILL' });
    expect(isRunning(server.pid)).toBe(false);
    expect(isRunning(child)).toBe(false);
  });

  it('names and kills a child that outlives the server', async () => {
    const server = await startScript(withChild(`{ stdio: 'ignore' }`, staysAlive));
    const child = Number(await readLine(server));
    const report = await server.stop();
    expect(report.step).toBe('stdin-closed');
    expect(report.leftovers).toEqual([{ pid: child, command: expect.stringContaining('setInterval') }]);
    expect(isRunning(child)).toBe(false);
  });

  it('finds a grandchild that called setsid and whose parents have ended', async () => {
    const middle = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(staysAlive)}], { detached: true, stdio: 'ignore' });
      child.unref();
      console.log(child.pid);`;
    const server = await startScript(withChild(`{ stdio: ['ignore', 'inherit', 'ignore'] }`, middle));
    const lines = new Set<number>();
    for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
      for (const line of String(chunk).trim().split('\n')) lines.add(Number(line));
      if (lines.size === 2) break;
    }
    const [, grandchild = 0] = [...lines];
    const report = await server.stop();
    expect(report.leftovers.map(({ pid }) => pid)).toContain(grandchild);
    expect(isRunning(grandchild)).toBe(false);
  });

  it('does not blame a server for a child that ends right after it', async () => {
    const endsAfterParent = `process.stdin.on('end', () => setTimeout(() => process.exit(), 60)).resume()`;
    const server = await startScript(withChild(`{ stdio: ['pipe', 'ignore', 'ignore'] }`, endsAfterParent));
    const child = Number(await readLine(server));
    expect((await server.stop()).leftovers).toEqual([]);
    expect(isRunning(child)).toBe(false);
  });

  it('gives the same report however often it is called', async () => {
    const server = await startScript('process.stdin.resume()');
    const [first, second] = await Promise.all([server.stop(), server.stop()]);
    expect(second).toBe(first);
    expect(await server.stop()).toBe(first);
  });
});

describe('usage', () => {
  it('tells the CPU time and the peak memory of the server and its children', async () => {
    const burn = `const end = Date.now() + 60_000; while (Date.now() < end && process.cpuUsage().user < 300_000); console.log('done');`;
    const server = await startScript(`
      const kept = Buffer.alloc(64 << 20, 1);
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(burn)}]);
      child.stdout.pipe(process.stdout);
      process.stdin.on('end', () => process.exit(kept.length === 0 ? 1 : 0)).resume();`);
    const [line] = await server.stdout.take(1).toArray();
    expect(String(line)).toBe('done\n');
    await server.stop();
    expect(server.usage()?.cpuMs).toBeGreaterThanOrEqual(300);
    expect(server.usage()?.peakMemoryBytes).toBeGreaterThan(64 << 20);
  });
});
