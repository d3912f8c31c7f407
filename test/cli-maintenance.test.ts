import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { cliEnvironment, runCli, type CliRun } from './support/run-cli.ts';
import { makeServiceFolder, type ServiceFolder } from './support/service-folder.ts';

vi.setConfig({ testTimeout: 120_000 });
const newFolder = temporaryFolders();

/** What answers for the service, whose health comes first. */
let health: Server;
beforeAll(async () => {
  health = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => void health.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void health.close());

interface Serviced extends ServiceFolder {
  readonly suites: string;
  /** Where the suites of the organisation are. */
  readonly origin: string;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cliEnvironment,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.org',
    },
  }).trim();
}

/** A service of which nothing is wrong, its suites a clone of a repository, a backup made. */
async function servicedService(): Promise<Serviced> {
  const { port } = health.address() as AddressInfo;
  const service = await makeServiceFolder(newFolder(), {
    monitoring: { health_check_port: port },
    security: {},
  });
  const suites = join(service.folder, 'etc/mcp-test-harness/test-suites');
  git(suites, 'init', '--quiet', '--initial-branch=main');
  git(suites, 'add', '--all');
  git(suites, 'commit', '--quiet', '--message=suites');
  const origin = join(newFolder(), 'origin');
  git(service.folder, 'clone', '--quiet', suites, origin);
  git(suites, 'remote', 'add', 'origin', origin);
  git(suites, 'fetch', '--quiet');
  git(suites, 'branch', '--quiet', '--set-upstream-to=origin/main');
  const args = ['backup', 'create', '--config', service.config, '--dir', service.backups];
  expect((await runCli(args)).exitCode).toBe(0);
  return { ...service, suites, origin };
}

function publish(origin: string, text: string): string {
  writeFileSync(join(origin, 'core.yaml'), text);
  git(origin, 'commit', '--quiet', '--all', '--message=change');
  return git(origin, 'rev-parse', 'HEAD');
}

const better =
  'test_suites: [{ name: core, test_cases: [{ id: wait, tool_name: wait }, { id: again, tool_name: wait }] }]\n';
const maintain = ({ config, backups }: ServiceFolder, ...more: readonly string[]): Promise<CliRun> =>
  runCli([
    'maintenance',
    '--config',
    config,
    '--backup-dir',
    backups,
    '--logrotate-config',
    '/nowhere',
    ...more,
  ]);

describe('maintenance', () => {
  it('does every step in order, health first, and says what came of each', async () => {
    const service = await servicedService();
    const commit = publish(service.origin, better);
    const old = join(service.folder, 'var/log/mcp-test-harness/reports/runs/1/report.json');
    const longAgo = new Date(Date.now() - 91 * 86_400_000);
    utimesSync(old, longAgo, longAgo);
    const { stdout, stderr, exitCode } = await maintain(service);
    expect(stdout.split('\n').map((line) => line.replace(/(?<=\d{1,2} )check.*/, '…'))).toEqual([
      expect.stringMatching(/^done {4}health check {2}\d+ …$/),
      expect.stringMatching(/^done {4}test suites {3}suites went from [0-9a-f]{12} to [0-9a-f]{12}/),
      expect.stringMatching(/^(done|skipped) +baselines /),
      expect.stringMatching(/^done {4}old reports {3}1 file removed from /),
      expect.stringMatching(/^skipped log rotation {2}there is no \/nowhere/),
      expect.stringMatching(/^done {4}old backups {3}0 backups removed$/),
      '',
    ]);
    expect([exitCode, stderr.includes('error')]).toEqual([0, false]);
    expect(git(service.suites, 'rev-parse', 'HEAD')).toBe(commit);
    expect(existsSync(old)).toBe(false);
    const stamp = join(service.folder, 'var/lib/mcp-test-harness/.last-maintenance.json');
    expect(readFileSync(stamp, 'utf8')).toContain('no step failed');
  });

  it('with --dry-run changes nothing', async () => {
    const service = await servicedService();
    const head = git(service.suites, 'rev-parse', 'HEAD');
    publish(service.origin, better);
    const { stdout, exitCode } = await maintain(service, '--dry-run');
    expect(stdout).toMatch(/test suites {3}suites would go from/);
    expect(exitCode).toBe(0);
    expect(git(service.suites, 'rev-parse', 'HEAD')).toBe(head);
  });

  it('takes neither suites nor baselines while the health check fails, cleans up all the same, and ends with 1', async () => {
    const service = await servicedService();
    publish(service.origin, better);
    rmSync(service.backups, { recursive: true });
    mkdirSync(service.backups);
    const { stdout, stderr, exitCode } = await maintain(service);
    expect(stdout).toMatch(/^failed {2}health check {2}failed: backup\n/);
    expect(stdout).toMatch(/^skipped test suites {3}not while the health check fails$/m);
    expect(stdout).toMatch(/^skipped baselines {5}not while the health check fails$/m);
    expect(stdout).toMatch(/^done {4}old reports /m);
    expect(stderr).toMatch(/^failed {2}backup .*holds none/m);
    expect(exitCode).toBe(1);
  });

  it.each<[string, (service: Serviced) => void, RegExp, readonly string[]]>([
    [
      'not onto changes that nobody has committed',
      ({ suites }) => writeFileSync(join(suites, 'notes.txt'), 'mine'),
      /holds changes that are not committed/,
      [],
    ],
    [
      'not when the configuration would not be valid',
      ({ origin }) => void publish(origin, 'test_suites: [{ nam: core }]\n'),
      /are not taken: .*nam/,
      [],
    ],
    [
      'not when history was rewritten',
      ({ suites, origin }) => {
        writeFileSync(join(suites, 'core.yaml'), better);
        git(suites, 'commit', '--quiet', '--all', '--message=mine');
        publish(origin, `${better}# theirs\n`);
      },
      /is no ancestor of/,
      [],
    ],
    [
      'not without a signature where one is asked for',
      ({ origin }) => void publish(origin, better),
      /has no signature that is good/,
      ['--require-signed'],
    ],
  ])('goes on to newer suites: %s', async (_what, prepare, message, more) => {
    const service = await servicedService();
    prepare(service);
    const head = git(service.suites, 'rev-parse', 'HEAD');
    const { stdout, exitCode } = await maintain(service, ...more);
    expect(/^failed {2}test suites .*$/m.exec(stdout)?.[0]).toMatch(message);
    expect(exitCode).toBe(1);
    expect(git(service.suites, 'rev-parse', 'HEAD')).toBe(head);
  });
});
