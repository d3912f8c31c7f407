import { afterEach, describe, expect, it } from 'vitest';
import { startServerProcess } from './index.ts';
import { explainExit, findViolation, planLimits } from './limits.ts';
import type { LimitViolation, ResourceLimits, SandboxMode, ServerProcess } from './types.ts';

const started: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (server) => await server.stop()));
});

async function startLimited(script: string, limits: ResourceLimits, sandbox: SandboxMode = 'auto') {
  const violations: LimitViolation[] = [];
  const server = await startServerProcess({
    name: 'limited',
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'] },
    limits,
    sandbox,
    onViolation: (violation) => violations.push(violation),
  });
  started.push(server);
  return { server, violations };
}

describe('a server under limits', () => {
  it('is killed when it eats more memory than allowed, and the measure is told once', async () => {
    const { server, violations } = await startLimited(
      `const kept = []; setInterval(() => kept.push(Buffer.alloc(16 << 20, 1)), 5)`,
      { maxMemoryMb: 200 },
    );
    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(violations).toEqual([server.violation]);
    expect(server.violation).toMatchObject({ limit: 'max_memory_mb', value: 200 });
    expect(server.violation?.measured).toBeGreaterThan(200);
    expect(await server.stop()).toMatchObject({ step: 'killed' });
  });

  it('is killed when three children together burn more CPU than allowed, though none does alone', async () => {
    const burn = `const end = Date.now() + 60_000; while (Date.now() < end);`;
    const { server } = await startLimited(
      `const { spawn } = require('node:child_process');
       for (let i = 0; i < 3; i++) spawn(process.execPath, ['-e', ${JSON.stringify(burn)}]);
       process.stdin.resume();`,
      { maxCpuSeconds: 1.5 },
    );
    await server.exited;
    expect(server.violation).toMatchObject({ limit: 'max_cpu_seconds', value: 1.5 });
    const report = await server.stop();
    expect(report).toMatchObject({ step: 'killed', signal: 'SIGKILL' });
  });

  it('counts the CPU time of children that have ended', async () => {
    const burn = `const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);`;
    const { server } = await startLimited(
      `const { spawnSync } = require('node:child_process');
       for (;;) spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]);`,
      { maxCpuSeconds: 1 },
    );
    await server.exited;
    expect(server.violation).toMatchObject({ limit: 'max_cpu_seconds' });
  });

  it('cannot open more files than allowed, nor lift the limit', async () => {
    const { server } = await startLimited(
      `const fs = require('node:fs'); let opened = 0;
       try { for (;;) { fs.openSync('/dev/null'); opened++; } } catch (error) { console.log(error.code, opened < 64); }
       process.stdin.resume()`,
      { maxOpenFiles: 64 },
    );
    expect(server.limits).toEqual([
      { limit: 'max_open_files', value: 64, level: 'kernel', note: 'per process' },
    ]);
    const [first] = await server.stdout.take(1).toArray();
    expect(String(first)).toBe('EMFILE true\n');
  });

  it('runs on, measured, when the sandbox is off', async () => {
    const { server, violations } = await startLimited(
      `console.log('ready'); process.stdin.resume()`,
      { maxMemoryMb: 1 },
      'off',
    );
    await server.stdout.take(1).toArray();
    expect(server.usage()?.peakMemoryBytes).toBeGreaterThan(1024 * 1024);
    await server.stop();
    expect(violations).toEqual([]);
    expect(server.limits).toEqual([
      { limit: 'max_memory_mb', value: 1, level: 'unenforced', note: 'sandbox is off' },
    ]);
  });
});

describe('planLimits', () => {
  const all: ResourceLimits = { maxMemoryMb: 100, maxCpuSeconds: 2, maxOpenFiles: 64 };

  it.each([
    ['auto', 'proc', ['polled', 'polled', 'kernel']],
    ['auto', 'none', ['unenforced', 'unenforced', 'kernel']],
    ['strict', 'ps', ['polled', 'polled', 'kernel']],
    ['off', 'proc', ['unenforced', 'unenforced', 'unenforced']],
  ] as const)('sandbox %s with source %s gives %j', (sandbox, source, levels) => {
    const plan = planLimits('server', all, sandbox, source);
    expect(plan.enforcements.map(({ level }) => level)).toEqual(levels);
  });

  it('refuses to start when the sandbox is strict and a limit cannot be held', () => {
    expect(() => planLimits('db', all, 'strict', 'none')).toThrow(
      expect.objectContaining({
        code: 'TARGET_LIMIT_UNENFORCEABLE',
        message: expect.stringContaining('max_memory_mb: 100, max_cpu_seconds: 2'),
      }),
    );
  });

  it('needs no shell when the kernel has nothing to enforce', () => {
    expect(planLimits('server', { maxMemoryMb: 5 }, 'auto', 'proc').shellPrelude).toBe('');
    expect(planLimits('server', all, 'off', 'proc').shellPrelude).toBe('');
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
