import { findCommand, findMissingInterpreter } from './find-command.ts';
import type { Environment } from './search-path.ts';

/** Variables that a shell sets by itself. */
const shellVariables = ['PWD', 'OLDPWD', 'SHLVL', '_'];
/** What a shell takes for the name of a variable; dash forgets the others. */
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A command as it would be started without limits. */
export interface PlainCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly path: string | undefined;
  readonly cwd: string;
}

/**
 * A shell that sets the kernel's limits and then lets the server take its place, with the environment unchanged.
 * @throws Error when the shell could not start the command, which it would only tell on stderr
 */
export async function wrapInShell(
  prelude: string,
  { command, args, env, path, cwd }: PlainCommand,
): Promise<readonly [string, readonly string[]]> {
  const lookup = await findCommand(command, path, cwd);
  if (lookup.state !== 'found') throw new Error(`${command}: ${lookup.state}`);
  const interpreter = await findMissingInterpreter(lookup.path);
  if (interpreter !== undefined) throw new Error(`${interpreter}: missing`);

  const restored = Object.entries(env)
    .filter(([name, value]) => value !== undefined && !survivesShell(name))
    .map(([name, value]) => `${name}=${value}`);
  const exec = restored.length === 0 ? 'exec' : 'exec /usr/bin/env --';
  const script = `${prelude}unset ${shellVariables.join(' ')}; ${exec} "$@"`;
  return ['/bin/sh', ['-c', script, 'sh', ...restored, lookup.path, ...args]];
}

function survivesShell(name: string): boolean {
  return namePattern.test(name) && !shellVariables.includes(name);
}
