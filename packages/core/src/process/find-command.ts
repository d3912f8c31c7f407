import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Whether a command can be started, and if not, why. */
export type CommandLookup =
  | { readonly state: 'found'; readonly path: string }
  | { readonly state: 'not-executable' | 'directory'; readonly path: string }
  | { readonly state: 'missing' };

/** Where exec looks without a PATH. */
const defaultPath = ['/usr/bin', '/bin'].join(delimiter);

/** Looks a command up like exec does: with a slash relative to `cwd`, otherwise along `path`. */
export async function findCommand(
  command: string,
  path: string | undefined,
  cwd: string,
): Promise<CommandLookup> {
  if (command.includes('/')) return await lookAt(resolve(cwd, command));
  let refused: CommandLookup = { state: 'missing' };
  for (const folder of (path ?? defaultPath).split(delimiter)) {
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

/**
 * The interpreter that a script's first line names, when that does not exist. A carriage return at the line's end
 * counts as part of the name, as it does for the kernel.
 */
export async function findMissingInterpreter(script: string): Promise<string | undefined> {
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(await readStart(script))?.[1];
  if (interpreter === undefined) return undefined;
  return (await lookAt(interpreter)).state === 'missing' ? interpreter : undefined;
}

/** The first 256 bytes, or nothing when they cannot be read. */
async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}
