/**
 * A deployment behind a real HAProxy, with requests that never stop. Docker is a stand-in that starts processes on the ports
 * of each colour: `serve` itself, or versions that stand in for it and fail in all the ways that count.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../packages/service/src/auth/index.ts';
import { startTestPostgres, type TestPostgres } from '../../packages/service/src/store/testing/postgres.ts';
import { temporaryFolders } from '../support/folders.ts';
import { runCli } from '../support/run-cli.ts';
import { serviceConfig } from '../support/serve.ts';
import { BlueGreenWorld, Load } from './support/blue-green-world.ts';
import { skippedWithout } from './support/programs.ts';

const skipped = skippedWithout('haproxy', 'socat', 'curl', 'flock');
const newFolder = temporaryFolders();

describe.skipIf(skipped !== '')(`blue/green behind HAProxy${skipped}`, { timeout: 120_000 }, () => {
  let world: BlueGreenWorld;
  let load: Load;

  beforeAll(async () => {
    world = await BlueGreenWorld.start(newFolder);
    const first = await world.deploy(['1.0.0', '--to', 'blue']);
    expect(`${first.exitCode} ${first.stderr}`).toMatch(/^0 /);
    load = new Load(world, [
      { method: 'GET', path: '/' },
      { method: 'POST', path: '/' },
      { method: 'GET', path: '/slow' },
      { method: 'POST', path: '/slow' },
    ]);
  }, 120_000);
  afterAll(async () => {
    await load?.stop();
    await world?.stop();
  }, 60_000);

  it('switches to a version that is ready, and no request fails', async () => {
    const { exitCode, stderr } = await world.deploy(['2.0.0']);
    expect(`${exitCode} ${stderr}`).toMatch(/^0 [^]*green serves version 2\.0\.0\n$/);
    expect(load.latest()).toEqual(['2.0.0']);
    expect(world.running()).toEqual(['green']);
    expect(load.failures, world.stateChanges().join('\n')).toEqual([]);
    expect(load.count).toBeGreaterThan(100);
  });

  it.each<[string, string, RegExp, Record<string, string>]>([
    ['does not start', '3.0.0-broken', /blue did not become ready/, { TIMEOUT_SECONDS: '2' }],
    ['never becomes ready', '3.0.0-unready', /blue did not become ready/, { TIMEOUT_SECONDS: '2' }],
    [
      'is another than was asked for',
      '3.0.0-other',
      /blue is version '0\.9\.0', and should be 3\.0\.0-other/,
      {},
    ],
    ['fails once it has traffic', '3.0.0-sick', /blue does not serve any more|does not find blue ready/, {}],
  ])('goes back, and no request fails, when the new version %s', async (_, version, reason, env) => {
    const { exitCode, stderr } = await world.deploy([version], env);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain('rolling back: green serves, blue is stopped');
    expect(load.latest()).toEqual(['2.0.0']);
    expect(world.running()).toEqual(['green']);
    expect(load.failures, world.stateChanges().join('\n')).toEqual([]);
  });

  it('deploys again after all of these', async () => {
    const { exitCode } = await world.deploy(['v4.0.0', '--image', 'registry.example.com/harness:4.0.0']);
    expect(exitCode).toBe(0);
    expect(load.latest()).toEqual(['4.0.0']);
    expect(world.running()).toEqual(['blue']);
    expect(load.failures, world.stateChanges().join('\n')).toEqual([]);
  });

  it('is refused while another one goes on, and changes nothing then', async () => {
    const before = world.calls().length;
    const [first, second] = await Promise.all([world.deploy(['5.0.0']), world.deploy(['6.0.0'])]);
    expect(new Set([first.exitCode, second.exitCode])).toEqual(new Set([0, 1]));
    expect(first.stderr + second.stderr).toContain('another deployment is going on');
    expect(
      world
        .calls()
        .slice(before)
        .filter((call) => call.includes(' up ')),
    ).toHaveLength(1);
    expect(load.failures, world.stateChanges().join('\n')).toEqual([]);
  });

  it('is told what it is to do', async () => {
    expect((await world.deploy([])).exitCode).toBe(2);
    expect((await world.deploy(['1.0.0', '--to', 'red'])).exitCode).toBe(2);
    const [active = ''] = world.running();
    const { exitCode, stderr } = await world.deploy(['1.0.0', '--to', active]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${active} serves already`);
  });

  it('is refused where HAProxy does not know the colours', async () => {
    const { stderr } = await world.deploy(['1.0.0'], { HAPROXY_BACKEND: 'other' });
    expect(stderr).toContain('has no server other/blue');
  });
});

describe.skipIf(skipped !== '')(
  `blue/green with the service itself, on one PostgreSQL${skipped}`,
  { timeout: 180_000 },
  () => {
    let postgres: TestPostgres | { readonly absent: string };
    let world: BlueGreenWorld;
    const key = createApiKey();

    beforeAll(async () => {
      postgres = await startTestPostgres();
      if ('absent' in postgres) return;
      world = await BlueGreenWorld.start(newFolder, {
        DATABASE_URL: postgres.url,
        TIMEOUT_SECONDS: '60',
        DRAIN_SECONDS: '20',
      });
      const { folder } = world;
      const tls = {
        enabled: true,
        cert_file: join(folder, 'tls.crt'),
        key_file: join(folder, 'tls.key'),
      };
      writeFileSync(join(folder, 'tls-config.yaml'), JSON.stringify({ tls }));
      writeFileSync(
        join(folder, 'rbac.yaml'),
        JSON.stringify({
          roles: [{ name: 'reader', permissions: ['test:view'] }],
          users: [{ username: 'load', role: 'reader', api_key_hash: key.hash }],
        }),
        { mode: 0o600 },
      );
      const security = {
        // Without it HAProxy, on this machine, would let in whoever comes to it.
        rbac: { config_file: join(folder, 'rbac.yaml') },
        tls: { config_file: join(folder, 'tls-config.yaml') },
        api: {
          enabled: true,
          host: '127.0.0.1',
          port: 0,
          requests_per_minute: 100_000,
          trusted_proxies: ['127.0.0.0/8'],
        },
      };
      writeFileSync(join(folder, 'production.yaml'), JSON.stringify(serviceConfig(folder, { security })));
    }, 120_000);
    afterAll(async () => {
      await world?.stop();
      if (!('absent' in postgres)) await postgres.dispose();
    }, 60_000);

    it('switches, no request fails, and a version that is broken leaves the other one serving', async ({
      skip,
    }) => {
      if ('absent' in postgres) return skip(postgres.absent);
      const version = (await runCli(['--version'])).stdout.trim().split(' ')[1] ?? '';
      const serve = { SERVE_CONFIG: join(world.folder, 'production.yaml') };
      const first = await world.deploy([version], serve);
      expect(`${first.exitCode} ${first.stderr}`).toMatch(/^0 [^]*blue serves version/);
      const headers = { 'x-api-key': key.key };
      const load = new Load(world, [
        { method: 'GET', path: '/api/v1/runs', headers },
        { method: 'GET', path: '/api/v1/suites', headers },
        { method: 'GET', path: '/api/v1/servers', headers },
      ]);
      try {
        const second = await world.deploy([version], serve);
        expect(`${second.exitCode} ${second.stderr}`).toMatch(/^0 [^]*green serves version/);
        expect(world.running()).toEqual(['green']);
        const third = await world.deploy([`${version}-broken`], { ...serve, TIMEOUT_SECONDS: '3' });
        expect(third.exitCode).toBe(1);
        expect(world.running()).toEqual(['green']);
      } finally {
        await load.stop();
      }
      expect(load.failures, world.stateChanges().join('\n')).toEqual([]);
      expect(load.count).toBeGreaterThan(50);
    });
  },
);
