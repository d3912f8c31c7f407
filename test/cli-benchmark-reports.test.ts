import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli, startCli } from './support/run-cli.ts';
import { echoTest, rudeCommand, suiteOf } from './support/suites.ts';

const folderWith = temporaryFolders();
const config = { 'mcp-test-harness.yaml': suiteOf([echoTest('echo'), echoTest('again')]) };
/** Machines that run tests are never quiet: do not wait until they are. */
const quickly = ['--iterations', '20', '--processes', '2', '--no-calibrate', '--no-wait'];

const readBenchmark = (file: string): BenchmarkResult =>
  JSON.parse(readFileSync(file, 'utf8')) as BenchmarkResult;

describe.concurrent('benchmark --report', { timeout: 120_000 }, () => {
  it('writes every form of a comparison, which `report` renders again byte for byte', async () => {
    const cwd = folderWith(config);
    const forms = ['html:out/b.html', 'markdown:b.md', 'json:b.json'].flatMap((form) => ['--report', form]);
    const compare = ['--compare', rudeCommand().join(' '), '--pairs', '6', '--fail-on', 'never'];
    const run = await runCli(['benchmark', ...quickly, ...compare, ...forms], { cwd });
    expect(run.exitCode).toBe(0);
    for (const file of ['out/b.html', 'b.md', 'b.json'])
      expect(run.stdout).toContain(`report  ${join(cwd, file)}\n`);

    const result = readBenchmark(join(cwd, 'b.json'));
    expect(result).toMatchObject({ kind: 'benchmark', verdict: 'passed', complete: true });
    expect(result.comparison?.benchmarks.map(({ id }) => id).toSorted()).toEqual([
      'server:server',
      'suite/again',
      'suite/echo',
    ]);
    expect(readFileSync(join(cwd, 'b.md'), 'utf8')).toMatch(/^## ✅ MCP benchmarks: /);
    const page = readFileSync(join(cwd, 'out/b.html'), 'utf8');
    expect(page).toContain('class="area head"');
    expect(page).toContain('class="pair-dot');

    for (const [kind, file] of [
      ['html', 'out/b.html'],
      ['markdown', 'b.md'],
      ['json', 'b.json'],
    ] as const) {
      const again = await runCli(['report', 'b.json', '--report', kind], { cwd });
      expect(again.stdout).toBe(readFileSync(join(cwd, file), 'utf8'));
      expect(again.exitCode).toBe(0);
    }
    const terminal = await runCli(['report', 'b.json'], { cwd });
    expect(run.stdout.startsWith(terminal.stdout)).toBe(true);
  });

  it('gives stdout to the one report that has no file, and leaves no other file behind', async () => {
    const cwd = folderWith(config);
    const { stdout, stderr, exitCode } = await runCli(
      ['benchmark', ...quickly, '-q', '-r', 'markdown', '-r', 'json:b.json'],
      { cwd },
    );
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^## ✅ MCP benchmarks: 2 benchmarks measured\n/);
    expect(readdirSync(cwd).toSorted()).toEqual(['b.json', 'mcp-test-harness.yaml']);
  });

  it('writes the formats of the configuration too, those that it has; a quick look does not', async () => {
    const reporting = { output_dir: 'reports', formats: ['html', 'json', 'junit'] };
    const cwd = folderWith({
      'mcp-test-harness.yaml': { ...suiteOf([echoTest('echo')]), reporting },
    });
    const quick = await runCli(['benchmark', '--quick', '-q'], { cwd });
    expect([quick.exitCode, existsSync(join(cwd, 'reports'))]).toEqual([0, false]);
    const { exitCode } = await runCli(['benchmark', ...quickly, '-q'], { cwd });
    expect(exitCode).toBe(0);
    expect(readdirSync(join(cwd, 'reports')).toSorted()).toEqual(['benchmark.html', 'benchmark.json']);
  });

  it.each([
    ['measured alone', []],
    ['compared', ['--compare', rudeCommand().join(' ')]],
  ])('leaves what was measured when it is killed: %s', async (_name, more) => {
    const cwd = folderWith(config);
    const run = startCli(
      ['benchmark', '--processes', '400', '--no-wait', '--no-calibrate', '-r', 'html:b.html', ...more],
      { cwd },
    );
    const partial = join(cwd, 'b.html.partial.json');
    await expect.poll(() => existsSync(partial), { timeout: 60_000 }).toBe(true);
    run.kill('SIGKILL');
    expect((await run.ended).signal).toBe('SIGKILL');
    expect(readBenchmark(partial)).toMatchObject({ complete: false, verdict: 'interrupted' });
    expect(readBenchmark(partial).benchmarks.some(({ state }) => state !== 'skipped')).toBe(true);
    const { exitCode, stdout } = await runCli(['report', 'b.html.partial.json'], { cwd });
    expect(exitCode).toBe(130);
    expect(stdout).toContain('the run was killed before it ended; this is what had been measured by');
  });

  it.each([
    [['-r', 'markdown', '-r', 'json'], 2, 'two reports want stdout'],
    [['--json', '-r', 'markdown'], 2, '--json and --report markdown both want stdout'],
    [['-r', 'junit:b.xml'], 2, 'unknown report "junit"'],
    [['-r', 'htm:b.html'], 2, 'Did you mean html?'],
    [['-r', 'terminal:b.txt'], 2, 'the terminal report goes only to the screen'],
    [['-r', 'html:same', '-r', 'json:same'], 2, 'both want'],
    [['-r', 'html:mcp-test-harness.yaml/b.html'], 4, 'IO_WRITE'],
  ])('refuses %j before anything is measured', async (args, wantedExitCode, says) => {
    const cwd = folderWith(config);
    const { exitCode, stdout, stderr } = await runCli(['benchmark', ...args], { cwd });
    expect(stderr).toContain(says);
    expect([stdout, exitCode]).toEqual(['', wantedExitCode]);
    expect(existsSync(join(cwd, 'b.html'))).toBe(false);
  });
});

describe.concurrent('report of a benchmark result', { timeout: 60_000 }, () => {
  it('ends with the exit code of the run', async () => {
    const failing = suiteOf([echoTest('echo', { expected: { text: 'something else' } })]);
    const cwd = folderWith({ 'mcp-test-harness.yaml': failing });
    const run = await runCli(['benchmark', ...quickly, '-q', '-r', 'json:b.json'], { cwd });
    const { exitCode, stdout } = await runCli(['report', 'b.json', '-r', 'markdown'], { cwd });
    expect([run.exitCode, exitCode]).toEqual([1, 1]);
    expect(stdout).toMatch(/^## ❌ MCP benchmarks: 1 of 1 benchmark failed/);
  });

  it.each([
    [
      'a form that only test runs have',
      ['a.json', '-r', 'junit'],
      '{"kind":"benchmark"}',
      4,
      'is not a benchmark result',
    ],
    ['a broken document', ['a.json'], '{"kind":"benchmark","schemaVersion":7}', 4, 'schemaVersion'],
  ])('refuses %s', async (_, args, content, wantedExitCode, says) => {
    const cwd = folderWith({ 'a.json': content });
    const { exitCode, stdout, stderr } = await runCli(['report', ...args], { cwd });
    expect(stderr).toContain(says);
    expect([stdout, exitCode]).toEqual(['', wantedExitCode]);
  });
});
