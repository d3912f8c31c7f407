import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { explainExit, findViolation, lookAtMachine, planLimits } from './limits.ts';
import { readLine, startScript, staysAlive, stopAll, withChild } from './testing/start-script.ts';
import type { ResourceLimits } from './types.ts';

afterEach(stopAll);

const folder = mkdtempSync(join(tmpdir(), 'mcp-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isLinux = process.platform === 'linux';

const eatMemory = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(16 << 20, 1)), 5);';

describe('a server under limits', () => {
  it('is killed when it eats more memory than allowed', async () => {
    const server = await startScript(eatMemory, { limits: { maxMemoryMb: 200 } });
    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(server.violation).toMatchObject({ limit: 'max_memory_mb', value: 200 });
    expect(server.violation?.measured).toBeGreaterThan(200);
    expect(await server.stop()).toMatchObject({ step: 'killed' });
  });

  it('is killed when three children together burn more CPU than allowed, though none does alone', async () => {
    const burn = 'for (;;);';
    const server = await startScript(
      `const { spawn } = require('node:child_process');
       for (let i = 0; i < 3; i++) spawn(process.execPath, ['-e', ${JSON.stringify(burn)}]);
       process.stdin.resume();`,
      { limits: { maxCpuSeconds: 1.5 } },
    );
    await server.exited;
    expect(server.violation).toMatchObject({ limit: 'max_cpu_seconds', value: 1.5 });
    const report = await server.stop();
    expect(report).toMatchObject({ step: 'killed', signal: 'SIGKILL' });
  });

  it('counts the CPU time of children that have ended', async () => {
    const burn = `const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);`;
    const server = await startScript(
      `const { spawnSync } = require('node:child_process');
       for (;;) spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]);`,
      { limits: { maxCpuSeconds: 1 } },
    );
    await server.exited;
    expect(server.violation).toMatchObject({ limit: 'max_cpu_seconds' });
  });

  it('is killed when a child that left its session eats more memory than allowed', async () => {
    const server = await startScript(withChild(`{ detached: true, stdio: 'ignore' }`, eatMemory), {
      limits: { maxMemoryMb: 200 },
    });
    await server.exited;
    expect(server.violation).toMatchObject({ limit: 'max_memory_mb' });
  });

  it('is killed when it exceeds a limit while it is being stopped, and the report says so', async () => {
    const server = await startScript(
      `process.stdin.on('end', () => { ${eatMemory} }).resume(); console.log('ready'); ${staysAlive}`,
      { limits: { maxMemoryMb: 200 }, shutdownTimeoutMs: 60_000 },
    );
    await readLine(server);
    expect(await server.stop()).toMatchObject({ step: 'killed', signal: 'SIGKILL' });
    expect(server.violation).toMatchObject({ limit: 'max_memory_mb' });
  });

  it('cannot open more files than allowed, nor lift the limit', async () => {
    const server = await startScript(
      `const fs = require('node:fs'); let opened = 0;
       try { for (;;) { fs.openSync('/dev/null'); opened++; } } catch (error) { console.log(error.code, opened < 64); }
       process.stdin.resume()`,
      { limits: { maxOpenFiles: 64 } },
    );
    expect(server.limits).toEqual([
      { limit: 'max_open_files', value: 64, level: 'kernel', note: 'per process' },
    ]);
    expect(await readLine(server)).toBe('EMFILE true');
  });

  it.runIf(isLinux)('is killed when its files take more space than allowed (Linux)', async () => {
    const server = await startScript(
      `const fs = require('node:fs'); const block = Buffer.alloc(1 << 20, 1);
       setInterval(() => fs.appendFileSync('much', block), 1);`,
      { limits: { maxDiskUsageMb: 8 }, cwd: folder },
    );
    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(server.violation).toMatchObject({ limit: 'max_disk_usage_mb', value: 8 });
    expect(server.violation?.measured).toBeGreaterThan(8);
  });

  it.runIf(isLinux)('is killed when it holds more connections than allowed (Linux)', async () => {
    const server = await startScript(
      `const net = require('node:net');
       const listener = net.createServer().listen(0, '127.0.0.1', () => {
         for (let i = 0; i < 6; i++) net.connect(listener.address().port, '127.0.0.1');
       });`,
      { limits: { maxNetworkConnections: 10 } },
    );
    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    // Both ends of each connection are its own.
    expect(server.violation).toEqual({ limit: 'max_network_connections', value: 10, measured: 12 });
  });

  it('runs on, measured, when the sandbox is off', async () => {
    const server = await startScript(`console.log('ready'); process.stdin.resume()`, {
      limits: { maxMemoryMb: 1 },
      sandbox: 'off',
    });
    await readLine(server);
    expect(server.usage()?.peakMemoryBytes).toBeGreaterThan(1024 * 1024);
    expect(await server.stop()).toMatchObject({ step: 'stdin-closed', exitCode: 0 });
    expect(server.violation).toBeUndefined();
    expect(server.limits).toEqual([
      { limit: 'max_memory_mb', value: 1, level: 'unenforced', note: 'sandbox is off' },
    ]);
  });
});

