import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli, type CliRun } from './support/run-cli.ts';
import { makeServiceFolder, type ServiceFolder } from './support/service-folder.ts';

vi.setConfig({ testTimeout: 120_000 });
const newFolder = temporaryFolders();

function backup(
  { config, backups }: ServiceFolder,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliRun> {
  const withConfig = ['create', 'verify', 'restore', 'recover'].includes(words[0] ?? '');
  return runCli(['backup', ...words, '--dir', backups, ...(withConfig ? ['--config', config] : [])], { env });
}

async function created(service: ServiceFolder): Promise<string> {
  const { stdout, stderr, exitCode } = await backup(service, ['create', '--allow-missing', 'audit-log']);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return /backups\/(\d{8}_\d{6})/.exec(stdout)?.[1] ?? '';
}

const contentOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile() && !/store\.db|audit\.log/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );

describe('backup', () => {
  it('create, list, verify and restore: what was there is there again, and valid', async () => {
    const service = await makeServiceFolder(newFolder());
    const before = contentOf(service.folder);
    const name = await created(service);
    const listed = await backup(service, ['list']);
    expect(listed.stdout).toMatch(new RegExp(`${name} +full .*configuration, baselines`));
    expect((await backup(service, ['list', '--latest'])).stdout).toBe(`${name}\n`);
    expect((await backup(service, ['verify'])).stdout).toContain(`whole   ${name}: 5 parts`);

    writeFileSync(service.config, 'global: [\n');
    rmSync(join(service.folder, 'var/lib/mcp-test-harness/baselines'), { recursive: true });
    const { stdout, stderr, exitCode } = await runCli(['backup', 'restore', name, '--dir', service.backups]);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^restored {2}\d{8}_\d{6}: configuration, baselines, reports, database\n/);
    expect(stdout).toMatch(/kept {6}what was there, as \d{8}_\d{6}\n/);
    const after = contentOf(service.folder);
    for (const [file, content] of Object.entries(before))
      expect([file, after[file]]).toEqual([file, content]);
    expect((await runCli(['validate', '--config', service.config])).exitCode).toBe(0);
  });

  it('says who did it in the audit log', async () => {
    const service = await makeServiceFolder(newFolder());
    await created(service);
    const log = join(service.folder, 'var/log/mcp-test-harness/audit.log');
    const entries = readFileSync(log, 'utf8');
    expect(entries).toMatch(/"action":"backup:create","outcome":"attempted"/);
    expect(entries).toMatch(/"action":"backup:create","outcome":"succeeded"/);
    expect((await runCli(['audit-log', 'verify', log])).exitCode).toBe(0);
  });

  it('restore without a name ends with 1, and lists the newest', async () => {
    const service = await makeServiceFolder(newFolder());
    const none = await backup(service, ['restore']);
    expect(none.stderr).toMatch(/^Usage .*\n.*holds no backup\n$/);
    const name = await created(service);
    const { stderr, exitCode } = await backup(service, ['restore']);
    expect(stderr).toContain(name);
    expect([none.exitCode, exitCode]).toEqual([1, 1]);
  });

  it('create ends with 4 when a part is missing, and leaves nothing', async () => {
    const service = await makeServiceFolder(newFolder());
    rmSync(join(service.folder, 'var/lib/mcp-test-harness/baselines'), { recursive: true });
    const { stdout, stderr, exitCode } = await backup(service, ['create']);
    expect([stdout, exitCode]).toEqual(['', 4]);
    expect(stderr).toContain('there is nothing of baselines');
    expect(readdirSync(service.backups)).toEqual([]);
  });

  it('restore ends with 4 for a damaged one, and changes nothing', async () => {
    const service = await makeServiceFolder(newFolder());
    const name = await created(service);
    writeFileSync(join(service.backups, name, 'baselines.tar.gz'), 'x', { flag: 'a' });
    const before = contentOf(join(service.folder, 'etc'));
    const verified = await backup(service, ['verify', name]);
    expect(verified.stdout).toMatch(/^broken {2}baselines\.tar\.gz: it has \d+ bytes, and had \d+\n/);
    const { stderr, exitCode } = await backup(service, ['restore', name]);
    expect(stderr).toContain('is not restored: baselines.tar.gz');
    expect([verified.exitCode, exitCode]).toEqual([1, 4]);
    expect(contentOf(join(service.folder, 'etc'))).toEqual(before);
  });

  it('brings back what a disk has damaged: the newest backup, then baselines from their journal', async () => {
    const service = await makeServiceFolder(newFolder());
    await created(service);
    const lib = join(service.folder, 'var/lib/mcp-test-harness');
    const [database, baseline] = [join(lib, 'store.db'), join(lib, 'baselines/core/baseline.json')];
    const before = readFileSync(baseline, 'utf8');
    for (const file of [database, baseline]) writeFileSync(file, 'damaged');
    const newest = (await backup(service, ['list', '--latest'])).stdout.trim();
    const restored = await backup(service, ['restore', newest]);
    expect([restored.stderr, restored.exitCode]).toEqual(['', 0]);
    expect(readFileSync(baseline, 'utf8')).toBe(before);
    writeFileSync(baseline, 'damaged again');
    const rebuilt = await runCli(['baseline', 'rebuild', '--all', '--config', service.config]);
    expect([rebuilt.stderr, rebuilt.exitCode]).toEqual(['', 0]);
    expect(JSON.parse(readFileSync(baseline, 'utf8'))).toEqual(JSON.parse(before));
  });

  it('restore is refused while something answers where the service would', async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const service = await makeServiceFolder(newFolder(), { monitoring: { health_check_port: port } });
    const name = await created(service);
    const refused = await backup(service, ['restore', name]);
    expect(refused.stderr).toMatch(/the service seems to run: something answers on 127\.0\.0\.1:\d+\/health/);
    expect((await backup(service, ['restore', name, '--force-stopped'])).exitCode).toBe(0);
    expect(refused.exitCode).toBe(4);
    server.close();
  });

  it('restores elsewhere for a drill, which a checklist then knows of', async () => {
    const service = await makeServiceFolder(newFolder());
    const name = await created(service);
    const root = join(newFolder(), 'drill');
    const { stdout, exitCode } = await backup(service, ['restore', name, '--root', root]);
    expect(stdout).toMatch(/^restored .* below /);
    expect(exitCode).toBe(0);
    expect(existsSync(join(root, service.config))).toBe(true);
    expect(readFileSync(join(service.backups, '.last-drill.json'), 'utf8')).toContain(name);
  });

  it('holds no secret, wherever that came from; the configuration is encrypted and opens again', async () => {
    const canary = 'canary-of-the-backup-7c1d';
    const key = randomBytes(32).toString('hex');
    const env = { MCP_TEST_HARNESS_ENCRYPTION_KEY: key, SLACK: `https://hooks.slack.com/services/${canary}` };
    const service = await makeServiceFolder(newFolder(), {
      reporting: {
        output_dir: 'reports',
        distribution: { slack: { enabled: true, webhook_url: '${SLACK}' } },
      },
      security: { data_protection: { encrypt_sensitive_data: true, key_management: 'env' } },
      variables: { api_password: canary },
    });
    const output = mkdtempSync(join(newFolder(), 'o-'));
    const made = await backup(service, ['create', '--allow-missing', 'reports'], env);
    expect([made.stderr, made.exitCode]).toEqual(['', 0]);
    const name = readdirSync(service.backups).find((one) => /^\d/.test(one)) ?? '';
    const folder = join(service.backups, name);
    expect(readdirSync(folder)).toContain('config.tar.sealed');
    for (const archive of readdirSync(folder).filter((file) => file.endsWith('.gz')))
      execFileSync('tar', ['-xzf', join(folder, archive), '-C', output]);
    for (const place of [folder, output]) {
      const found = Object.entries(contentOf(place)).filter(
        ([, text]) => text.includes(canary) || text.includes(key),
      );
      expect(found.map(([file]) => file)).toEqual([]);
    }
    const before = readFileSync(service.config, 'utf8');
    writeFileSync(service.config, before.replace('"args"', '"env": { "A": "b" }, "args"'));
    expect((await backup(service, ['verify', name], env)).stdout).toMatch(/^whole/);
    const restored = await backup(service, ['restore', name], env);
    expect([restored.stderr, restored.exitCode]).toEqual(['', 0]);
    expect(readFileSync(service.config, 'utf8')).toBe(before);
  });

  it.each([
    ['an unknown action', ['crate'], 2, /Did you mean create\?/],
    ['a name that is a path', ['restore', '../../etc'], 2, /has no backup "\.\.\/\.\.\/etc"/],
    ['a name where none belongs', ['list', '20261126_020000'], 2, /takes no name/],
    ['an option of another action', ['list', '--keep', '3'], 2, /--keep means nothing for backup list/],
    ['a number that is none', ['prune', '--keep', '0'], 2, /--keep must be a whole number from 1 on/],
    ['a part that nobody knows', ['create', '--allow-missing', 'baseline'], 2, /Did you mean baselines\?/],
  ])('ends with an error for %s', async (_what, words, code, message) => {
    const { stderr, exitCode } = await backup(await makeServiceFolder(newFolder()), words);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(code);
  });
});
