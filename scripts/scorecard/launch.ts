import { createServer } from 'node:net';
import type { SessionOptions } from '@mcp-test-harness/core';
import type { ScoredServer } from './types.ts';
import type { Workplace } from './workplace.ts';

/** How a server is started in one run. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly port: number;
  /** Undefined: it speaks on stdio. */
  readonly url: string | undefined;
}

/** Fills in what the data leaves open. */
export async function planLaunch(
  server: ScoredServer,
  { command, folder, kubeconfig }: { readonly command: string } & Workplace,
): Promise<Launch> {
  const port = await freePort();
  const values = { folder, kubeconfig, port: String(port) };
  const fill = (text: string): string =>
    Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
  return {
    command,
    args: (server.args ?? []).map(fill),
    env: Object.fromEntries(Object.entries(server.env ?? {}).map(([name, value]) => [name, fill(value)])),
    folder,
    port,
    url: server.transport === 'http' ? `http://${server.host ?? '127.0.0.1'}:${port}/mcp` : undefined,
  };
}

/** As a configuration for the command line. */
export function toConfig({ command, args, env, folder, port, url }: Launch): Record<string, unknown> {
  const start = { command, args, env, working_dir: folder };
  return {
    server:
      url === undefined
        ? { transport: 'stdio', ...start }
        : { transport: 'http', url, ...start, ready_when: { port } },
  };
}

/** For the library. @param inherited the environment that it has besides its own */
export function toSession(
  { command, args, env, folder, port, url }: Launch,
  inherited: Readonly<Record<string, string>>,
): SessionOptions {
  const start = { command, args, env: { ...inherited, ...env }, cwd: folder };
  return url === undefined
    ? { transport: 'stdio', ...start }
    : { transport: 'http', url, start: { ...start, readyWhen: { port } } };
}

/** A port that nothing listened on a moment ago. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
