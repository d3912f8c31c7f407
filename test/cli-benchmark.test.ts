import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMarked, findMarkedAfter } from './support/processes.ts';
import { cliEnvironment, runCli, startCli } from './support/run-cli.ts';

const server = resolve(import.meta.dirname, 'fixtures/servers/sum-to.mjs');
/** Without waiting for a quiet machine, since other tests run beside; the differences are large enough all the same. */
const quickly = ['--no-wait'];
let folder: string;

/** A server beside its configuration, as in a project. */
function writeProject(directory: string, rounds: number, mark = '', delayMs = 0): void {
  mkdirSync(directory, { recursive: true });
  copyFileSync(server, join(directory, 'server.mjs'));
  const config = {
    server: {
      command: process.execPath,
      args: ['server.mjs', String(rounds), String(delayMs)],
      env: { BENCH_MARK: mark },
    },
    test_suites: [
      { name: 'work', test_cases: [{ id: 'sum', tool_name: 'sum', expected: { text: 'sum done' } }] },
    ],
  };
  writeFileSync(join(directory, 'mcp-test-harness.yaml'), JSON.stringify(config));
}

function git(directory: string, ...args: readonly string[]): string {
  return execFileSync(
    'git',
    ['-C', directory, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-benchmark-'));
  writeProject(join(folder, 'plain'), 200_000);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('benchmark', () => {
  it('measures so many calls of each test and tells them as a table', async () => {
    const { exitCode, stdout } = await runCli(['benchmark', '--iterations', '60'], {
      cwd: join(folder, 'plain'),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/work\/sum +60 +\d/);
    expect(stdout).toContain('passed  1 measured');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('gives the whole result as JSON, with the machine, the reference servers and every process', async () => {
    const { exitCode, stdout } = await runCli(['benchmark', '--iterations', '20', '--json'], {
      cwd: join(folder, 'plain'),
    });
    const result = JSON.parse(stdout) as BenchmarkResult;
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({
      kind: 'benchmark',
      verdict: 'passed',
      machine: { node: process.versions.node },
      benchmarks: [{ id: 'work/sum', state: 'measured', calls: { ok: 20 }, latency: { n: 20 } }],
      references: [{ name: 'echo' }, { name: 'compute' }],
    });
    expect(result.servers[0]?.startupMs).toHaveLength(5);
  });

  it('tells of a tool that waits 50 ms what it takes, and the spread', async () => {
    writeProject(join(folder, 'waiting'), 1, '', 50);
    const { exitCode, stdout } = await runCli(['benchmark', '--iterations', '60', '--json'], {
      cwd: join(folder, 'waiting'),
    });
    const { benchmarks } = JSON.parse(stdout) as BenchmarkResult;
    const [waiting] = benchmarks;
    expect(exitCode).toBe(0);
    expect(waiting).toMatchObject({ state: 'measured', id: 'work/sum' });
    if (waiting?.state !== 'measured') return;
    const { n, p25Ms, p50Ms, p95Ms, cvPercent } = waiting.latency;
    expect(n).toBe(60);
    expect(p50Ms).toBeGreaterThan(45);
    // What else runs may hold up many of the calls, and not all.
    expect(p25Ms).toBeLessThan(80);
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
    expect(cvPercent).toBeGreaterThan(0);
  });

  it('measures the read-only tools of a command without any configuration', async () => {
    const { exitCode, stdout } = await runCli(
      ['benchmark', '--iterations', '20', '--', process.execPath, server, '1000'],
      { cwd: folder },
    );
    expect(stdout).toMatch(/tools\/sum +20 /);
    expect(exitCode).toBe(0);
  });

  it('skips a tool that refuses made-up arguments, and calls none that is not known to be harmless', async () => {
    const filesystem = resolve(
      import.meta.dirname,
      '../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
    );
    const some = await runCli(['benchmark', '-v', '--quick', '--', process.execPath, filesystem, folder]);
    expect(some.stdout).toMatch(/tools\/list_allowed_directories +5 /);
    expect(some.stdout).toMatch(/skipped +tools\/read_text_file\n +it refuses made-up arguments/);
    expect(some.stdout).not.toContain('write_file');
    expect(some.exitCode).toBe(0);
    const refusing = ['--call-tools', 'read_text_file', '--', process.execPath, filesystem, folder];
    const nothing = await runCli(['benchmark', ...refusing]);
    expect(nothing.stderr).toContain('nothing can be measured: read_text_file: it refuses made-up arguments');
    expect(nothing.exitCode).toBe(2);
    const none = await runCli(['benchmark', '--call-tools', 'other', '--', process.execPath, server]);
    expect(none.stderr).toContain("no tool of the server's 1 may be called: --call-tools other");
    expect(none.exitCode).toBe(2);
  });

  it(
    'finds the head of a comparison slower, says by how much, and ends with 1',
    { timeout: 120_000 },
    async () => {
      const { exitCode, stdout } = await runCli(
        [
          'benchmark',
          '--compare',
          `${process.execPath} server.mjs 200000`,
          ...quickly,
          '--set',
          'server.args=["server.mjs","3000000"]',
        ],
        { cwd: join(folder, 'plain') },
      );
      expect(stdout).toMatch(/✗ work\/sum +(?:error|critical) +mcp-test-harness\.yaml:1:\d+/);
      expect(stdout).toMatch(/regressed: (?:latency|CPU)/);
      expect(exitCode).toBe(1);
    },
  );

  it(
    'compares with the server as it was at a commit, and takes the worktree away again',
    { timeout: 120_000 },
    async () => {
      const repository = join(folder, 'repository');
      writeProject(repository, 3_000_000);
      git(repository, 'init', '-q', '-b', 'main');
      git(repository, 'add', '.');
      git(repository, 'commit', '-q', '-m', 'slow');
      git(repository, 'checkout', '-q', '-b', 'faster');
      writeFileSync(
        join(repository, 'server.mjs'),
        readFileSync(join(repository, 'server.mjs'), 'utf8').replace(
          'number <= limit',
          'number <= limit / 15',
        ),
      );
      git(repository, 'commit', '-q', '-a', '-m', 'fast');
      const { exitCode, stdout, stderr } = await runCli(
        ['benchmark', '--compare-ref', 'merge-base:main', '--setup-command', 'node --version', ...quickly],
        { cwd: repository },
      );
      expect(stderr).toContain('node --version');
      expect(stdout).toContain('merge-base:main');
      expect(stdout).toMatch(/▲ work\/sum/);
      expect(exitCode).toBe(0);
      expect(git(repository, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
      expect(git(repository, 'status', '--porcelain')).toBe('');
    },
  );

  it.each([
    [['--compare', 'node x', '--compare-ref', 'main'], 'exclude each other'],
    [['--setup-command', 'true'], 'means nothing without --compare-ref'],
    [['--quick', '--iterations', '5'], 'exclude each other'],
    [['--concurrency', '2', '--rate', '5'], 'exclude each other'],
    [['--call-tools', 'sum'], 'means nothing with a configuration'],
    [['-t', 'sum', '--', 'node', 'x'], '--test means nothing beside a command'],
    [['--iterations', '0'], '--iterations must be a whole number from 1 on'],
    [['--compare', 'node x', '--pairs', '3'], 'fewer than 6 pairs'],
    [['--compare-ref', 'no-such-branch'], '--compare-ref'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await runCli(['benchmark', ...args], { cwd: join(folder, 'plain') });
    expect(stderr).toContain(message);
    expect([2, 4]).toContain(exitCode);
  });

  it('names what failed in the setup of the base, and leaves no worktree', async () => {
    const repository = join(folder, 'broken-setup');
    writeProject(repository, 1000);
    git(repository, 'init', '-q', '-b', 'main');
    git(repository, 'add', '.');
    git(repository, 'commit', '-q', '-m', 'all');
    const { exitCode, stderr } = await runCli(
      ['benchmark', '--compare-ref', 'main', '--setup-command', 'echo no compiler here; exit 7'],
      { cwd: repository },
    );
    expect(stderr).toContain('ended with exit code 7');
    expect(stderr).toContain('no compiler here');
    expect(exitCode).not.toBe(0);
    expect(git(repository, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  it('ends a setup command with all that it has started on Ctrl-C, and leaves no worktree', async () => {
    const mark = `bench-setup-${process.pid}`;
    const repository = join(folder, 'interrupted-setup');
    writeProject(repository, 1000);
    git(repository, 'init', '-q', '-b', 'main');
    git(repository, 'add', '.');
    git(repository, 'commit', '-q', '-m', 'all');
    const run = startCli(
      ['benchmark', '--compare-ref', 'main', '--setup-command', 'sleep 300 & sleep 300; wait'],
      { cwd: repository, env: { SETUP_MARK: mark } },
    );
    const sleeping = (): number =>
      findMarked(`SETUP_MARK=${mark}`).filter(({ command }) => command.startsWith('sleep')).length;
    await expect.poll(sleeping, { timeout: 20_000 }).toBe(2);
    run.kill('SIGTERM');
    expect((await run.ended).exitCode).toBe(130);
    expect(await findMarkedAfter(`SETUP_MARK=${mark}`, 5000)).toEqual([]);
    expect(git(repository, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  it('ends with 130 on Ctrl-C in the middle of a pair, shows what it has, and leaves no process', async () => {
    const mark = `bench-${process.pid}`;
    writeProject(join(folder, 'interrupted'), 200_000, mark);
    const run = startCli(
      ['benchmark', '--compare', `${process.execPath} server.mjs 200000`, '--no-wait', '--json'],
      {
        cwd: join(folder, 'interrupted'),
        env: cliEnvironment,
      },
    );
    await expect.poll(() => findMarked(`BENCH_MARK=${mark}`).length, { timeout: 20_000 }).toBeGreaterThan(0);
    run.kill('SIGINT');
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'interrupted', complete: false });
    expect(findMarked(`BENCH_MARK=${mark}`)).toEqual([]);
  });
});