describe('planLimits', () => {
  const all: ResourceLimits = {
    maxMemoryMb: 100,
    maxCpuSeconds: 2,
    maxOpenFiles: 64,
    maxDiskUsageMb: 10,
    maxNetworkConnections: 5,
  };

  const linux = { source: 'proc', hasShell: true } as const;
  const mac = { source: 'ps', hasShell: true } as const;
  const windows = { source: 'none', hasShell: false } as const;

  it.each([
    ['auto', linux, ['polled', 'polled', 'kernel', 'polled', 'polled']],
    ['strict', linux, ['polled', 'polled', 'kernel', 'polled', 'polled']],
    ['auto', { source: 'proc', hasShell: false }, ['polled', 'polled', 'unenforced', 'polled', 'polled']],
    ['auto', mac, ['polled', 'polled', 'kernel', 'unenforced', 'unenforced']],
    ['auto', windows, ['unenforced', 'unenforced', 'unenforced', 'unenforced', 'unenforced']],
    ['off', linux, ['unenforced', 'unenforced', 'unenforced', 'unenforced', 'unenforced']],
  ] as const)('sandbox %s on %j gives %j', (sandbox, machine, levels) => {
    const plan = planLimits('server', all, sandbox, machine);
    expect(plan.enforcements.map(({ level }) => level)).toEqual(levels);
  });

  it('tells of the kernel behind the polls only where there is a shell to set its limit', () => {
    const cpu = { maxCpuSeconds: 2 };
    const notes = [true, false].map(
      (hasShell) => planLimits('server', cpu, 'auto', { source: 'proc', hasShell }).enforcements[0]?.note,
    );
    expect(notes).toEqual(['each process is also stopped by the kernel at 4 s', undefined]);
  });

  it('finds a shell on every POSIX system that has one', () => {
    expect(lookAtMachine('proc')).toEqual(linux);
  });

  it('refuses to start when the sandbox is strict and a limit cannot be held', () => {
    expect(() => planLimits('db', all, 'strict', windows)).toThrow(
      expect.objectContaining({
        code: 'TARGET_LIMIT_UNENFORCEABLE',
        message: expect.stringContaining('max_memory_mb: 100, max_cpu_seconds: 2, max_open_files: 64'),
      }),
    );
    expect(() => planLimits('db', { maxDiskUsageMb: 10 }, 'strict', mac)).toThrow('max_disk_usage_mb: 10');
  });

  it('needs no shell when the kernel has nothing to enforce', () => {
    expect(planLimits('server', { maxMemoryMb: 5 }, 'auto', linux).shellPrelude).toBe('');
    expect(planLimits('server', all, 'off', linux).shellPrelude).toBe('');
  });
});

describe('findViolation', () => {
  const usage = { cpuMs: 2000, peakMemoryBytes: 100 * 1024 * 1024 };
  it.each([
    [{ maxMemoryMb: 100, maxCpuSeconds: 2 }, undefined],
    [{ maxMemoryMb: 99 }, { limit: 'max_memory_mb', value: 99, measured: 100 }],
    [{ maxCpuSeconds: 1.9 }, { limit: 'max_cpu_seconds', value: 1.9, measured: 2 }],
    [{}, undefined],
  ] as const)('with %j is %j', (limits, expected) => {
    expect(findViolation(usage, limits)).toEqual(expected);
  });

  it('takes an exit by SIGXCPU for the CPU limit', () => {
    const exit = { exitCode: null, signal: 'SIGXCPU' } as const;
    expect(explainExit(exit, { maxCpuSeconds: 3 })).toMatchObject({ limit: 'max_cpu_seconds', value: 3 });
    expect(explainExit(exit, {})).toBeUndefined();
    expect(explainExit({ exitCode: 1, signal: null }, { maxCpuSeconds: 3 })).toBeUndefined();
  });
});
