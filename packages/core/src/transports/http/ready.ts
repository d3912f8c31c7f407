import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../errors.ts';
import type { ServerProcess } from '../../process/types.ts';
import type { ReadyWhen } from '../../protocol/types.ts';
import { endError } from '../../protocol/end-error.ts';
import { describeExit } from '../server-process.ts';
import { hostOf, portOf } from './proxy.ts';

const pollMs = 50;
const keptCharacters = 64 * 1024;

/**
 * Waits until a url server that we started is ready: a line matches, a url answers, a port accepts; by default the
 * port of its own url. Its stdout is drained all the while and after.
 * @throws HarnessError TARGET_EXITED when it ends before; whatever the signal was aborted with
 */
export async function waitUntilReady(
  server: ServerProcess,
  url: URL,
  readyWhen: ReadyWhen | undefined,
  signal: AbortSignal,
): Promise<void> {
  const isReady = await readiness(server, url, readyWhen);
  const exited = server.exited.then(() => 'exited' as const);
  for (;;) {
    signal.throwIfAborted();
    if (server.exitInfo !== undefined) throw endError(describeExit(server), 'before it was ready');
    if (await isReady()) return;
    await Promise.race([sleep(pollMs), exited]);
  }
}

async function readiness(
  server: ServerProcess,
  url: URL,
  readyWhen: ReadyWhen | undefined,
): Promise<() => boolean | Promise<boolean>> {
  if (readyWhen?.logPattern !== undefined) return watchLog(server, readyWhen.logPattern);
  server.stdout.resume();
  if (readyWhen?.url !== undefined) return watchUrl(readyWhen.url);
  const port = readyWhen?.port ?? portOf(url);
  return () => accepts(hostOf(url), port);
}

/** Ready when a line of stdout or stderr matches. */
async function watchLog(server: ServerProcess, pattern: string): Promise<() => boolean> {
  const { createSafeRegex } = await import('../../regex.ts');
  const regex = createSafeRegex(pattern);
  let log = '';
  let found = false;
  server.stdout.on('data', (chunk: Buffer) => {
    if (found) return;
    log = (log + chunk.toString()).slice(-keptCharacters);
    found = log.split('\n').some((line) => regex.test(line));
    if (found) log = '';
  });
  return () => {
    found ||= server
      .stderrTail()
      .split('\n')
      .some((line) => regex.test(line));
    return found;
  };
}

/** Ready when a GET is answered with a status below 500 other than 404. */
async function watchUrl(url: string): Promise<() => Promise<boolean>> {
  const { Agent, request } = await import('undici');
  // Nothing is told to the server, so that its certificate need not be known.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, pipelining: 0 });
  return async () => {
    try {
      const { statusCode, body } = await request(url, {
        dispatcher,
        headersTimeout: 1000,
        bodyTimeout: 1000,
      });
      await body.dump();
      return statusCode < 500 && statusCode !== 404;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'UND_ERR_INVALID_ARG') {
        const message = `ready_when.url ${JSON.stringify(url)} is not a url`;
        throw new HarnessError({ code: 'TARGET_NOT_READY', message, cause: error });
      }
      return false;
    }
  };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (isAccepted: boolean): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
