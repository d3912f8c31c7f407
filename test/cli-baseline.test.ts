import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const server = resolve(import.meta.dirname, 'fixtures/servers/wait-for.mjs');
const newFolder = temporaryFolders();
vi.setConfig({ testTimeout: 180_000 });
/** Short, and with samples that a busy machine scatters little: a wait of 80 ms is a wait of 80 ms. */
const briefly = ['--iterations', '10', '--processes', '2', '--no-calibrate'];

interface Project {
  /** Arguments of the server: how long it waits, and whether its contract is another. */
  readonly args?: readonly string[];
  readonly performance?: object;
  readonly expected?: string;
}

function config({ args = ['80'], performance, expected = 'waited' }: Project = {}): object {
  return {
    server: { command: process.execPath, args: ['server.mjs', ...args] },
    performance: { baseline_storage_path: 'baselines', ...performance },
    test_suites: [
      { name: 'core', test_cases: [{ id: 'wait', tool_name: 'wait', expected: { text: expected } }] },
    ],
  };
}

function newProject(project?: Project): string {
  const folder = newFolder({ 'mcp-test-harness.yaml': config(project) });
  copyFileSync(server, join(folder, 'server.mjs'));
  return folder;
}

const change = (folder: string, project: Project): void =>
  writeFileSync(join(folder, 'mcp-test-harness.yaml'), JSON.stringify(config(project)));
const filesIn = (folder: string) => new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
const run = (folder: string, ...args: readonly string[]) => runCli(args, { cwd: folder });
const documentIn = (folder: string): { readonly response_times: readonly number[]; readonly unit: string } =>
  JSON.parse(readFileSync(join(folder, 'baseline.json'), 'utf8')) as never;

/** A machine that is busy with other tests may scatter the samples too much for a baseline: then once more. */
async function runUntilSound(folder: string, ...args: readonly string[]) {
  for (let left = 6; ; left -= 1) {
    const outcome = await run(folder, 'benchmark', ...briefly, ...args);
    if (left === 0 || !/High variance|Too many outliers/.test(outcome.stdout)) return outcome;
  }
}

async function establish(folder: string): Promise<void> {
  const { exitCode, stdout, stderr } = await runUntilSound(folder, '--establish-baseline');
  expect(`${exitCode} ${stdout}${stderr}`).toMatch(
    /^0 [^]*established: this run is what later ones are compared with/,
  );
}

