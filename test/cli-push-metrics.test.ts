import { resolve } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readSeries } from '../packages/service/src/metrics/testing/metrics.ts';
import { missingPrograms, startPushgateway } from '../packages/service/src/metrics/testing/programs.ts';
import { temporaryFolders } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { runCli } from './support/run-cli.ts';

const newFolder = temporaryFolders();
vi.setConfig({ testTimeout: 120_000 });
const server = resolve(import.meta.dirname, 'fixtures/servers/wait-for.mjs');

/** One test that passes and one that fails. */
function newProject(prometheus: object = {}): string {
  const wait = (id: string, text: string) => ({ id, tool_name: 'wait', expected: { text } });
  return newFolder({
    'mcp-test-harness.yaml': {
      server: { command: process.execPath, args: [server, '1'] },
      monitoring: { prometheus },
      test_suites: [{ name: 'core', test_cases: [wait('sound', 'waited'), wait('broken', 'other')] }],
    },
  });
}

const missing = missingPrograms('pushgateway');
const gateway = missing.isMissing ? undefined : await startPushgateway();
afterAll(async () => await gateway?.stop());

describe.skipIf(missing.isMissing).concurrent(`a run, told to a real Pushgateway${missing.reason}`, () => {
  const url = gateway?.url ?? '';
  const labels = (instance: string, job = 'mcp-test-harness') =>
    `instance="${instance}",job="${job}",server="server"`;
  async function pushed(instance: string): Promise<Readonly<Record<string, number>>> {
    const series = readSeries(await (await fetch(`${url}/metrics`)).text());
    const own = [...series].filter(([key]) => key.includes(`instance="${instance}"`));
    return Object.fromEntries(own.map(([key, value]) => [key.replace(/^mcp_test_last_run_/, ''), value]));
  }

  it('is told in CI, where the configuration names a gateway; the verdict stays what it is', async () => {
    const cwd = newProject({ push_gateway: url, job_name: 'nightly' });
    const env = { CI: 'true', GITHUB_REPOSITORY: 'owner/repo' };
    const { exitCode } = await runCli(['test', '--quiet'], { cwd, env });
    expect(exitCode).toBe(1);
    const ratio = `success_ratio{${labels('owner/repo', 'nightly')},suite="core"}`;
    expect(await pushed('owner/repo')).toMatchObject({
      [`tests{${labels('owner/repo', 'nightly')},status="passed",suite="core"}`]: 1,
      [`tests{${labels('owner/repo', 'nightly')},status="failed",suite="core"}`]: 1,
      [ratio]: 0.5,
    });
    // The next run takes its place as a whole.
    await runCli(['test', '--quiet', '-t', 'sound'], { cwd, env });
    expect(await pushed('owner/repo')).toMatchObject({ [ratio]: 1 });
    const deleted = await runCli(['test', '--push-delete'], { cwd, env });
    expect([deleted.stdout, deleted.exitCode]).toEqual(['', 0]);
    expect(await pushed('owner/repo')).toEqual({});
  });

  it.each([
    { instance: 'outside-ci', args: [], env: {}, groups: 0 },
    { instance: 'told-not-to', args: ['--no-push-metrics'], env: { CI: 'true' }, groups: 0 },
    { instance: 'asked-to', args: ['--push-metrics'], env: {}, groups: 1 },
  ])('$instance: told $groups times', async ({ instance, args, env, groups }) => {
    const cwd = newProject({ push_gateway: url });
    await runCli(['test', '--quiet', ...args], { cwd, env: { GITHUB_REPOSITORY: instance, ...env } });
    const series = Object.keys(await pushed(instance));
    expect(series.filter((key) => key.startsWith('duration_seconds'))).toHaveLength(groups);
  });

  it('is told of benchmarks too, by a flag alone', async () => {
    const args = ['--quick', '--quiet', '-t', 'sound', '--push-gateway', url, '--push-instance', 'bench'];
    const { exitCode } = await runCli(['benchmark', ...args], { cwd: newProject() });
    expect(exitCode).toBe(0);
    const series = await pushed('bench');
    expect(series[`tests{${labels('bench')},status="passed",suite="core"}`]).toBe(1);
    expect(series[`response_time_p95_seconds{${labels('bench')},suite="core"}`]).toBeGreaterThan(0);
  });
});

describe.concurrent('a Pushgateway that is not there', () => {
  it('changes no verdict, but is told', async () => {
    const gone = `http://user:pass-of-tests@127.0.0.1:${await freePort()}`;
    const args = ['test', '--quiet', '-t', 'sound', '--push-gateway', gone];
    const { stderr, exitCode } = await runCli(args, { cwd: newProject() });
    expect(stderr).toMatch(
      /warning {2}the run is not told to the Pushgateway: Pushgateway at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED/,
    );
    expect(stderr).not.toContain('pass-of-tests');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['--push-metrics', /--push-metrics needs a Pushgateway/],
    ['--push-delete', /--push-delete needs a Pushgateway/],
    ['--push-instance=a', /means nothing when nothing is pushed/],
  ])('is asked for in vain by %s', async (option, message) => {
    const { stderr, exitCode } = await runCli(['test', option], { cwd: newProject() });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});
