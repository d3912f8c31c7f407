import { loadConfig } from '@mcp-test-harness/core';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const folderWith = temporaryFolders();
const everything = ['--', 'mcp-server-everything', 'stdio'];

/** Files below a directory, in the order of their names. */
const treeOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();

describe.concurrent('init --production', () => {
  let root = '';
  let said = '';
  beforeAll(async () => {
    root = join(folderWith({ 'etc/rbac.yaml': 'kept as it was\n' }), 'etc');
    const { exitCode, stdout, stderr } = await runCli([
      'init',
      '--production',
      '--root',
      root,
      ...everything,
    ]);
    expect(exitCode, stderr).toBe(0);
    said = stdout;
    writeFileSync(join(root, 'rbac.yaml'), 'roles: [{ name: a, permissions: ["test:run"] }]\n', {
      mode: 0o640,
    });
  });

  it('writes the tree, for the service and its group alone', () => {
    expect(treeOf(root)).toEqual([
      'config/development.yaml',
      'config/environments/aws.yaml',
      'config/environments/gcp.yaml',
      'config/environments/on-premise.yaml',
      'config/production.yaml',
      'config/staging.yaml',
      'rbac.yaml',
      'test-suites/core/core-protocol.yaml',
      'test-suites/performance/performance-benchmarks.yaml',
      'test-suites/security/security-compliance.yaml',
      'tls-config.yaml',
    ]);
    expect(statSync(join(root, 'config/production.yaml')).mode & 0o137).toBe(0);
    for (const directory of ['config', 'test-suites/custom', 'baselines/performance', 'baselines/regression'])
      expect(statSync(join(root, directory)).mode & 0o027, directory).toBe(0);
  });

  it('keeps what is there, and says so and what is next', async () => {
    expect(said).toMatch(/^wrote {2}10 files below /);
    expect(said).toMatch(/^kept {2}1 file that were there\n {2}rbac\.yaml$/m);
    expect(said).toContain(`audit-log create-key ${join(root, 'audit.key')}`);
    const before = treeOf(root).map((file) => readFileSync(join(root, file), 'utf8'));
    const again = await runCli(['init', '--production', '--root', root, '--url', 'http://127.0.0.1:1/mcp']);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toMatch(/^wrote {2}0 files/);
    expect(treeOf(root).map((file) => readFileSync(join(root, file), 'utf8'))).toEqual(before);
  });

  it.each(['production', 'staging', 'development'])(
    'writes a configuration for %s that is valid',
    async (name) => {
      const { exitCode, stdout, stderr } = await runCli(['validate', join(root, `config/${name}.yaml`)]);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toContain(`in environment ${name}`);
      expect(stdout).toContain(`the service: ${name === 'development' ? 0 : 3} schedules, 1 watched server`);
    },
  );

  it.each([
    ['aws', 110],
    ['gcp', 25],
    ['on-premise', 300],
  ])('writes what is laid over it for %s', async (place, drain) => {
    const { config } = await loadConfig({
      file: join(root, 'config/production.yaml'),
      env: {},
      overlays: [join(root, `config/environments/${place}.yaml`)],
    });
    expect(config).toMatchObject({
      service: { drain_seconds: drain, data_dir: '/var/lib/mcp-test-harness' },
      monitoring: { metrics_port: place === 'on-premise' ? 9464 : 9090 },
    });
  });

  it('writes suites that hold for a real server, and list shows in which folder they are', async () => {
    const config = join(root, 'config/development.yaml');
    const listed = await runCli(['list', '--config', config]);
    for (const [suite, path] of [
      ['core-protocol', 'test-suites/core/core-protocol.yaml'],
      ['security-compliance', 'test-suites/security/security-compliance.yaml'],
      ['performance-benchmarks', 'test-suites/performance/performance-benchmarks.yaml'],
    ])
      expect(listed.stdout).toMatch(new RegExp(`^${suite}  .*, in \\.\\./${path}$`, 'm'));
    const { exitCode, stdout } = await runCli(['test', '--config', config], { cwd: root });
    expect(exitCode, stdout).toBe(0);
  });

  it.each([
    [['init', '--root', 'x', ...everything], '--root means nothing without --production'],
    [
      ['init', '--production', '--template', 'http', ...everything],
      '--template means nothing with --production',
    ],
    [['init', '--production', '--url', 'http://a', ...everything], 'several servers are named'],
  ])('is refused with %j', async (args, message) => {
    const { exitCode, stderr } = await runCli(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe.concurrent('validate', () => {
  const tested =
    'server: { command: mcp-server-everything }\ntest_suites: [{ name: core, test_cases: [{ id: p, method: ping }] }]\n';

  it('reads cron expressions exactly, and the policy that is here', async () => {
    const cwd = folderWith({
      'schedule.yaml': `${tested}schedules: [{ name: a, cron: "61 2 * * *" }]`,
      'policy.yaml': `${tested}security: { rbac: { config_file: rbac.yaml } }`,
      'rbac.yaml': 'roles: [{ name: a, permissions: ["test:fly"] }]',
    });
    const schedule = await runCli(['validate', 'schedule.yaml'], { cwd });
    expect(schedule.exitCode).toBe(2);
    expect(schedule.stderr).toMatch(
      /schedule\.yaml:3:\d+ {2}CONFIG_INVALID {2}the schedule "a" has the cron/,
    );
    const policy = await runCli(['validate', 'policy.yaml'], { cwd });
    expect(policy.exitCode).toBe(2);
    expect(policy.stderr).toContain('rbac.yaml:1:');
    expect(policy.stderr).toContain('there is no permission "test:fly"');
  });

  it('names files that are not here without failing, and memory that may not suffice', async () => {
    const cwd = folderWith({
      'main.yaml': `${tested}global: { max_global_concurrency: 256, resource_limits: { max_memory_mb: 1000000 } }
security: { rbac: { config_file: /etc/nowhere/rbac.yaml } }
`,
    });
    const { exitCode, stderr } = await runCli(['validate', 'main.yaml'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('security.rbac.config_file: /etc/nowhere/rbac.yaml is not on this machine');
    expect(stderr).toContain('256 tests at once (global.max_global_concurrency) with max_memory_mb 1000000');
  });
});

describe.concurrent('a configuration of the service', () => {
  it('runs its tests like any other, is laid over, and shows none of its secrets', async () => {
    const cwd = folderWith({
      'main.yaml': `server: { command: mcp-server-everything, args: [stdio], health_check: {} }
test_suites: [{ name: core, test_cases: [{ id: ping, method: ping }] }]
service: { database_url: "postgres://u:canary-database@db/x" }
schedules: [{ name: often, every: 1m }]
reporting: { distribution: { slack: { webhook_url: "\${HOOK}" } } }
`,
      'places/spot.yaml': 'service: { drain_seconds: 110 }\n',
    });
    const env = { HOOK: 'https://hooks.example.com/canary-hook' };
    const run = await runCli(['test', '--config', 'main.yaml'], { cwd, env });
    expect(run.exitCode, run.stdout).toBe(0);
    const shown = await runCli(
      ['config', 'export', '--config', 'main.yaml', '--overlay', 'places/spot.yaml'],
      { cwd, env },
    );
    expect(shown.exitCode).toBe(0);
    expect(parse(shown.stdout)).toMatchObject({
      service: { database_url: '***', drain_seconds: 110 },
      reporting: { distribution: { slack: { webhook_url: '***' } } },
    });
    expect(`${run.stdout}${run.stderr}${shown.stdout}${shown.stderr}`).not.toContain('canary');
  });

  it('is not laid over with a command after --', async () => {
    const { exitCode, stderr } = await runCli([
      'call',
      '--method',
      'ping',
      '--overlay',
      'a.yaml',
      ...everything,
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--overlay means nothing beside a command after --');
  });
});
