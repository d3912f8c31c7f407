import type { RunResult } from '@mcp-test-harness/core';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { readReport, runCli } from './support/run-cli.ts';
import { echoTest, suiteOf } from './support/suites.ts';

const folderWith = temporaryFolders();

/** Twelve tests, one of which fails. */
const config = suiteOf(
  Array.from({ length: 12 }, (_, n) =>
    echoTest(`test-${n}`, n === 5 ? { expected: { text: 'something else' } } : {}),
  ),
);

/** A folder with the JSON results of a run, or of each of its shards. */
async function folderWithResults(shards: number): Promise<{ cwd: string; files: readonly string[] }> {
  const cwd = folderWith({ 'mcp-test-harness.yaml': config });
  const files = Array.from({ length: shards }, (_, n) => `shard-${n + 1}.json`);
  await Promise.all(
    files.map((file, n) =>
      runCli(['test', '-q', '--shard', `${n + 1}/${shards}`, '--report', `json:${file}`], { cwd }),
    ),
  );
  return { cwd, files };
}

/** The outcome of each test. */
function outcomesOf(result: RunResult | undefined): Readonly<Record<string, string>> {
  const tests = result?.suites.flatMap((suite) => suite.tests) ?? [];
  return Object.fromEntries(tests.map(({ id, outcome }) => [id, outcome]));
}

describe.concurrent('report', () => {
  it('renders an earlier result again, just as the run did, and ends with its exit code', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': config });
    const run = await runCli(['test', '--report', 'json:run.json', '--report', 'junit:run.xml'], { cwd });
    const again = await runCli(['report', 'run.json'], { cwd });
    // Above it the run lists tests in the order they ended.
    const fromFailures = (text: string): string => text.slice(text.indexOf('The test that did not pass'));
    const files = `report  ${cwd}/run.json\nreport  ${cwd}/run.xml\n`;
    expect(fromFailures(again.stdout) + files).toBe(fromFailures(run.stdout));
    expect([again.exitCode, again.stderr]).toEqual([1, '']);
    const { stdout, exitCode } = await runCli(['report', 'run.json', '--report', 'junit'], { cwd });
    expect(stdout).toBe(readFileSync(join(cwd, 'run.xml'), 'utf8'));
    expect(exitCode).toBe(1);
  });

  it('writes several forms at once and names them', async () => {
    const { cwd, files } = await folderWithResults(1);
    const forms = ['html:report.html', 'markdown:report.md'].flatMap((form) => ['--report', form]);
    const { stdout, stderr } = await runCli(['report', ...files, ...forms], { cwd });
    expect([stdout, stderr]).toEqual(['', `report  ${cwd}/report.html\nreport  ${cwd}/report.md\n`]);
    for (const file of ['report.html', 'report.md']) expect(existsSync(join(cwd, file))).toBe(true);
  });

  it('merges shards into what the whole run gives', async () => {
    const { cwd, files } = await folderWithResults(3);
    await runCli(['test', '-q', '--report', 'json:whole.json'], { cwd });
    const { exitCode } = await runCli(['report', ...files, '--report', 'json:merged.json'], { cwd });
    const [whole, merged] = ['whole.json', 'merged.json'].map((file) => readReport(join(cwd, file)));
    expect(merged?.totals).toEqual(whole?.totals);
    expect(outcomesOf(merged)).toEqual(outcomesOf(whole));
    expect(merged).toMatchObject({ complete: true, verdict: 'failed', exitCode: 1 });
    expect(exitCode).toBe(1);
  });

  it.each([
    [['shard-1.json'], ['shard 2 of 3 is missing', 'shard 3 of 3 is missing']],
    [['shard-3.json', 'shard-1.json'], ['shard 2 of 3 is missing']],
  ])('says which shards are missing of %j, and does not call that green', async (given, missing) => {
    const { cwd } = await folderWithResults(3);
    const { exitCode, stdout } = await runCli(['report', ...given], { cwd });
    for (const text of missing) expect(stdout).toContain(text);
    expect(stdout).toContain('Incomplete: ');
    expect(exitCode).toBe(1);
  });

  it('reads the journal of a run that was killed, and leaves it as it is', async () => {
    const { cwd, files } = await folderWithResults(1);
    const result = readReport(join(cwd, files[0] ?? ''));
    const tests = result?.suites[0]?.tests.slice(0, 3) ?? [];
    const journal = [
      {
        type: 'run-start',
        startedAt: result?.startedAt,
        configFile: 'mcp-test-harness.yaml',
        suites: 1,
        tests: 12,
        harnessVersion: '0.1.0',
      },
      ...tests.map((test) => ({ type: 'test-end', result: test })),
    ].map((line) => JSON.stringify(line));
    // The kill has cut the last line.
    const text = [...journal, '{"type":"test-end","result":{"id'].join('\n');
    writeFileSync(join(cwd, 'results.json.partial.jsonl'), text);
    const args = [
      'report',
      'results.json.partial.jsonl',
      '--report',
      'json:results.json',
      '--report',
      'markdown',
    ];
    const { exitCode, stdout } = await runCli(args, { cwd });
    expect(readReport(join(cwd, 'results.json'))).toMatchObject({
      complete: false,
      incompleteReason: expect.stringContaining('killed') as unknown,
      plannedTests: 12,
      totals: { tests: 3 },
    });
    expect(stdout).toContain('killed');
    expect(exitCode).toBe(130);
    expect(readFileSync(join(cwd, 'results.json.partial.jsonl'), 'utf8')).toBe(text);
  });

  it.each([
    [
      'a file that is not there',
      'none.json',
      undefined,
      4,
      ['cannot read', 'none.json', 'test --report json:FILE'],
    ],
    ['no JSON', 'a.json', '<testsuites/>', 4, ['a.json is not JSON', 'FILE.partial.jsonl']],
    ['JSON that is no result', 'a.json', '{"tests":[]}', 4, ['a.json is not a result of mcp-test-harness']],
    [
      'a result of another version',
      'a.json',
      '{"schemaVersion":2}',
      4,
      ['schemaVersion', 'of schemaVersion 1'],
    ],
    ['no journal', 'a.partial.jsonl', '{"type":"test-end"}\n', 4, ['does not begin with a run-start line']],
  ])('refuses %s', async (_what, file, content, wantedExitCode, says) => {
    const cwd = folderWith(content === undefined ? {} : { [file]: content });
    const { exitCode, stdout, stderr } = await runCli(['report', file], { cwd });
    for (const text of says) expect(stderr).toContain(text);
    expect([stdout, exitCode]).toEqual(['', wantedExitCode]);
  });

  it('refuses the same shard twice', async () => {
    const { cwd, files } = await folderWithResults(2);
    const [first = ''] = files;
    const { exitCode, stderr } = await runCli(['report', first, first], { cwd });
    expect(stderr).toMatch(/^USAGE {2}test ".*" is in result 1 and in result 2/);
    expect(exitCode).toBe(2);
  });
});
