import type { PlannedServer, SessionOptions, StdioSessionOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { isAbsolute, join, relative } from 'node:path';
import type { Worktree } from './worktree.ts';

/** The server of a plan with another command. */
export async function withCommand(server: PlannedServer, commandLine: string): Promise<PlannedServer> {
  const { splitCommandLine } = await import('@mcp-test-harness/core/plan');
  const [command, ...args] = splitCommandLine(commandLine);
  if (command === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: '--compare names no command',
      hint: 'For example --compare "node old/server.js".',
    });
  }
  return { ...server, session: replaceProcess(server, (started) => ({ ...started, command, args })) };
}

/** The server of a plan as it is in a worktree: every path into the repository leads into the worktree. */
export function inWorktree(
  server: PlannedServer,
  { repository, directory }: Pick<Worktree, 'repository' | 'directory'>,
  cwd: string,
): PlannedServer {
  const move = (path: string): string => {
    if (!isAbsolute(path)) return path;
    const inside = relative(repository, path);
    return inside.startsWith('..') || isAbsolute(inside) ? path : join(directory, inside);
  };
  return {
    ...server,
    session: replaceProcess(server, (started) => ({
      ...started,
      command: move(started.command),
      args: started.args?.map(move),
      cwd: move(started.cwd ?? cwd),
      pathAdditions: started.pathAdditions?.map(move),
    })),
  };
}

type Started = Pick<StdioSessionOptions, 'command' | 'args' | 'cwd' | 'pathAdditions'>;

function replaceProcess(
  { session, name }: PlannedServer,
  replace: (started: Started) => Started,
): SessionOptions {
  if (!('url' in session)) return { ...session, ...replace(session) };
  if (session.start !== undefined)
    return { ...session, start: { ...session.start, ...replace(session.start) } };
  throw new HarnessError({
    code: 'USAGE',
    message: `${name} is reached at ${session.url} and not started by us, so that there is no other version of it to compare with`,
    hint: 'Give the server a `command` that starts it, with ready_when.',
  });
}
