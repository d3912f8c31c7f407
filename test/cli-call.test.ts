import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';
import { echoTest, rudeCommand, rudeServer, suiteOf } from './support/suites.ts';

const folderWith = temporaryFolders();
const everything = ['--', 'mcp-server-everything'];

describe.concurrent('call without a request', () => {
  it('shows what the server is and has', async () => {
    const { exitCode, stdout, stderr } = await runCli(['call', ...everything]);
    expect(stdout).toMatch(/^mcp-servers\/everything 2\.0\.0 {2}protocol 2025-11-25, ready in \d+ ms$/m);
    expect(stdout).toMatch(/^capabilities: .*prompts, resources.*tools$/m);
    expect(stdout).toMatch(/^Tools \(\d+\)\n {2}echo\(message\) {2}Echoes back the input string$/m);
    expect(stdout).toContain('get-annotated-message(messageType, includeImage?)');
    expect(stdout).toMatch(/^Resources \(\d+\)\n {2}demo:\/\//m);
    expect(stdout).toMatch(/^Resource templates \(2\)$/m);
    expect(stdout).toMatch(/^Prompts \(\d+\)\n {2}simple-prompt {2}/m);
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

describe.concurrent('call', () => {
  it('puts the result of a tool on stdout as JSON, the rest on stderr', async () => {
    const args = ['call', '--tool', 'echo', '--args', '{"message":"hi"}', ...everything];
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(JSON.parse(stdout)).toEqual({ content: [{ type: 'text', text: 'Echo: hi' }] });
    expect(stderr).toMatch(/^ok {2}tools\/call in [\d.]+ ms\n$/);
    expect(exitCode).toBe(0);
  });

  it('sends any other request', async () => {
    const args = ['call', '--method', 'prompts/get', '--params', '{"name":"simple-prompt"}', ...everything];
    const { exitCode, stdout } = await runCli(args);
    expect(JSON.parse(stdout)).toHaveProperty('messages[0].role', 'user');
    expect(exitCode).toBe(0);
  });

  it('sends bytes as they stand and shows what comes back', async () => {
    const raw = '{"jsonrpc":"2.0","id":"mine","method":"ping"}';
    const { exitCode, stdout } = await runCli(['call', '--raw', raw, '--', ...rudeCommand()]);
    expect(JSON.parse(stdout)).toEqual({ jsonrpc: '2.0', id: 'mine', result: {} });
    expect(exitCode).toBe(0);
  });

  it('ends with 1 when a tool answers with isError, and shows the answer', async () => {
    const { exitCode, stdout, stderr } = await runCli(['call', '--tool', 'echo', ...everything]);
    expect(JSON.parse(stdout)).toMatchObject({ isError: true });
    expect(stderr).toMatch(/^tool error {2}the tool answered with isError in [\d.]+ ms\n$/);
    expect(exitCode).toBe(1);
  });

  it('ends with 1 when the answer is a JSON-RPC error, and shows it', async () => {
    const { exitCode, stdout, stderr } = await runCli(['call', '--method', 'no/such', ...everything]);
    expect(JSON.parse(stdout)).toMatchObject({ code: -32_601 });
    expect(stderr).toMatch(/^error {2}no\/such answered with JSON-RPC error -32601 in [\d.]+ ms\n$/);
    expect(exitCode).toBe(1);
  });

  it('ends with 1 when no client could take the answer as one, and says why', async () => {
    const { exitCode, stderr } = await runCli(['call', '--tool', 'echo', '--', ...rudeCommand('no-jsonrpc')]);
    expect(stderr).toMatch(/^malformed {2}.*jsonrpc/m);
    expect(stderr).toMatch(/^finding {2}jsonrpc\.version: /m);
    expect(exitCode).toBe(1);
  });

  it('ends with 1 when no answer comes in time', async () => {
    const args = ['call', '--tool', 'echo', '--timeout', '0.5', '--', ...rudeCommand('silent-call')];
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(/^PROTOCOL_TIMEOUT {2}tools\/call/);
    expect([stdout, exitCode]).toEqual(['', 1]);
  });

  it.each([
    [
      'cannot be found',
      ['--', 'no-such-program'],
      /^TARGET_NOT_STARTED {2}.*no-such-program.*was not found on PATH/,
    ],
    [
      'ends at once',
      ['--', ...rudeCommand('exit-before-initialize')],
      /^TARGET_EXITED .*DATABASE_URL is not set/,
    ],
    [
      'cannot be reached',
      ['--url', 'http://127.0.0.1:1/mcp'],
      /^TARGET_UNREACHABLE .*refused the connection/,
    ],
  ])('ends with 3 when the server %s', async (_what, target, says) => {
    const { exitCode, stdout, stderr } = await runCli(['call', '--method', 'ping', ...target]);
    expect(stderr).toMatch(says);
    expect([stdout, exitCode]).toEqual(['', 3]);
  });

  it('shows each frame with -v, and the stderr of the server too with -vv', async () => {
    const args = ['call', '--tool', 'echo', '--args', '{"message":"hi"}'];
    const [quiet, frames, all] = await Promise.all([
      runCli([...args, ...everything]),
      runCli([...args, '-v', ...everything]),
      runCli([...args, '-vv', ...everything]),
    ]);
    expect(quiet.stderr).not.toContain('tools/call"');
    for (const { stderr } of [frames, all]) {
      expect(stderr).toMatch(/^→ +[\d.]+ ms \{"jsonrpc":"2.0","id":\d+,"method":"initialize"/m);
      expect(stderr).toMatch(/^→ +[\d.]+ ms .*"method":"tools\/call"/m);
      expect(stderr).toMatch(/^← +[\d.]+ ms .*Echo: hi/m);
    }
    expect(frames.stderr).not.toContain('Starting default (STDIO) server');
    expect(all.stderr).toContain('Starting default (STDIO) server');
    expect(frames.stdout).toBe(quiet.stdout);
  });

  it('masks the header that it sends wherever the server repeats it', async () => {
    const { createServer } = await import('node:http');
    const server = createServer(({ headers }, response) => {
      response.writeHead(401, { 'content-type': 'text/plain' }).end(`${headers.authorization} is unknown`);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { port: number };
    for (const command of ['call', 'init']) {
      const args = [
        command,
        '--url',
        `http://127.0.0.1:${port}/mcp`,
        '-H',
        'Authorization: Bearer tok-12345',
      ];
      const { exitCode, stdout, stderr } = await runCli(args, { cwd: folderWith() });
      expect(stderr).toContain('*** is unknown');
      expect(stdout + stderr).not.toContain('tok-12345');
      expect(exitCode).toBe(1);
    }
    server.close();
  });
});

describe.concurrent('text of a server', () => {
  /** It tries to rename the window, by its name and by noise on stdout. */
  const hostile = `
    const rename = '\\u001B]0;gotcha\\u0007';
    console.log(rename);
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method } = JSON.parse(line);
      const result = method === 'initialize'
        ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: rename, version: '1' } }
        : { tools: [{ name: rename, description: rename, inputSchema: { type: 'object', properties: { [rename]: {} } } }] };
      if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });`;

  it('does not reach the terminal as a control sequence', async () => {
    const { stdout, stderr } = await runCli(['call', '-vv', '--', process.execPath, '-e', hostile]);
    expect(stdout + stderr).toContain(String.raw`\u001b]0;gotcha\u0007`);
    expect(stdout + stderr).not.toMatch(/\p{Cc}(?<!\n)/u);
  });
});

describe.concurrent('call with a configuration', () => {
  it('takes its one server, whatever limits its suites add', async () => {
    const limited = {
      name: 'limited',
      resource_limits: { max_open_files: 64 },
      test_cases: [echoTest('one')],
    };
    const config = {
      ...suiteOf([]),
      test_suites: [limited, { name: 'plain', test_cases: [echoTest('one')] }],
    };
    const cwd = folderWith({ 'mcp-test-harness.yaml': config });
    expect((await runCli(['call', '--tool', 'echo'], { cwd })).exitCode).toBe(0);
  });

  it('takes the one of several that --server names, also when no suite uses it', async () => {
    const cwd = folderWith({
      'mcp-test-harness.yaml': {
        servers: { used: rudeServer(), other: rudeServer('tool-error-unasked') },
        test_suites: [{ name: 'a', server: 'used', test_cases: [echoTest('one')] }],
      },
    });
    const call = (...args: readonly string[]) => runCli(['call', '--tool', 'echo', ...args], { cwd });
    expect((await call('--server', 'used')).exitCode).toBe(0);
    expect((await call('--server', 'other')).stdout).toContain('disk is full');
    expect(await call()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Choose with --server: used, other.') as unknown,
    });
    expect(await call('--server', 'third')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('It has: used, other.') as unknown,
    });
  });

  it('says how to name a server where there is none', async () => {
    const { exitCode, stderr } = await runCli(['call'], { cwd: folderWith() });
    expect(stderr).toContain('Name the server: a command after --, --url URL, or --config FILE.');
    expect(exitCode).toBe(4);
  });
});
