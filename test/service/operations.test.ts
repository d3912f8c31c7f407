import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from '../support/folders.ts';
import { freePort } from '../support/free-port.ts';
import { runCli } from '../support/run-cli.ts';
import { serviceConfig, startServe, type ServeProcess } from '../support/serve.ts';

vi.setConfig({ testTimeout: 120_000 });
const newFolder = temporaryFolders();
const waitFor = resolve(import.meta.dirname, '../fixtures/servers/wait-for.mjs');

/** Of one process, in bytes, as the system says. */
function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 0.1 * Math.max(a, b);

describe.runIf(process.platform === 'linux')('beside a running service (needs /proc)', () => {
  let folder: string;
  let config: string;
  let service: ServeProcess;
  beforeAll(async () => {
    folder = newFolder();
    config = join(folder, 'production.yaml');
    service = await startServe(
      folder,
      serviceConfig(folder, {
        server: { command: process.execPath, args: [waitFor, '110000'] },
        test_suites: [
          { name: 'core', test_cases: [{ id: 'wait', tool_name: 'wait', timeout_override_seconds: 110 }] },
        ] as never,
        monitoring: { health_check_port: await freePort() },
      }),
    );
  });
  afterAll(async () => {
    service.kill('SIGKILL');
    await service.ended;
  });

  it('stats --memory says what the system says, of the service and of a server under test', async () => {
    const started = await fetch(`${service.api}/api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'test', suites: ['core'] }),
    });
    expect([202, 201, 200]).toContain(started.status);
    await vi.waitFor(
      async () => {
        const { stdout } = await runCli(['stats', '--memory', '--json', '--url', service.api]);
        const memory = JSON.parse(stdout) as {
          readonly rssBytes: number;
          readonly servers: readonly {
            readonly server: string;
            readonly pid: number;
            readonly rssBytes: number;
          }[];
        };
        const [server] = memory.servers;
        expect(server?.server).toBe('server');
        expect(near(memory.rssBytes, residentOf(service.pid)), stdout).toBe(true);
        expect(near(server?.rssBytes ?? 0, residentOf(server?.pid ?? 0)), stdout).toBe(true);
      },
      { timeout: 60_000, interval: 500 },
    );
  });

  it('health-check says that it is well', async () => {
    const { stdout, exitCode } = await runCli(['health-check', '--config', config]);
    expect(stdout).toMatch(/^ok {6}service +127\.0\.0\.1:\d+ answers \/health with 200, \/ready with 200/);
    expect(exitCode).toBe(0);
  });

  it('a backup is made, and is whole; no restore is', async () => {
    const dir = join(folder, 'backups');
    const made = await runCli([
      'backup',
      'create',
      '--config',
      config,
      '--dir',
      dir,
      '--allow-missing',
      'baselines',
    ]);
    expect([made.stderr, made.exitCode]).toEqual(['', 0]);
    const [name = ''] = readdirSync(dir);
    expect((await runCli(['backup', 'verify', '--dir', dir])).stdout).toMatch(/^whole/);
    const before = readFileSync(config, 'utf8');
    writeFileSync(config, `${before}\n`);
    const { stderr, exitCode } = await runCli(['backup', 'restore', name, '--config', config, '--dir', dir]);
    expect(stderr).toContain('the service seems to run');
    expect([exitCode, readFileSync(config, 'utf8')]).toEqual([4, `${before}\n`]);
  });
});
