import type { RunResult } from '@mcp-test-harness/core';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { cliEnvironment, readReport, runCli } from './support/run-cli.ts';
import { rudeCommand } from './support/suites.ts';

const folderWith = temporaryFolders();

/** Runs the suite that `init` wrote: every test that is not disabled has to pass. */
async function expectToPass(cwd: string, config: string, minimum: number): Promise<void> {
  const { exitCode, stdout } = await runCli(['test', '--config', config, '--report', 'json:run.json'], {
    cwd,
  });
  expect(exitCode, stdout).toBe(0);
  const { totals, findings, coverage } = readReport(join(cwd, 'run.json')) ?? {};
  expect(totals?.passed).toBeGreaterThanOrEqual(minimum);
  expect(totals).toMatchObject({ failed: 0, errored: 0, flaky: 0 });
  expect(findings).toEqual([]);
  // What the disabled tests would use is named as not used.
  expect(stdout).toMatch(/^Coverage: \d+ of \d+ tools, resources and prompts were used by tests/m);
  expect(
    coverage?.servers.flatMap(({ lists }) => lists.map(({ notMeasured }) => notMeasured)),
  ).not.toContainEqual(expect.any(String));
  expect(coverage?.exercised).toBeGreaterThanOrEqual(minimum - listsOf(coverage));
}

/** How many of the tests only list, and one pings. */
function listsOf(coverage: RunResult['coverage']): number {
  const kinds = coverage?.servers.flatMap(({ lists }) => lists.map(({ kind }) => kind)) ?? [];
  return kinds.filter((kind) => kind !== 'resource-templates').length + 1;
}

describe.concurrent('init writes a suite that passes', () => {
  const servers = [
    // Its one tool that takes ten seconds is then written disabled.
    { server: 'everything', args: ['--timeout', '4'], tests: 22 },
    { server: 'filesystem', args: [], tests: 4 },
    { server: 'memory', args: [], tests: 5 },
  ];

  it.each(servers)('for $server with the minimal template', async ({ server, args, tests }) => {
    const cwd = folderWith({ 'data/poem.txt': 'The first line.\n' });
    const command = [`mcp-server-${server}`, ...(server === 'filesystem' ? ['data'] : [])];
    const { exitCode, stdout, stderr } = await runCli(['init', '--from-server', ...args, '--', ...command], {
      cwd,
    });
    expect(stdout).toMatch(/^wrote {2}\S+mcp-test-harness\.yaml: \d+ tests that pass/);
    expect(stdout).toMatch(/^next: mcp-test-harness test$/m);
    expect(stderr).toContain(`asking ${command.join(' ')} what it has`);
    expect(exitCode).toBe(0);
    await expectToPass(cwd, 'mcp-test-harness.yaml', tests);
  });

  it('with the production template: limits, strict protocol checks, environments and reports', async () => {
    const cwd = folderWith();
    await runCli(['init', '--template', 'production', '--', 'mcp-server-memory'], { cwd });
    const written = readFileSync(join(cwd, 'mcp-test-harness.yaml'), 'utf8');
    for (const text of ['max_memory_mb: ', 'protocol_checks: error', 'max_retries: ', 'environments:'])
      expect(written).toContain(text);
    await expectToPass(cwd, 'mcp-test-harness.yaml', 5);
    for (const report of ['report.html', 'results.json', 'junit.xml'])
      expect(existsSync(join(cwd, 'reports', report))).toBe(true);
    expect((await runCli(['test', '-q', '--environment', 'ci'], { cwd })).exitCode).toBe(0);
  });

  it('with the http template, from a server that runs', async () => {
    const cwd = folderWith();
    const { url, stop } = await startHttpServer();
    try {
      const args = ['init', '--template', 'http', '--url', url, '--timeout', '4'];
      const { exitCode, stderr } = await runCli([...args, '-H', 'X-Team: blue-team'], { cwd });
      expect(exitCode, stderr).toBe(0);
      const written = readFileSync(join(cwd, 'mcp-test-harness.yaml'), 'utf8');
      expect(written).toContain('transport: http');
      expect(written).toContain('X-Team: ${X_TEAM}');
      expect(written).not.toContain('blue-team');
      writeFileSync(join(cwd, 'open.yaml'), written.replace('${X_TEAM}', 'blue-team'));
      await expectToPass(cwd, 'open.yaml', 18);
    } finally {
      await stop();
    }
  });

  it('with what its resource templates expand to', async () => {
    const cwd = folderWith();
    await runCli(['init', '--from-server', '--timeout', '4', '--', 'mcp-server-everything'], { cwd });
    const written = readFileSync(join(cwd, 'mcp-test-harness.yaml'), 'utf8');
    expect(written).toContain('description: demo://resource/dynamic/text/{resourceId} can be read');
    await runCli(['test', '-s', 'resources', '--report', 'json:run.json'], { cwd });
    const lists = readReport(join(cwd, 'run.json'))?.coverage?.servers[0]?.lists;
    expect(lists?.find(({ kind }) => kind === 'resource-templates')).toMatchObject({ uncovered: [] });
    expect(lists?.find(({ kind }) => kind === 'resources')).toMatchObject({ uncovered: [] });
  });

  it('in another folder, whose tests start the server where init did', async () => {
    const cwd = folderWith({ 'data/poem.txt': 'The first line.\n' });
    const args = ['init', '--output', 'ci/suite.yaml', '--', 'mcp-server-filesystem', 'data'];
    const { stdout } = await runCli(args, { cwd });
    expect(stdout).toMatch(/^next: mcp-test-harness test --config ci\/suite\.yaml$/m);
    await expectToPass(cwd, 'ci/suite.yaml', 4);
  });

  it('for a server that breaks the protocol: as it is today, and says so', async () => {
    const cwd = folderWith();
    const args = ['init', '--template', 'production', '--', ...rudeCommand('logs-on-stdout')];
    const { stdout } = await runCli(args, { cwd });
    expect(stdout).toMatch(/^note {2}the server breaks rules of the protocol: stdio\.noise$/m);
    expect((await runCli(['test', '-q'], { cwd })).exitCode).toBe(0);
  });
});