describe('benchmark with a baseline', () => {
  it('establishes one for each suite, in the directory of the configuration', async () => {
    const folder = newProject();
    await establish(folder);
    const { response_times: times, unit } = documentIn(join(folder, 'baselines/core'));
    expect(unit).toBe('ms');
    expect(times).toHaveLength(10);
    for (const time of times) expect(time).toBeGreaterThan(0);
  });

  it('writes to --output-dir as the operational guide has it, which alone establishes, and then compares', async () => {
    const folder = newProject();
    const first = await runUntilSound(folder, '--output-dir', 'out');
    expect(first.exitCode).toBe(0);
    const text = readFileSync(join(folder, 'out/baseline.json'), 'utf8');
    expect(documentIn(join(folder, 'out')).response_times).toHaveLength(10);
    const second = await run(folder, 'benchmark', ...briefly, '--output-dir', 'out');
    expect(second.stdout).toContain('1 run in its history');
    expect(readFileSync(join(folder, 'out/baseline.json'), 'utf8')).toBe(text);
    const { exitCode, stdout } = await run(folder, 'baseline', 'validate', '--dir', 'out');
    expect(`${exitCode} ${stdout}`).toMatch(/^0 ✅ out: Valid baseline: 10 samples, CV = [\d.]+%\n$/);
  });

  it.each([
    ['too few calls', { iterations: '9' }, {}, /insufficient samples: 9, and 10 are needed/],
    ['calls that fail', { iterations: '10' }, { expected: 'something else' }, /failed/],
  ])('establishes none from %s, and ends with 1', async (_name, { iterations }, project, reason) => {
    const folder = newProject(project);
    const { exitCode, stdout } = await run(
      folder,
      'benchmark',
      '--establish-baseline',
      '--no-calibrate',
      '--processes',
      '2',
      '--iterations',
      iterations,
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(reason);
    expect(stdout).toContain('refused: this run is no baseline');
    expect(existsSync(join(folder, 'baselines/core/baseline.json'))).toBe(false);
  });

  it('compares, names a breaking change of the contract and fails by it unless fail_on says otherwise', async () => {
    const folder = newProject();
    await establish(folder);
    const files = readdirSync(join(folder, 'baselines/core'));
    change(folder, { args: ['80', 'required'] });
    const broken = await run(folder, 'benchmark', ...briefly, '--compare-baseline', '--json');
    expect(broken.exitCode).toBe(1);
    const result = JSON.parse(broken.stdout) as BenchmarkResult;
    expect(result).toMatchObject({ verdict: 'regressed', exitCode: 1 });
    expect(result.baselines?.[0]?.failures.join()).toMatch(/breaking change of \/tools\/wait/);
    expect(JSON.stringify(result)).not.toContain('samplesMs');
    expect(readdirSync(join(folder, 'baselines/core'))).toEqual(files);
    change(folder, { args: ['80', 'required'], performance: { fail_on: ['never'] } });
    const tolerated = await run(folder, 'benchmark', ...briefly, '--compare-baseline');
    expect(tolerated.exitCode).toBe(0);
    expect(tolerated.stdout).toMatch(/breaking change of server \/tools\/wait/);
    const section = tolerated.stdout.slice(tolerated.stdout.indexOf('Baseline  core'));
    for (const line of section.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('looks quickly: prints a comparison, writes nothing, and decides nothing', async () => {
    const folder = newProject();
    await establish(folder);
    const files = filesIn(folder);
    change(folder, { args: ['400', 'required'] });
    const { exitCode, stdout } = await run(folder, 'benchmark', '--quick');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Baseline  core\n  approved run of');
    expect(filesIn(folder)).toEqual(files);
  });

  it.each([
    [
      'without a baseline to compare with',
      ['--compare-baseline'],
      {},
      4,
      /no baseline of "core" to compare with/,
    ],
    [
      'where nothing can be written',
      ['--establish-baseline'],
      { baseline_storage_path: 'server.mjs' },
      4,
      /IO_WRITE {2}cannot write .*server\.mjs/,
    ],
    ['with two wishes at once', ['--establish-baseline', '--update-baseline'], {}, 2, /exclude each other/],
    [
      'that is to be quick and to be kept',
      ['--quick', '--establish-baseline'],
      {},
      2,
      /--quick writes nothing/,
    ],
    ['beside a base', ['--compare', 'node x', '--compare-baseline'], {}, 2, /has its base at hand/],
  ])('ends before it measures %s', async (_name, args, performance, code, message) => {
    const { exitCode, stderr, stdout } = await run(newProject({ performance }), 'benchmark', ...args);
    expect(exitCode).toBe(code);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });
});

describe('baseline', () => {
  it('lives: recorded, proposed, forced with a reason, rolled back, broken and rebuilt', async () => {
    const folder = newProject({ performance: { fail_on: ['never'] } });
    await establish(folder);
    const document = join(folder, 'baselines/core/baseline.json');
    const approvedIn = (): string =>
      (JSON.parse(readFileSync(document, 'utf8')) as { approved: { run: { id: string } } }).approved.run.id;
    const first = approvedIn();

    change(folder, { args: ['320'], performance: { fail_on: ['never'] } });
    const recorded = await run(folder, 'benchmark', ...briefly, '--update-baseline');
    expect(recorded.exitCode).toBe(0);
    expect(recorded.stdout).toContain('added to the history; the approved run stays');
    expect(approvedIn()).toBe(first);

    const refused = await run(folder, 'baseline', 'update', '--auto-approve');
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(/core\/wait: latency is \d+ % more than approved \(limit 25 %\)/);
    expect((await run(folder, 'baseline', 'update')).exitCode).toBe(1);
    const unexplained = await run(folder, 'baseline', 'update', '--force');
    expect(`${unexplained.exitCode} ${unexplained.stderr}`).toMatch(/^2 USAGE {2}--force needs --reason/);
    expect(approvedIn()).toBe(first);

    const forced = await run(folder, 'baseline', 'update', '--force', '--reason', 'it waits longer now');
    expect(forced.exitCode).toBe(0);
    expect(approvedIn()).not.toBe(first);
    const journal = readFileSync(join(folder, 'baselines/core/history.jsonl'), 'utf8');
    const entry = JSON.parse(journal.trim().split('\n').at(-1) ?? '') as object;
    expect(entry).toMatchObject({
      event: 'approved',
      forced: true,
      reason: 'it waits longer now',
      by: expect.any(String) as string,
    });

    expect((await run(folder, 'baseline', 'rollback', '--reason', 'was a mistake')).exitCode).toBe(0);
    expect(approvedIn()).toBe(first);
    const shown = await run(folder, 'baseline', 'show');
    expect(shown.stdout).toMatch(
      /approved by force .*: it waits longer now[^]*rolled-back .*: was a mistake/,
    );

    const before = readFileSync(document, 'utf8');
    writeFileSync(document, before.slice(0, 200));
    const corrupt = await run(folder, 'benchmark', '--compare-baseline');
    expect(corrupt.exitCode).toBe(4);
    expect(corrupt.stderr).toMatch(
      /baselines\/core\/baseline\.json:\d+:\d+ {2}IO_READ[^]*baseline rebuild --suite/,
    );
    expect((await run(folder, 'baseline', 'validate')).exitCode).toBe(1);
    const rebuilt = await run(folder, 'baseline', 'rebuild', '--all');
    expect(`${rebuilt.exitCode} ${rebuilt.stdout}`).toBe('0 core: rebuilt from history.jsonl, 2 runs\n');
    expect(readFileSync(document, 'utf8')).toBe(before);

    const listed = await run(folder, 'baseline', 'list');
    expect(listed.stdout).toMatch(/suite +approved run +commit[^]*core +\d{4}-\d\d-\d\d/);
    for (const { stdout } of [listed, shown])
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const found = JSON.parse(
      (await run(folder, 'baseline', 'diff', '--json')).stdout,
    ) as readonly BaselineComparison[];
    expect(found[0]).toMatchObject({ suite: 'core', added: [], missing: [] });
  });

  it('is rebuilt by measuring again, whatever is left of it', async () => {
    const folder = newProject();
    await establish(folder);
    const document = join(folder, 'baselines/core/baseline.json');
    writeFileSync(document, '{');
    writeFileSync(join(folder, 'baselines/core/history.jsonl'), 'nothing');
    expect((await run(folder, 'baseline', 'rebuild', '--all')).exitCode).toBe(4);
    const rerun = () => run(folder, 'baseline', 'rebuild', '--all', '--rerun');
    let last = await rerun();
    expect(last.stderr).toContain('core: nothing of it can be read; the document is now ');
    expect(readFileSync(`${document}.corrupt`, 'utf8')).toBe('{');
    // As above: a busy machine may scatter the samples too much.
    for (let left = 5; left > 0 && /High variance|Too many outliers/.test(last.stdout); left -= 1)
      last = await rerun();
    expect(`${last.exitCode} ${last.stdout}`).toMatch(/^0 [^]*established: this run is what later ones/);
    expect((await run(folder, 'baseline', 'validate')).exitCode).toBe(0);
  });

  it.each([
    [['rebuild', '--all', '--rerun', '--dir', 'x'], 2, /--dir names another place/],
    [['list', '--rerun'], 2, /--rerun means nothing for baseline list/],
    [['validate'], 1, /holds no baselines/],
    [['update'], 4, /holds no baselines/],
    [['rebuild'], 2, /needs --all or --suite/],
    [['list', '--force'], 2, /--force means nothing for baseline list/],
    [['shwo'], 2, /Did you mean show\?/],
    [['show', '--suite', 'cor'], 2, /has no baseline of suite "cor"/],
  ])('%j of nothing ends with %i', async (args, code, message) => {
    const { exitCode, stderr } = await run(newProject(), 'baseline', ...args);
    expect(exitCode).toBe(code);
    expect(stderr).toMatch(message);
  });

  it('validates what other tools wrote, as the operational guide does', async () => {
    const steady = Array.from({ length: 20 }, (_, index) => 50 + (index % 5));
    const folder = newFolder({
      'performance/good/baseline.json': { response_times: steady },
      'performance/scattered/baseline.json': { response_times: [...steady, 900] },
      'regression/few/baseline.json': { response_times: [1, 2] },
      'regression/hostile/baseline.json': '{"__proto__": {"response_times": [1]}}',
    });
    const { exitCode, stdout } = await run(folder, 'baseline', 'validate', '--dir', '.');
    expect(exitCode).toBe(1);
    expect(stdout.split('\n').map((line) => line.replace(/: .*\//, ': '))).toEqual([
      '✅ good: Valid baseline: 20 samples, CV = 2.8%',
      expect.stringMatching(/^❌ scattered: High variance: CV = \d+\.\d%$/),
      '❌ few: Insufficient data points',
      expect.stringMatching(/^❌ hostile: .*__proto__/),
      '',
    ]);
  });
});

it('the thresholds of an environment take the place of those of the file', async () => {
  const folder = newFolder({
    'mcp-test-harness.yaml': {
      ...config({ performance: { thresholds: { critical_threshold_percent: 100 } } }),
      environments: { production: { performance_thresholds: { critical_threshold_percent: 75 } } },
    },
  });
  const { stdout } = await run(folder, 'config', 'export', '-e', 'production');
  expect(stdout).toMatch(/error_threshold_percent: 50\n +critical_threshold_percent: 75/);
});
