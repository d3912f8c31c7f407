import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { listPids, readCommandLine, readRunTag, readSample } from './proc-reader.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const { pid = 0 } of children.splice(0)) process.kill(-pid, 'SIGKILL');
});

/** A shell in a group of its own, and the first line that it says. */
async function startShell(script: string, env: NodeJS.ProcessEnv = {}): Promise<readonly [number, string]> {
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, env });
  children.push(shell);
  const [line] = await shell.stdout.take(1).toArray();
  return [shell.pid ?? 0, String(line).trim()];
}

describe.runIf(process.platform === 'linux')('/proc', () => {
  it('tells a process, its relations and its age', async () => {
    const [parent, child] = await startShell('sleep 60 & echo $!; wait');
    // It is told before it has called exec.
    await expect.poll(() => readCommandLine(Number(child)), { timeout: 10_000 }).toBe('sleep 60');
    const sample = readSample(Number(child));
    expect(sample).toMatchObject({ parentPid: parent, groupId: parent, sessionId: parent, ended: false });
    expect(sample?.startedAt).toBeGreaterThanOrEqual(readSample(parent)?.startedAt ?? Infinity);
    expect(sample?.residentBytes).toBeGreaterThan(0);
    expect(listPids()).toEqual(expect.arrayContaining([process.pid, parent, Number(child)]));
  });

  it('tells nothing of a process that does not exist', () => {
    const pid = 2 ** 22 + 1;
    expect([readSample(pid), readRunTag(pid), readCommandLine(pid)]).toEqual([undefined, undefined, '']);
  });

  it('counts what a forked process shares with its parent once', async () => {
    const [parent, child] = await startShell(
      `big=$(head -c 20000000 /dev/zero | tr '\\0' x); (sleep 60; :) & echo $!; wait; echo $big`,
      { PATH: '/usr/bin:/bin' },
    );
    const memory = (pid: number): number => readSample(pid)?.residentBytes ?? 0;
    expect(memory(parent)).toBeGreaterThan(20_000_000);
    // Counted from its first half second on; before, it may be about to start another program.
    await expect.poll(() => memory(Number(child)), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(memory(Number(child))).toBeLessThan(5_000_000);
  });

  it.each([
    ['as it is', { MCP_TEST_HARNESS_RUN_ID: 'a.1' }, 'a.1'],
    ['behind much else', { OTHER: 'x'.repeat(100_000), MCP_TEST_HARNESS_RUN_ID: 'a.1' }, 'a.1'],
    ['not under a longer name', { NOT_MCP_TEST_HARNESS_RUN_ID: 'a.1' }, undefined],
  ])('finds the tag in the environment: %s', async (_title, env, expected) => {
    const [pid] = await startShell('echo ready; read -r line', env);
    expect(readRunTag(pid)).toBe(expected);
  });
});
