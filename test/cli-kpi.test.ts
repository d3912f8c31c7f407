import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  missingPrograms,
  promtool,
  startPrometheus,
  type RunningProgram,
} from '../packages/service/src/metrics/testing/programs.ts';
import { temporaryFolders } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { runCli } from './support/run-cli.ts';

const newFolder = temporaryFolders();
vi.setConfig({ testTimeout: 120_000 });
const server = { command: 'node' };
const stepSeconds = 300;
const steps = (2 * 86_400) / stepSeconds;

/** A family of OpenMetrics over the last two days. @param valueAt by the number of the step */
function family(
  name: string,
  type: 'gauge' | 'counter',
  series: Readonly<Record<string, (step: number) => number>>,
): string {
  const begin = Math.floor(Date.now() / 1000) - steps * stepSeconds;
  const lines = Object.entries(series).flatMap(([labels, valueAt]) =>
    Array.from(
      { length: steps },
      (_, step) =>
        `${name}${type === 'counter' ? '_total' : ''}{job="mcp-test-harness",instance="a:9090"${labels}} ${valueAt(step)} ${begin + (step + 1) * stepSeconds}`,
    ),
  );
  return [`# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

/** A Prometheus that has known the service for two days: 1 % of the time down, half a per cent of tests errored. */
async function startWithHistory(): Promise<RunningProgram> {
  const folder = newFolder();
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const history = [
    family('up', 'gauge', { '': (step) => (step % 100 === 0 ? 0 : 1) }),
    family('mcp_test', 'counter', {
      ',status="passed"': (step) => 995 * step,
      ',status="failed"': () => 0,
      ',status="errored"': (step) => 5 * step,
      ',status="skipped"': (step) => 5000 * step,
    }),
    family('mcp_test_response_time_seconds_bucket', 'gauge', {
      ',le="2.5"': (step) => 90 * step,
      ',le="5.0"': (step) => 100 * step,
      ',le="+Inf"': (step) => 100 * step,
    }),
    family('process_cpu_seconds', 'counter', { '': (step) => 0.5 * stepSeconds * step }),
    family('mcp_test_harness_cpu_limit_cores', 'gauge', { '': () => 2 }),
    '# EOF\n',
  ].join('');
  const { exitCode, output } = await promtool(
    ['tsdb', 'create-blocks-from', 'openmetrics', 'history.om', dataDir],
    { files: { 'history.om': history } },
  );
  if (exitCode !== 0) throw new Error(output);
  return await startPrometheus({ config: {}, dataDir });
}

const missing = missingPrograms('prometheus', 'promtool');
const prometheus = missing.isMissing ? undefined : await startWithHistory();
afterAll(async () => await prometheus?.stop());

describe.skipIf(missing.isMissing)(`kpi, with two days in a real Prometheus${missing.reason}`, () => {
  const endpoint = prometheus?.url ?? '';

  it('holds each objective against what was measured, and ends with 1 for one that is missed', async () => {
    const args = ['kpi', '--window', '2d', '--endpoint', endpoint, '--job', 'mcp-test-harness'];
    const { stdout, stderr, exitCode } = await runCli(args);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(`mcp-test-harness over the last 2d, by ${endpoint}`);
    expect(lines[1]).toMatch(
      /^The oldest sample is (48|47\.\d) hours old\.|^The oldest sample is 2 days old\.$/,
    );
    const rows = lines.slice(4).map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ['Availability', 'at least 99.9 %', expect.stringMatching(/^98\.9\d+ %$|^99(\.0\d*)? %$/), 'MISSED'],
      ['Success rate', 'at least 99 %', '99.5 %', 'met'],
      ['Response time, 95th percentile', 'below 5 s', '3.75 s', 'met'],
      ['Error rate', 'below 1 %', '0.5 %', 'met'],
      ['CPU, on average', 'below 80 %', expect.stringMatching(/^2[45](\.\d+)? %$/), 'met'],
      ['Memory, at most', 'below 80 %', '-', 'not measured'],
    ]);
    expect(exitCode).toBe(1);
  });

  it('says the same as JSON, by a configuration', async () => {
    const cwd = newFolder({
      'mcp-test-harness.yaml': { server, monitoring: { prometheus: { endpoint } } },
    });
    const { stdout, exitCode } = await runCli(['kpi', '--window', '2d', '--json'], { cwd });
    const report = JSON.parse(stdout) as { readonly kpis: readonly { id: string; actual?: number }[] };
    expect(report).toMatchObject({ window: '2d' });
    expect(report.kpis.find(({ id }) => id === 'success-rate')?.actual).toBeCloseTo(0.995, 6);
    expect(report.kpis.find(({ id }) => id === 'memory')).toEqual({
      id: 'memory',
      name: 'Memory, at most',
      unit: 'ratio',
      objective: { is: 'below', value: 0.8 },
      state: 'not-measured',
    });
    expect(exitCode).toBe(1);
  });

  it('is not content with nothing: a job that nobody scrapes ends with 1', async () => {
    const { stdout, exitCode } = await runCli(['kpi', '--endpoint', endpoint, '--job', 'a "job"\\']);
    expect(stdout).toContain('There is no sample of it in this time.');
    expect(stdout.match(/not measured$/gm)).toHaveLength(6);
    expect(exitCode).toBe(1);
  });
});

describe('kpi without a Prometheus', () => {
  it('ends with 3 when nothing listens, and shows no password', async () => {
    const url = `http://user:pass-of-tests@127.0.0.1:${await freePort()}`;
    const { stderr, exitCode } = await runCli(['kpi', '--endpoint', url, '--job', 'x']);
    expect(stderr).toMatch(/TARGET_UNREACHABLE {2}Prometheus at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED/);
    expect(stderr).not.toContain('pass-of-tests');
    expect(exitCode).toBe(3);
  });

  it.each([
    ['a page for browsers', '<html>', 'it is no Prometheus'],
    ['a failure', '{"status":"error","error":"too\\u001b[31m long"}', 'too long'],
  ])('ends with 3 when the answer is %s', async (_what, body, message) => {
    const stranger = createServer((_request, response) => response.end(body));
    await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const { stderr, exitCode } = await runCli(['kpi', '--endpoint', url, '--job', 'x']);
    stranger.close();
    expect(stderr).toContain(`does not answer the query: ${message}\n`);
    expect(exitCode).toBe(3);
  });

  it.each([
    ['a window that is none', ['--window', '1 month'], /--window 1 month is no duration/],
    ['no endpoint', [], /kpi needs a Prometheus to ask/],
    ['an endpoint that is no URL', ['--endpoint', 'prometheus:9090'], /no URL that begins with http/],
  ])('ends with 2 for %s', async (_what, args, message) => {
    const cwd = newFolder({ 'mcp-test-harness.yaml': { server } });
    const { stderr, exitCode } = await runCli(['kpi', ...args], { cwd });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});
