import { afterEach, describe, expect, it } from 'vitest';
import { readLine, startScript, startShell, staysAlive, stopAll, withChild } from './testing/start-script.ts';

afterEach(stopAll);

describe('a server process', () => {
  it('gets and gives bytes unchanged', async () => {
    const server = await startScript('process.stdin.pipe(process.stdout)');
    const chunks: Buffer[] = [];
    server.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0d]);
    server.stdin.end(bytes);
    await server.exited;
    expect(Buffer.concat(chunks)).toEqual(bytes);
  });

  it('gets the environment it was told, with path_additions first, and nothing else but the tag', async () => {
    const server = await startScript('console.log(JSON.stringify(process.env))', {
      env: { PATH: '/usr/bin', ANSWER: '42', LEFT_OUT: undefined },
      cwd: '/tmp',
      pathAdditions: ['tools', '/opt/bin'],
    });
    expect(JSON.parse(await readLine(server))).toEqual({
      ANSWER: '42',
      PATH: '/tmp/tools:/opt/bin:/usr/bin',
      MCP_TEST_HARNESS_RUN_ID: expect.any(String),
    });
  });

  it('gets the same environment when a shell sets its limits, names included that are none to a shell', async () => {
    const env = { PATH: '/usr/bin', 'INPUT_FAIL-ON': 'x', 'a.b': 'c=d', '-u': '1', PWD: '/else', SHLVL: '7' };
    const server = await startScript('console.log(JSON.stringify(process.env))', {
      env: { ...env, LEFT_OUT: undefined },
      limits: { maxOpenFiles: 1000 },
    });
    const { MCP_TEST_HARNESS_RUN_ID: _tag, ...received } = JSON.parse(await readLine(server)) as typeof env &
      Record<string, string>;
    expect(received).toEqual(env);
  });

  it('gets no variable of the shell that sets its limits', async () => {
    const server = await startScript('console.log(Object.keys(process.env))', {
      env: {},
      limits: { maxOpenFiles: 1000 },
    });
    expect(await readLine(server)).toBe(`[ 'MCP_TEST_HARNESS_RUN_ID' ]`);
  });

  it.each([{}, { maxOpenFiles: 64 }])(
    'is found in the usual folders without a PATH, with limits %j',
    async (limits) => {
      const server = await startScript('', { command: 'cat', args: ['/dev/null'], env: {}, limits });
      expect(await server.exited).toEqual({ exitCode: 0, signal: null });
    },
  );

  it('tells its exit code after all its output', async () => {
    const server = await startScript(
      `process.stdout.write('x'.repeat(1e6), () => { console.error('bye'); process.exitCode = 7; })`,
    );
    let bytes = 0;
    server.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
    expect(await server.exited).toEqual({ exitCode: 7, signal: null });
    expect(bytes).toBe(1e6);
    expect(server.stderrTail()).toBe('bye\n');
  });

  it('tells the signal that ended it', async () => {
    const server = await startScript(`process.kill(process.pid, 'SIGSEGV'); ${staysAlive}`);
    expect(await server.exited).toEqual({ exitCode: null, signal: 'SIGSEGV' });
  });

  it('is not waited for ever when its child keeps its pipes', async () => {
    const server = await startShell('sleep 60 & exit 3');
    server.stdout.resume();
    expect(await server.exited).toEqual({ exitCode: 3, signal: null });
  });

  it('may have gone when something is written to it', async () => {
    const server = await startScript('process.exit(0)');
    await server.exited;
    const error = await new Promise((resolve) => {
      server.stdin.write('anybody there?\n', resolve);
    });
    expect(error).toBeInstanceOf(Error);
    expect(server.exitInfo).toEqual({ exitCode: 0, signal: null });
  });

  it('may write any amount to stderr: the last 64 KiB are kept', async () => {
    const server = await startScript(`
      for (let i = 0; i < 200_000; i++) process.stderr.write('line ' + i + '\\n');
      process.exitCode = 1;`);
    await server.exited;
    expect(Buffer.byteLength(server.stderrTail())).toBe(64 * 1024);
    expect(server.stderrTail()).toMatch(/line 199998\nline 199999\n$/);
  });

  it('tells the CPU time and the peak memory of itself and its children', async () => {
    const burn = `while (process.cpuUsage().user < 300_000); console.log('done'); ${staysAlive}`;
    const server = await startScript(`
      const kept = Buffer.alloc(64 << 20, 1);
      ${withChild(`{ stdio: ['ignore', 'inherit', 'ignore'] }`, burn).replace('console.log(child.pid)', '')}
      process.stdin.on('end', () => process.exit(kept.length === 0 ? 1 : 0));`);
    expect(await readLine(server)).toBe('done');
    await server.stop();
    expect(server.usage()?.cpuMs).toBeGreaterThanOrEqual(300);
    expect(server.usage()?.peakMemoryBytes).toBeGreaterThan(64 << 20);
  });
});
