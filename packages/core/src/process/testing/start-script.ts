import { startServerProcess } from '../index.ts';
import { readSample } from '../proc-reader.ts';
import type { ServerProcess, ServerProcessOptions } from '../types.ts';

const started: ServerProcess[] = [];

/** Starts a Node script given as text, until {@link stopAll}. */
export async function startScript(
  script: string,
  options: Partial<ServerProcessOptions> = {},
): Promise<ServerProcess> {
  const server = await startServerProcess({
    name: 'actor',
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'] },
    ...options,
  });
  started.push(server);
  return server;
}

/** Starts a shell script given as text, until {@link stopAll}. */
export async function startShell(
  script: string,
  options: Partial<ServerProcessOptions> = {},
): Promise<ServerProcess> {
  return await startScript('', { command: '/bin/sh', args: ['-c', script], ...options });
}

/** For afterEach. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map(async (server) => await server.stop()));
}

/** The next lines that the server writes to stdout, which must not have written more. */
export async function readLines(server: ServerProcess, count: number): Promise<string[]> {
  let text = '';
  for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.split('\n').length > count) break;
  }
  return text.split('\n').slice(0, count);
}

/** The next line of stdout. */
export async function readLine(server: ServerProcess): Promise<string> {
  const [line = ''] = await readLines(server, 1);
  return line;
}

/** A process that has ended and waits to be reaped does not run: in a container nobody may reap orphans. */
export function isRunning(pid: number): boolean {
  return readSample(pid)?.ended === false;
}

/** Script of a process that ends on a signal only. */
export const staysAlive = 'setInterval(() => {}, 1e6);';

/** Script of a process that ends by SIGKILL only. */
export const stubborn = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); ${staysAlive}`;

/** Script that starts a child, says its pid, and ends with its stdin. */
export function withChild(options: string, child: string): string {
  return `
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], ${options});
    child.unref();
    console.log(child.pid);
    process.stdin.resume();`;
}
