import { openStore } from '@mcp-test-harness/service/store';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';
import { echoTest, suiteOf } from './support/suites.ts';

const folderWith = temporaryFolders();

/** The configuration of a service that keeps what it remembers beside it. */
const config = {
  ...suiteOf([echoTest('echo')]),
  service: { data_dir: 'data' },
  reporting: { output_dir: 'reports' },
};

/** A service that carried out one run, on this day. */
async function folderOfService(day: string): Promise<string> {
  const cwd = folderWith({ 'mcp-test-harness.yaml': config });
  mkdirSync(join(cwd, 'data'));
  const clock = (): number => Date.parse(`${day}T12:00:00Z`);
  const store = await openStore({ file: join(cwd, 'data/store.db'), clock });
  await store.runs.enqueue({ key: 'one', kind: 'test', request: { kind: 'test', suites: [] } });
  const claim = (await store.runs.claim({ owner: 'test', leaseMs: 1000 })) ?? expect.unreachable();
  const counts = { passed: 3, failed: 1, errored: 0, skipped: 0, flaky: 0, retries: 0, violations: {} };
  await store.runs.finish(claim, {
    verdict: 'failed',
    summary: {
      version: 1,
      kind: 'test',
      verdict: 'failed',
      startedAt: clock(),
      durationMs: 10,
      suites: [{ suite: 'suite', server: 'server', ...counts }],
      failures: [{ test: 'suite/echo', outcome: 'failed', message: 'not so' }],
      regressions: [],
      notes: [],
      reports: [],
    },
  });
  await store.close();
  return cwd;
}

describe.concurrent('report daily and weekly', { timeout: 60_000 }, () => {
  it('tell what the service did, from its store', async () => {
    const cwd = await folderOfService('2026-11-18');
    const day = await runCli(['report', 'daily', '--date', '2026-11-18'], { cwd });
    expect([day.exitCode, day.stderr]).toEqual([0, '']);
    expect(day.stdout).toMatch(/^Daily summary of 2026-11-18: 0 of 1 run passed, 75\.0 % of the tests\n/);
    expect(day.stdout).toContain('suite/echo  failed   not so');

    const args = [
      'weekly',
      '--date',
      '2026-11-20',
      '-r',
      'html:week.html',
      '-r',
      'json:week.json',
      '-r',
      'markdown',
    ];
    const week = await runCli(['report', ...args], { cwd });
    expect(week.stderr).toBe(`report  ${cwd}/week.html\nreport  ${cwd}/week.json\n`);
    expect(week.stdout).toMatch(/^# Weekly summary of 2026-W47\n/);
    expect(JSON.parse(readFileSync(join(cwd, 'week.json'), 'utf8'))).toMatchObject({
      key: '2026-W47',
      runs: { total: 1, failed: 1 },
    });
    expect(readFileSync(join(cwd, 'week.html'), 'utf8')).toContain('<h1>Weekly summary of 2026-W47</h1>');
  });

  it('are of the last day and week that are over, without a date', async () => {
    const cwd = await folderOfService('2026-11-18');
    const { stdout, exitCode } = await runCli(['report', 'daily'], { cwd });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect([stdout.split('\n')[0], exitCode]).toEqual([`Daily summary of ${yesterday}: Nothing ran`, 0]);
  });

  it.each([
    ['where no service has run', [], 4, /there is no store at/],
    ['for a date that is none', ['--date', 'yesterday'], 2, /--date must be a day/],
    ['for a form that there is not', ['--report', 'junit'], 2, /unknown report "junit"/],
  ])('say what is wrong %s', async (_what, args, code, message) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': config });
    const { stderr, exitCode } = await runCli(['report', 'daily', ...args], { cwd });
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  it('are no files: a date goes with them only', async () => {
    const cwd = folderWith({ 'results.json': '{}' });
    const { stderr, exitCode } = await runCli(['report', 'results.json', '--date', '2026-11-18'], { cwd });
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('--date means nothing with result files'),
    ]);
  });
});
