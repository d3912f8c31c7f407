/** The image, as far as it can be judged without a registry to take its base from. */
import { validate } from 'dockerfile-utils';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pack } from '../support/packed-project.ts';
import { cliEnvironment } from '../support/run-cli.ts';
import { serviceConfig } from '../support/serve.ts';
import { deploy, readDeployed, root } from './support/deploy-files.ts';
import { runProgram, skippedWithout } from './support/programs.ts';

const text = readDeployed('docker/Dockerfile');
/** Instructions with their continued lines, without comments. */
const instructions = text
  .split('\n')
  .filter((line) => !/^\s*#/.test(line))
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const argumentsOf = (name: string): readonly string[] =>
  instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

describe('the Dockerfile', () => {
  it('is one that a linter has nothing to say of', () => {
    expect(validate(text)).toEqual([]);
  });

  it('takes every stage from one base, which a build argument can pin by its digest', () => {
    expect(argumentsOf('ARG')).toEqual(['NODE_IMAGE=docker.io/library/node:24-trixie-slim']);
    const bases = argumentsOf('FROM').map((line) => line.split(' ')[0]);
    expect(bases).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}', 'runtime', 'runtime']);
  });

  it('runs as a user that is not root, by its number, in every stage that is shipped', () => {
    const shipped = text.slice(text.indexOf('AS runtime'));
    const users = [...shipped.matchAll(/^USER (\S+)$/gm)].map(([, user]) => user);
    expect(users).toEqual(['10001:10001', 'root', '10001:10001']);
    expect(text.trimEnd().endsWith('FROM runtime AS service')).toBe(true);
  });

  it('exposes the ports of the three listeners, and asks /health for its health', () => {
    expect(argumentsOf('EXPOSE')).toEqual(['8080 9090 8443']);
    expect(argumentsOf('HEALTHCHECK').join()).toContain('http://127.0.0.1:8080/health');
  });

  it('asks for health by a program that is one, and that fails where nothing answers', async () => {
    const [line = ''] = argumentsOf('HEALTHCHECK');
    const [, ...args] = JSON.parse(line.slice(line.indexOf('['))) as readonly string[];
    const elsewhere = args.map((arg) => arg.replace(':8080', ':1'));
    expect((await runProgram(process.execPath, elsewhere)).exitCode).toBe(1);
  });

  it(
    'installs the packed command line without a network, PostgreSQL and all',
    { timeout: 120_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mcp-image-'));
      try {
        await pack('cli', folder);
        const line = argumentsOf('RUN').find((one) => one.startsWith('npm install --global')) ?? '';
        const install = (line.split(' && ')[0] ?? '').replace('/tmp/package', folder);
        const env = { PATH: cliEnvironment.PATH, NPM_CONFIG_PREFIX: join(folder, 'prefix') };
        const installed = await runProgram('sh', ['-c', install], { env });
        expect(`${installed.exitCode} ${installed.stderr}`).toBe('0 ');
        const command = join(folder, 'prefix/bin/mcp-test-harness');
        writeFileSync(join(folder, 'production.yaml'), JSON.stringify(serviceConfig(folder)));
        // Nothing listens there; what matters is that everything that would speak to it is in the package.
        const database = { ...env, DATABASE_URL: 'postgres://harness@127.0.0.1:1/harness' };
        const service = spawn(command, ['serve', '--config', 'production.yaml'], {
          cwd: folder,
          env: database,
        });
        const log = await new Promise<string>((done) => {
          let text = '';
          service.once('close', () => done(text));
          for (const stream of [service.stdout, service.stderr])
            stream.on('data', (chunk: Buffer) => {
              text += chunk.toString();
              if (text.includes('ECONNREFUSED')) service.kill('SIGKILL');
            });
        });
        expect(log).toContain('the store in PostgreSQL: connect ECONNREFUSED');
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('starts by an init, ends by SIGTERM, and writes to volumes alone', () => {
    expect(argumentsOf('ENTRYPOINT')).toEqual(['["/usr/bin/tini", "--", "mcp-test-harness"]']);
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(argumentsOf('VOLUME')).toEqual(['["/var/lib/mcp-test-harness", "/var/log/mcp-test-harness"]']);
  });

  it('gets nothing of a build on the machine, and no history', () => {
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '**/node_modules', 'packages/*/dist']));
  });
});

/** `1`, or the base to build on where the ordinary one cannot be had. */
const base = process.env['MCP_TEST_HARNESS_BUILD_IMAGE'];
const noImage =
  base === undefined
    ? ' (skipped: MCP_TEST_HARNESS_BUILD_IMAGE=1 builds it where there is buildah and a registry)'
    : '';

describe.skipIf(base === undefined)(`the image${noImage}`, () => {
  it('is built, says its version, and is not root', { timeout: 1_200_000 }, async () => {
    const env = Object.fromEntries(
      ['STORAGE_DRIVER', 'BUILDAH_ISOLATION'].map((name) => [name, process.env[name] ?? '']),
    );
    const buildah = (...args: readonly string[]) => runProgram('buildah', args, { env });
    const tag = 'localhost/mcp-test-harness:test';
    const on = base === '1' ? [] : ['--build-arg', `NODE_IMAGE=${base}`];
    const file = join(deploy, 'docker/Dockerfile');
    // Health checks are Docker's, not of the OCI format.
    const built = await buildah('build', '--format', 'docker', '--file', file, '--tag', tag, ...on, root);
    expect(`${built.exitCode} ${built.stderr}`).toMatch(/^0 /);
    const container = (await buildah('from', tag)).stdout.trim();
    const inside = async (...command: readonly string[]): Promise<string> =>
      (await buildah('run', container, '--', ...command)).stdout.trim();
    expect(await inside('mcp-test-harness', '--version')).toMatch(/^mcp-test-harness \d/);
    expect(await inside('id', '-u')).toBe('10001');
    expect(await inside('ls', '-ld', '/var/lib/mcp-test-harness')).toMatch(/^drwxr-x---.* mcp-test-harness /);
    await buildah('rm', container);
  });
});

const noBash = skippedWithout('bash');
describe.skipIf(noBash !== '')(`the function that stands for the command line${noBash}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-docker-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('mounts the folder that it is called in, not that in which the shell was opened', async () => {
    // It prints what it is called with.
    symlinkSync('/bin/echo', join(folder, 'docker'));
    const file = resolve(deploy, 'docker/mcp-test-harness.sh');
    const line = `cd /; source ${file}; cd ${folder}; mcp-test-harness test --tag 'two words'`;
    const env = { PATH: `${folder}:${process.env['PATH']}`, MCP_TEST_HARNESS_IMAGE: 'registry/harness:1' };
    const { exitCode, stdout } = await runProgram('bash', ['-euc', line], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `--volume ${folder}:/workspace --workdir /workspace registry/harness:1 test --tag two words`,
    );
    expect(stdout).not.toContain('--tty');
  });
});
