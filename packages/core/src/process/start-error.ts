import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';
import { findCommand, findMissingInterpreter } from './find-command.ts';

/** What was tried. */
export interface StartAttempt {
  readonly name: string;
  readonly command: string;
  readonly cwd: string;
  readonly path: string | undefined;
}

/** Explains why a process could not be started: TARGET_NOT_STARTED with the reason found and a remedy. */
export async function explainStartFailure(attempt: StartAttempt, cause: unknown): Promise<HarnessError> {
  const { reason, hint } = await findReason(attempt, cause);
  return new HarnessError({
    code: 'TARGET_NOT_STARTED',
    message: `server "${attempt.name}" could not be started: ${reason}`,
    hint,
    details: { command: attempt.command, cwd: attempt.cwd, errno: errnoOf(cause) },
    cause,
  });
}

async function findReason(
  { command, cwd, path }: StartAttempt,
  cause: unknown,
): Promise<{ reason: string; hint: string }> {
  const folder = await stat(cwd).catch(() => undefined);
  if (folder === undefined)
    return {
      reason: `working directory ${cwd} does not exist`,
      hint: 'Correct working_dir, or create the directory first.',
    };
  if (!folder.isDirectory())
    return { reason: `working directory ${cwd} is not a directory`, hint: 'Correct working_dir.' };
  if (!(await isEnterable(cwd)))
    return {
      reason: `working directory ${cwd} may not be entered`,
      hint: `Set working_dir to another directory, or allow entering this one: chmod +x ${cwd}`,
    };

  const lookup = await findCommand(command, path, cwd);
  if (lookup.state === 'missing') return explainMissing(command, path);
  if (lookup.state === 'directory')
    return {
      reason: `${lookup.path} is a directory`,
      hint: 'Set command to the executable file itself, or to an interpreter such as node with the script in args.',
    };
  if (lookup.state === 'not-executable')
    return {
      reason: `${lookup.path} is not executable`,
      hint: `Run chmod +x ${lookup.path}, or set command to its interpreter (node, python) and put the file in args.`,
    };
  const interpreter = await findMissingInterpreter(lookup.path);
  if (interpreter?.endsWith('\r') === true)
    return {
      reason: `the first line of ${lookup.path} ends with a carriage return, so its interpreter is not found`,
      hint: `Save it with Unix line endings: sed -i 's/\\r$//' ${lookup.path}`,
    };
  if (interpreter !== undefined)
    return {
      reason: `${lookup.path} asks for the interpreter ${interpreter}, which does not exist`,
      hint: `Install ${interpreter}, or correct the first line of ${lookup.path}.`,
    };
  return {
    reason: cause instanceof Error ? cause.message : String(cause),
    hint: `Try ${lookup.path} in a shell: the system refused to start it.`,
  };
}

async function isEnterable(folder: string): Promise<boolean> {
  return await access(folder, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function explainMissing(command: string, path: string | undefined): { reason: string; hint: string } {
  if (command.includes('/'))
    return {
      reason: `${command} does not exist`,
      hint: 'Correct command; a relative path counts from working_dir.',
    };
  if (/\s/.test(command))
    return {
      reason: `command "${command}" was not found on PATH`,
      hint: 'A command with args is taken as it stands: put everything behind the first word into args.',
    };
  return {
    reason: `command "${command}" was not found on PATH`,
    hint:
      path === undefined || path === ''
        ? 'The server is started without a PATH: give the full path of the command, or set path_additions.'
        : `Install ${command}, correct the spelling, or name its folder in path_additions. PATH is ${path}`,
  };
}

function errnoOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
