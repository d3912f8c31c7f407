import type { RunResult } from '@mcp-test-harness/core';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const server = resolve(import.meta.dirname, 'fixtures/servers/wait-for.mjs');
const newFolder = temporaryFolders();
const briefly = ['--iterations', '20', '--processes', '2', '--no-calibrate'];
vi.setConfig({ testTimeout: 120_000 });

interface Project {
  /** Text that the second test expects; the server says `waited`. */
  readonly expected?: string;
  /** Arguments of the server besides the wait: `required` makes its contract another. */
  readonly args?: readonly string[];
  readonly failOn?: readonly string[];
}

function config({ expected = 'waited', args = [], failOn }: Project): object {
  const wait = (id: string, text: string) => ({ id, tool_name: 'wait', expected: { text } });
  return {
    server: { command: process.execPath, args: ['server.mjs', '1', ...args] },
    performance: { baseline_storage_path: 'baselines', ...(failOn === undefined ? {} : { fail_on: failOn }) },
    test_suites: [{ name: 'core', test_cases: [wait('first', 'waited'), wait('second', expected)] }],
  };
}

const change = (folder: string, project: Project): void =>
  writeFileSync(join(folder, 'mcp-test-harness.yaml'), JSON.stringify(config(project)));

function newProject(project: Project = {}): string {
  const folder = newFolder({ 'mcp-test-harness.yaml': config(project) });
  copyFileSync(server, join(folder, 'server.mjs'));
  return folder;
}

const run = (folder: string, ...args: readonly string[]) => runCli(['test', ...args], { cwd: folder });
const historyIn = (folder: string): number =>
  (JSON.parse(readFileSync(join(folder, 'baseline.json'), 'utf8')) as { history: readonly unknown[] }).history
    .length;

describe('test with a baseline', () => {
  it('tells what fails newly and what is fixed, to people and to programs', async () => {
    const folder = newProject();
    const first = await run(folder, '--update-baseline');
    expect(`${first.exitCode} ${first.stdout}`).toMatch(
      /^0 [^]*Baseline {2}core[^]*established: this run is what later ones are compared with[^]*PASSED/,
    );

    change(folder, { expected: 'something else' });
    const broken = await run(
      folder,
      '--compare-baseline',
      '--report',
      'json:out.json',
      '--report',
      'markdown:out.md',
    );
    expect(broken.exitCode).toBe(1);
    expect(broken.stdout).toMatch(/newly failing: core\/second\n/);
    for (const line of broken.stdout.slice(broken.stdout.indexOf('Baseline  core')).split('\n'))
      expect(line.length).toBeLessThanOrEqual(80);
    const result = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as RunResult;
    expect(result.baselines?.[0]).toMatchObject({
      suite: 'core',
      outcomes: { newlyFailing: ['core/second'], fixed: [] },
      failures: ['core/second fails, and passed before'],
    });
    expect(readFileSync(join(folder, 'out.md'), 'utf8')).toMatch(
      /### Baseline of <code>core<\/code>\n\n\*\*1 test newly failing\*\*[^]*newly failing: <code>core\/second<\/code>/,
    );
    expect(historyIn(join(folder, 'baselines/core'))).toBe(1);

    await run(folder, '--update-baseline');
    change(folder, {});
    const fixed = await run(folder, '--update-baseline');
    expect(`${fixed.exitCode} ${fixed.stdout}`).toMatch(/^0 [^]*fixed: core\/second[^]*added to the history/);
    expect(historyIn(join(folder, 'baselines/core'))).toBe(3);
  });

  it('holds the contract against it where that is asked for, and a break fails a run whose tests pass', async () => {
    const folder = newProject();
    expect((await run(folder, '--establish-baseline', '--contract')).exitCode).toBe(0);
    change(folder, { args: ['required'] });
    const unasked = await run(folder, '--compare-baseline');
    expect(`${unasked.exitCode} ${unasked.stdout}`).toMatch(/^0 /);
    const asked = await run(folder, '--compare-baseline', '--contract');
    expect(asked.exitCode).toBe(1);
    expect(asked.stdout).toMatch(/breaking change of server \/tools\/wait/);
    expect(asked.stdout).toMatch(
      /FAILED {2}The tests passed, but since the baseline there is 1 change that fail_on\s+does not allow/,
    );
    change(folder, { args: ['required'], failOn: ['tests'] });
    expect((await run(folder, '--compare-baseline', '--contract')).exitCode).toBe(0);
  });

  it('keeps baselines where --baseline-dir says, which `baseline` reads and benchmarks go on with', async () => {
    const folder = newProject();
    await run(folder, '--establish-baseline', '--baseline-dir', 'kept');
    expect(existsSync(join(folder, 'baselines'))).toBe(false);
    const baseline = (...args: readonly string[]) => runCli(['baseline', ...args], { cwd: folder });
    expect((await baseline('validate', '--dir', 'kept')).stdout).toBe(
      '✅ kept: Valid baseline: no benchmarks, outcomes of tests only\n',
    );
    expect((await baseline('show', '--dir', 'kept')).stdout).toMatch(
      /tests +2 passed\n[^]*no benchmark was measured/,
    );
    const measured = await runCli(['benchmark', ...briefly, '--compare-baseline', '--baseline-dir', 'kept'], {
      cwd: folder,
    });
    expect(`${measured.exitCode} ${measured.stdout}`).toMatch(
      /^0 [^]*not in the baseline: core\/first, core\/second[^]*note: no benchmark to compare with yet/,
    );
  });

  it('writes nothing of a run that no server was there for', async () => {
    const folder = newProject();
    writeFileSync(join(folder, 'server.mjs'), 'process.exit(1)');
    const { exitCode } = await run(folder, '--establish-baseline');
    expect(exitCode).toBe(3);
    expect(readdirSync(folder)).not.toContain('baseline.json');
    expect(existsSync(join(folder, 'baselines/core/baseline.json'))).toBe(false);
  });

  it.each([
    [['--compare-baseline'], 4, /no baseline of "core" to compare with[^]*--baseline-dir/],
    [['--compare-baseline', '--update-baseline'], 2, /exclude each other/],
    [['--update-baseline', '--shard', '1/2'], 2, /a shard is a part of a suite/],
    [['--baseline-dir', 'x'], 2, /means nothing by itself/],
    [['--contract'], 2, /--contract means nothing without a baseline/],
  ])('%j ends before anything runs', async (args, code, message) => {
    const { exitCode, stderr, stdout } = await run(newProject(), ...args);
    expect(exitCode).toBe(code);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });
});
