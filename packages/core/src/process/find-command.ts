import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Whether a command can be started, and if not, why. */
export type CommandLookup =
  | { readonly state: 'found'; readonly path: string }
  | { readonly state: 'not-executable' | 'directory'; readonly path: string }
  | { readonly state: 'missing' };

/** Looks a command up like exec does: with a slash relative to `cwd`, otherwise along `path`. */
export async function findCommand(
  command: string,
  path: string | undefined,
  cwd: string,
): Promise<CommandLookup> {
  if (command.includes('/')) return await lookAt(resolve(cwd, command));
  let refused: CommandLookup = { state: 'missing' };
  for (const folder of (path ?? '').split(delimiter)) {
    const found = await lookAt(isAbsolute(folder) ? join(folder, command) : resolve(cwd, folder, command));
    if (found.state === 'found') return found;
    if (refused.state === 'missing') refused = found;
  }
  return refused;
}

async function lookAt(path: string): Promise<CommandLookup> {
  try {
    if ((await stat(path)).isDirectory()) return { state: 'directory', path };
  } catch {
    return { state: 'missing' };
  }
  try {
    await access(path, constants.X_OK);
    return { state: 'found', path };
  } catch {
    return { state: 'not-executable', path };
  }
}

/** The interpreter that a script's first line names, when that does not exist. */
export async function findMissingInterpreter(script: string): Promise<string | undefined> {
  try {
    await using file = await open(script, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    const interpreter = /^#!\s*(\S+)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
    if (interpreter === undefined) return undefined;
    return (await lookAt(interpreter)).state === 'missing' ? interpreter : undefined;
  } catch {
    return undefined;
  }
}