describe.concurrent('the suite that init writes', () => {
  it('fails when a tool is gone', async () => {
    const cwd = folderWith({ 'data/poem.txt': '' });
    await runCli(['init', '--', 'mcp-server-filesystem', 'data'], { cwd });
    const file = join(cwd, 'mcp-test-harness.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('- write_file\n', '- no_longer_there\n'));
    const { exitCode, stdout } = await runCli(['test', '-t', 'tools-are-listed'], { cwd });
    expect(stdout).toContain('tools-are-listed  failed');
    expect(exitCode).toBe(1);
  });

  it('leaves tools that may change something disabled, with the reason', async () => {
    const cwd = folderWith({ 'data/poem.txt': '' });
    await runCli(['init', '--', 'mcp-server-filesystem', 'data'], { cwd });
    expect(readFileSync(join(cwd, 'mcp-test-harness.yaml'), 'utf8')).toMatch(
      /- id: write-file-answers\n.*\n {8}enabled: false # not annotated read-only, so init did not call it/,
    );
    expect(existsSync(join(cwd, 'data/example'))).toBe(false);
  });
});

describe.concurrent('init refuses', () => {
  it('to write suites from anything but a server', async () => {
    const args = ['init', '--no-from-server', '--', ...rudeCommand()];
    const { exitCode, stderr } = await runCli(args, { cwd: folderWith() });
    expect(stderr).toContain('init writes suites from a server only');
    expect(exitCode).toBe(2);
  });

  it('to overwrite a file, unless --force is given', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': 'mine' });
    const refused = await runCli(['init', '--', ...rudeCommand()], { cwd });
    expect(refused.stderr).toContain('mcp-test-harness.yaml exists');
    expect(refused.exitCode).toBe(2);
    expect(readFileSync(join(cwd, 'mcp-test-harness.yaml'), 'utf8')).toBe('mine');
    expect((await runCli(['init', '--force', '--', ...rudeCommand()], { cwd })).exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'mcp-test-harness.yaml'), 'utf8')).toContain('test_suites:');
  });

  it('a server that does not start, and writes nothing', async () => {
    const cwd = folderWith();
    const { exitCode, stderr } = await runCli(['init', '--', 'no-such-program'], { cwd });
    expect(stderr).toContain('TARGET_NOT_STARTED');
    expect(exitCode).toBe(3);
    expect(existsSync(join(cwd, 'mcp-test-harness.yaml'))).toBe(false);
  });

  it('a file that cannot be written, before it starts the server', async () => {
    const cwd = folderWith();
    mkdirSync(join(cwd, 'folder'));
    writeFileSync(join(cwd, 'file'), '');
    const args = ['init', '--output', 'file/suite.yaml', '--', ...rudeCommand()];
    const { exitCode, stderr } = await runCli(args, { cwd });
    expect(stderr).toContain('IO_WRITE  cannot write');
    expect(stderr).not.toContain('asking');
    expect(exitCode).toBe(4);
  });
});

/** The reference server over HTTP on a free port, ready to answer. */
async function startHttpServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn('mcp-server-everything', ['streamableHttp'], {
    env: { ...cliEnvironment, PORT: String(port) },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const ready = await fetch(url).then(
      () => true,
      () => false,
    );
    if (ready) return { url, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`the server on port ${port} was not ready within 10 s`);
}
