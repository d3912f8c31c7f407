import { createServer } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { openEndpoint } from './endpoint.ts';
import type { LastRun } from './last-run.ts';
import { deletePushed, groupPath, pushLastRun } from './pushgateway.ts';
import { readSeries } from './testing/metrics.ts';
import { missingPrograms, startPushgateway } from './testing/programs.ts';

const aRun = (suite: Partial<LastRun['suites'][number]> = {}): LastRun => ({
  endedAt: 1_700_000_000_000,
  durationMs: 2500,
  suites: [
    { suite: 'core', server: 'main', passed: 8, failed: 1, errored: 1, skipped: 2, p95Ms: 120, ...suite },
  ],
});
const group = { job: 'mcp-test-harness', instance: 'owner/repo' };

const missing = missingPrograms('pushgateway');
const gateway = missing.isMissing ? undefined : await startPushgateway();
afterAll(async () => await gateway?.stop());

describe.skipIf(missing.isMissing)(`a real Pushgateway${missing.reason}`, () => {
  const endpoint = openEndpoint({ what: 'Pushgateway', url: gateway?.url ?? 'http://localhost' });
  const pushed = async () => {
    const series = readSeries(await (await fetch(`${gateway?.url}/metrics`)).text());
    return Object.fromEntries(
      [...series].filter(([key]) => key.includes('instance="owner/repo"') && !key.startsWith('push_')),
    );
  };

  it('shows a run under its job and instance, the next one in its place, and nothing when it is deleted', async () => {
    await pushLastRun(endpoint, group, aRun());
    const labels = 'instance="owner/repo",job="mcp-test-harness",server="main"';
    expect(await pushed()).toEqual({
      [`mcp_test_last_run_tests{${labels},status="passed",suite="core"}`]: 8,
      [`mcp_test_last_run_tests{${labels},status="failed",suite="core"}`]: 1,
      [`mcp_test_last_run_tests{${labels},status="errored",suite="core"}`]: 1,
      [`mcp_test_last_run_tests{${labels},status="skipped",suite="core"}`]: 2,
      [`mcp_test_last_run_success_ratio{${labels},suite="core"}`]: 0.8,
      [`mcp_test_last_run_error_ratio{${labels},suite="core"}`]: 0.1,
      [`mcp_test_last_run_response_time_p95_seconds{${labels},suite="core"}`]: 0.12,
      [`mcp_test_last_run_timestamp_seconds{${labels},suite="core"}`]: 1_700_000_000,
      'mcp_test_last_run_duration_seconds{instance="owner/repo",job="mcp-test-harness"}': 2.5,
    });
    await pushLastRun(endpoint, group, aRun({ suite: 'other', p95Ms: undefined }));
    const second = Object.keys(await pushed());
    expect(second.filter((key) => key.includes('suite="core"'))).toEqual([]);
    expect(second.some((key) => key.includes('suite="other"'))).toBe(true);
    await deletePushed(endpoint, group);
    expect(await pushed()).toEqual({});
  });

  it.each(['a/b', 'plain', 'with space+%', '..', 'ä', 'x shard 1/2'])(
    'keeps the instance %j as it is',
    async (instance) => {
      await pushLastRun(endpoint, { ...group, instance }, aRun());
      const text = await (await fetch(`${gateway?.url}/metrics`)).text();
      expect(text).toContain(`mcp_test_last_run_duration_seconds{instance=${JSON.stringify(instance)}`);
    },
  );
});

describe('the path of a group', () => {
  it('holds text that a path cannot in base64', () => {
    expect(groupPath({ job: 'a b', instance: 'c' })).toBe('/metrics/job/a%20b/instance/c');
    expect(groupPath({ job: 'a', instance: 'b/c' })).toBe('/metrics/job/a/instance@base64/Yi9j');
    expect(groupPath({ job: 'a', instance: '' })).toBe('/metrics/job/a/instance@base64/=');
  });
});

describe('an endpoint', () => {
  it('sends user and password of its URL, shows them nowhere, and follows no redirect', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: '/elsewhere' }).end('moved \u001B[31mto http://elsewhere');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { readonly port: number };
    const endpoint = openEndpoint({
      what: 'Pushgateway',
      url: `http://user:p%40ssword@127.0.0.1:${port}/sub/`,
    });
    expect(endpoint.shown).toBe(`http://127.0.0.1:${port}/sub`);
    expect(endpoint.secrets).toEqual(['p@ssword']);
    await expect(pushLastRun(endpoint, group, aRun())).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: `Pushgateway at http://127.0.0.1:${port}/sub: HTTP 302: moved to http://elsewhere`,
    });
    expect(seen).toEqual([`Basic ${Buffer.from('user:p@ssword').toString('base64')}`]);
    server.close();
  });

  it('says what is wrong when nothing listens, or nothing answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as { readonly port: number };
    const url = `http://127.0.0.1:${port}`;
    const send = openEndpoint({ what: 'Prometheus', url, timeoutMs: 100 }).send('/', { method: 'GET' });
    await expect(send).rejects.toMatchObject({ message: `Prometheus at ${url}: no answer within 0.1 s` });
    silent.closeAllConnections();
    await new Promise((done) => silent.close(done));
    await expect(
      openEndpoint({ what: 'Prometheus', url }).send('/', { method: 'GET' }),
    ).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: `Prometheus at ${url}: ECONNREFUSED`,
    });
  });

  it.each(['prometheus:9090', 'ftp://a', ''])('refuses %j without repeating it', (url) => {
    expect(() => openEndpoint({ what: 'Prometheus', url })).toThrow('no URL that begins with http');
  });
});
