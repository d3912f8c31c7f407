import { afterEach, describe, expect, it } from 'vitest';
import { listPids, readRunTag } from './proc-reader.ts';
import {
  isRunning,
  readLine,
  readLines,
  startScript,
  startShell,
  staysAlive,
  stopAll,
  stubborn,
  withChild,
} from './testing/start-script.ts';

afterEach(stopAll);

describe('stop', () => {
  it('needs no more than the end of stdin for a server that honours it', async () => {
    const server = await startScript('process.stdin.resume(); console.log("ready")');
    await readLine(server);
    expect(await server.stop()).toMatchObject({
      step: 'stdin-closed',
      exitCode: 0,
      signal: null,
      leftovers: [],
    });
    expect(isRunning(server.pid)).toBe(false);
  });

  it('sends the signal to a server that ignores the end of stdin', async () => {
    const server = await startScript(`console.log('ready'); ${staysAlive}`, { shutdownTimeoutMs: 2000 });
    await readLine(server);
    expect(await server.stop()).toMatchObject({ step: 'signal', signal: 'SIGTERM' });
  });

  it('waits no longer for the end of stdin than other clients do', async () => {
    const server = await startScript(`console.log('ready'); ${staysAlive}`, { shutdownTimeoutMs: 40_000 });
    await readLine(server);
    const { step, durationMs } = await server.stop();
    expect(step).toBe('signal');
    expect(durationMs).toBeLessThan(15_000);
  });

  it('sends the signal that was asked for, without closing stdin first when asked for', async () => {
    const server = await startScript(
      `process.on('SIGINT', () => process.exit(5));
       process.stdin.on('end', () => process.exit(6)).resume();
       console.log('ready');`,
      { shutdownSignal: 'SIGINT', signalAtOnce: true },
    );
    await readLine(server);
    expect(await server.stop()).toMatchObject({ step: 'signal', exitCode: 5 });
  });

  it('kills the whole tree when the server ignores SIGTERM', async () => {
    const server = await startScript(stubborn + withChild('{}', stubborn), { shutdownTimeoutMs: 400 });
    const child = Number(await readLine(server));
    expect(await server.stop()).toMatchObject({ step: 'killed', signal: 'SIGKILL' });
    expect(isRunning(server.pid)).toBe(false);
    expect(isRunning(child)).toBe(false);
  });

  it('names and kills a child that outlives the server', async () => {
    const server = await startScript(withChild(`{ stdio: 'ignore' }`, staysAlive));
    const child = Number(await readLine(server));
    const report = await server.stop();
    expect(report.step).toBe('stdin-closed');
    expect(report.leftovers).toEqual([{ pid: child, command: expect.stringContaining('setInterval') }]);
    expect(isRunning(child)).toBe(false);
  });

  it('finds a grandchild that called setsid and whose parents have ended', async () => {
    const middle = withChild(`{ detached: true, stdio: 'ignore' }`, staysAlive).replace(
      'process.stdin.resume()',
      '',
    );
    const server = await startScript(withChild(`{ stdio: ['ignore', 'inherit', 'ignore'] }`, middle));
    const [parent, grandchild] = (await readLines(server, 2)).map(Number) as [number, number];
    await expect.poll(() => isRunning(parent), { timeout: 10_000 }).toBe(false);
    const report = await server.stop();
    expect(report.leftovers.map(({ pid }) => pid)).toEqual([grandchild]);
    expect(isRunning(grandchild)).toBe(false);
  });

  it('finds a daemon that the server starts when it is asked to end', async () => {
    const server = await startShell(
      `trap 'setsid sleep 60 & echo $!; exit 0' TERM; echo ready; while :; do sleep 0.05; done`,
      { signalAtOnce: true },
    );
    await readLine(server);
    const daemon = readLine(server);
    const report = await server.stop();
    expect(report).toMatchObject({ step: 'signal', exitCode: 0 });
    expect(report.leftovers).toEqual([
      { pid: Number(await daemon), command: expect.stringContaining('sleep 60') },
    ]);
    expect(isRunning(Number(await daemon))).toBe(false);
  });

  it('does not blame a server for a child that ends right after it', async () => {
    const server = await startShell(`exec 3<&0; (cat <&3; sleep 0.05) >/dev/null & echo $!; read -r line`);
    const child = Number(await readLine(server));
    expect((await server.stop()).leftovers).toEqual([]);
    expect(isRunning(child)).toBe(false);
  });

  it('lets go of pipes that a process holds which nobody can find', async () => {
    const server = await startShell('(env -i setsid sleep 3 &); read -r line');
    await server.stop();
    expect([server.stdin.destroyed, server.stdout.destroyed]).toEqual([true, true]);
  });

  it('gives the same report however often it is called', async () => {
    const server = await startScript('process.stdin.resume()');
    const [first, second] = await Promise.all([server.stop(), server.stop()]);
    expect(second).toBe(first);
    expect(await server.stop()).toBe(first);
  });
});

describe('a server that ends before it is asked to', () => {
  it('is reported as crashed', async () => {
    const server = await startScript('process.exit(7)');
    await server.exited;
    expect(await server.stop()).toMatchObject({ step: 'crashed', exitCode: 7, leftovers: [] });
  });

  it('leaves nothing behind, even when nobody calls stop', async () => {
    const server = await startShell('echo $MCP_TEST_HARNESS_RUN_ID; setsid sleep 60 & exit 1');
    const tag = await readLine(server);
    const tagged = (): number[] => (listPids() ?? []).filter((pid) => readRunTag(pid) === tag);
    await server.exited;
    await expect.poll(tagged, { timeout: 10_000 }).toEqual([]);
    const { leftovers } = await server.stop();
    expect(leftovers).toEqual([{ pid: expect.any(Number), command: expect.stringContaining('sleep 60') }]);
  });
});
