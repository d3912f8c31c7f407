import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { runCli } from './support/run-cli.ts';
import { makeServiceFolder } from './support/service-folder.ts';

vi.setConfig({ testTimeout: 120_000 });
const newFolder = temporaryFolders();
const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('health-check', () => {
  it('ends with 0 when every server answers', async () => {
    const { config } = await makeServiceFolder(newFolder(), {
      monitoring: { health_check_port: await freePort() },
    });
    const { stdout, exitCode } = await runCli(['health-check', '--config', config]);
    expect(stdout).toMatch(/^skipped service +nothing listens on 127\.0\.0\.1:\d+\n/);
    expect(stdout).toMatch(/^ok {6}server server +wait-for 1\.0\.0, protocol 2025-11-25/m);
    expect(exitCode).toBe(0);
  });

  it('ends with 1 and names a server that does not', async () => {
    const { config } = await makeServiceFolder(newFolder(), {
      monitoring: { health_check_port: await freePort() },
      server: { transport: 'http', url: `http://127.0.0.1:${await freePort()}/mcp` },
    });
    const { stdout, exitCode } = await runCli(['health-check', '--config', config]);
    expect(stdout).toMatch(/^failed {2}server server /m);
    expect(exitCode).toBe(1);
  });

  it('--comprehensive --json says of each thing what was seen', async () => {
    const { config, backups } = await makeServiceFolder(newFolder(), {
      monitoring: { health_check_port: await freePort() },
    });
    const { stdout, exitCode } = await runCli([
      'health-check',
      '--config',
      config,
      '--comprehensive',
      '--json',
      '--backup-dir',
      backups,
    ]);
    const report = JSON.parse(stdout) as {
      readonly healthy: boolean;
      readonly checks: readonly {
        readonly name: string;
        readonly state: string;
        readonly evidence: string;
      }[];
    };
    const states = Object.fromEntries(report.checks.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      service: 'failed',
      'server server': 'passed',
      database: 'passed',
      baselines: 'passed',
      backup: 'failed',
      'e-mail': 'skipped',
    });
    for (const { evidence } of report.checks) expect(evidence).not.toBe('');
    expect([report.healthy, exitCode]).toEqual([false, 1]);
  });

  it('--checklist prints seven lines', async () => {
    const { config, backups } = await makeServiceFolder(newFolder());
    const { stdout, exitCode } = await runCli([
      'health-check',
      '--config',
      config,
      '--checklist',
      '--backup-dir',
      backups,
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line).toMatch(/^- \[[ x]\] [A-Z][a-z ]+: .{10,}/);
    expect(lines[1]).toMatch(/^- \[x\] Performance baselines established: 1 in /);
    expect(exitCode).toBe(1);
  });
});

describe('network-test', () => {
  it('has a verdict and times for every address, and sends no secret', async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url);
      response.end();
    });
    const { config } = await makeServiceFolder(newFolder(), {
      server: { transport: 'http', url: `${url}/mcp/canary-path` },
      monitoring: {
        prometheus: {
          endpoint: `http://127.0.0.1:${await freePort()}`,
          push_gateway: 'http://nobody.invalid:9091',
        },
      },
    });
    const { stdout, exitCode } = await runCli(['network-test', '--config', config, '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'server server', verdict: 'ok', tcpMs: expect.any(Number) as number },
      { name: 'Prometheus', verdict: 'refused' },
      { name: 'Pushgateway', verdict: 'dns-failed' },
    ]);
    expect(exitCode).toBe(1);
    expect(asked).toEqual(['/']);
    const table = await runCli(['network-test', '--config', config]);
    expect(table.stdout).toMatch(/name +address +verdict +DNS ms +TCP ms +TLS ms +answer ms/);
    expect(table.stdout).toMatch(/Prometheus +127\.0\.0\.1:\d+ +refused/);
    expect(table.stdout + stdout).not.toContain('canary');
  });
});

describe('stats', () => {
  const figures = {
    version: '1.2.3',
    phase: 'ready',
    uptimeSeconds: 61,
    store: 'sqlite',
    memory: {
      rssBytes: 100 * 1024 * 1024,
      heapUsedBytes: 40 * 1024 * 1024,
      servers: [{ server: 'demo', runId: 'r1', pid: 7, rssBytes: 50 * 1024 * 1024 }],
    },
    queue: { queued: 2, running: 1 },
    notifications: { pending: 0, sent: 3, dead: 0 },
  };
  const key = 'mth_abcdefgh_0123456789abcdef0123456789abcdef';

  it('--memory tells the service from servers under test; the key is no argument', async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.end(JSON.stringify(figures));
    });
    const env = { MCP_TEST_HARNESS_API_KEY: key };
    const memory = await runCli(['stats', '--memory', '--url', url], { env });
    expect(memory.stdout).toBe(
      'service  100.0 MiB resident, 40.0 MiB of it JavaScript heap in use\n' +
        'server   demo: 50.0 MiB resident in the tree of process 7, run r1\n',
    );
    expect(asked).toEqual(['/api/v1/stats', `Bearer ${key}`]);
    const folder = newFolder();
    writeFileSync(join(folder, 'key'), `${key}\n`, { mode: 0o600 });
    const all = await runCli(['stats', '--url', url, '--key-file', 'key'], { cwd: folder });
    expect(all.stdout).toContain('queue          2 waiting, 1 running');
  });

  it('ends with 3 without a service, or without the right', async () => {
    const refusing = await listen((_request, response) => void response.writeHead(403).end());
    const runs = await Promise.all([
      runCli(['stats', '--memory'], { cwd: newFolder() }),
      runCli(['stats', '--url', `http://127.0.0.1:${await freePort()}`]),
      runCli(['stats', '--url', refusing], { env: { MCP_TEST_HARNESS_API_KEY: key } }),
    ]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([3, 3, 3]);
    expect(runs[0]?.stderr).toContain('there is no service to ask');
    expect(runs[2]?.stderr).toContain('does not allow config:view');
    expect(runs.map(({ stderr }) => stderr).join('')).not.toContain(key);
  });

  it('sends no key over a network in the clear', async () => {
    const { stderr, exitCode } = await runCli(['stats', '--url', 'http://192.0.2.1:8443'], {
      env: { MCP_TEST_HARNESS_API_KEY: key },
    });
    expect(stderr).toContain('not sent to 192.0.2.1:8443 in the clear');
    expect(exitCode).toBe(2);
  });
});
