import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../support/folders.ts';
import { findMarkedAfter } from '../support/processes.ts';
import { runCli } from '../support/run-cli.ts';
import { launchServe, serviceConfig, startServe, type ServeProcess } from '../support/serve.ts';

const newFolder = temporaryFolders();
const running: ServeProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) {
    service.kill('SIGKILL');
    await service.ended;
  }
});

async function start(...args: Parameters<typeof startServe>): Promise<ServeProcess> {
  const service = await startServe(...args);
  running.push(service);
  return service;
}

const everySecond = {
  schedules: [{ name: 'often', kind: 'test', every: '1s' }] as unknown as object,
};

describe('serve', () => {
  it('answers on its listeners, runs what is due, keeps its reports, and ends in order', async () => {
    const folder = newFolder();
    // Which servers under test inherit too.
    const mark = newFolder();
    const service = await start(folder, serviceConfig(folder, everySecond), { TMPDIR: mark });
    const health = await fetch(`${service.health}/health`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }]);
    expect((await fetch(`${service.health}/ready`)).status).toBe(200);
    await service.waitFor(({ event }) => event === 'run finished', 'run finished');
    const metrics = await (await fetch(`${service.metrics}/metrics`)).text();
    expect(metrics).toMatch(/^mcp_test_total\{[^}]*status="passed"[^}]*\} [1-9]/m);
    expect(metrics).toMatch(/^mcp_test_success_rate\S* 1$/m);
    const runs = (await (await fetch(`${service.api}/api/v1/runs?state=finished`)).json()) as {
      readonly items: readonly { readonly verdict: string; readonly suites: readonly string[] }[];
    };
    expect(runs.items[0]).toMatchObject({ verdict: 'passed', suites: ['core'] });
    expect(readdirSync(join(folder, 'reports/runs')).length).toBeGreaterThan(0);
    service.kill('SIGTERM');
    expect(await service.ended).toEqual({ exitCode: 0, signal: null });
    expect(await findMarkedAfter(mark, 5000)).toEqual([]);
  });

  it('reads its configuration again on SIGHUP; a broken one changes nothing and is told', async () => {
    const folder = newFolder();
    const config = serviceConfig(folder, everySecond);
    const service = await start(folder, config);
    const file = join(folder, 'production.yaml');
    writeFileSync(file, JSON.stringify(config).replace('"name":"core"', '"name":"renamed"'));
    service.kill('SIGHUP');
    await service.waitFor(({ event }) => event === 'reloaded', 'reloaded');
    await service.waitFor(
      ({ event, suite }) => event === 'run finished' && suite === 'renamed',
      'the new suite',
    );
    writeFileSync(file, 'server: [');
    service.kill('SIGHUP');
    const refusal = await service.waitFor(({ event }) => event === 'reload refused', 'reload refused');
    expect(JSON.stringify(refusal)).toMatch(/production\.yaml:1:\d+/);
    expect((await fetch(`${service.health}/ready`)).status).toBe(200);
  });

  it('names the key of a port that is taken, and ends with 2', async () => {
    const folder = newFolder();
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { readonly port: number };
    const service = launchServe(folder, serviceConfig(folder, { monitoring: { metrics_port: port } }));
    expect((await service.ended).exitCode).toBe(2);
    expect(service.output()).toContain(
      `monitoring.metrics_port: cannot listen on 127.0.0.1 port ${port}: the port is taken`,
    );
    server.close();
  });

  it('has no listeners where monitoring is off', async () => {
    const folder = newFolder();
    const service = await start(folder, serviceConfig(folder, { monitoring: { enabled: false } }));
    expect(() => service.health).toThrow('no health listener');
    expect(() => service.metrics).toThrow('no metrics listener');
  });

  it('--check reads everything and starts nothing', async () => {
    const folder = newFolder({ 'production.yaml': serviceConfig('/nowhere', everySecond) });
    const sound = await runCli(['serve', '--check', '--config', 'production.yaml'], { cwd: folder });
    expect(sound).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/1 scheduled[^]*often\/core {2}next/),
    });
    const sealed = { encrypt_sensitive_data: true, key_management: 'file', key_file: '/nowhere/key' };
    for (const [broken, exitCode, said] of [
      [{ schedules: [{ name: 'x', cron: '61 * * * *' }] as unknown as object }, 2, '61 * * * *'],
      [{ security: { data_protection: sealed } }, 4, '/nowhere/key'],
    ] as const) {
      writeFileSync(join(folder, 'production.yaml'), JSON.stringify(serviceConfig(folder, broken)));
      const checked = await runCli(['serve', '--check', '--config', 'production.yaml'], { cwd: folder });
      expect(checked).toMatchObject({ exitCode, stderr: expect.stringContaining(said) });
    }
  });
});
