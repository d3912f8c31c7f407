import { isAbsolute, join, relative } from 'node:path';
import { parseArgsStringToArgv as splitCommandLine } from 'string-argv';
import { HarnessError } from '../../errors.ts';
import type { PlannedServer } from '../../plan/types.ts';
import type { SessionOptions, StdioSessionOptions } from '../../protocol/types.ts';
import { plainNames, type BaseOptionNames } from './option-names.ts';
import type { Worktree } from './worktree.ts';

/** The server of a plan with another command. @throws HarnessError USAGE for a command line of nothing */
export function withCommand(
  server: PlannedServer,
  commandLine: string,
  names: BaseOptionNames = plainNames,
): PlannedServer {
  const [command, ...args] = splitCommandLine(commandLine);
  if (command === undefined) {
    const name = names.command ?? 'the base';
    throw new HarnessError({
      code: 'USAGE',
      message: `${name} names no command`,
      hint: `For example ${name} "node old/server.js".`,
    });
  }
  return { ...server, session: replaceProcess(server, (started) => ({ ...started, command, args })) };
}

/**
 * The server of a plan as it is in a worktree: every path into the repository leads into the worktree.
 * @param cwd where servers start that say nothing of it
 */
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
