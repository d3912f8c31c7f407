import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';
import { HarnessError } from '../errors.ts';
import { runProgram } from './run-program.ts';
import type { ScriptResult } from './run-program.ts';
import { languageOf, programOfFile } from './script-program.ts';

export interface RunScriptOptions {
  /** Command line: a script or program, then arguments; split as a shell would, without a shell. */
  readonly script: string;
  /** Directory that the script is relative to and runs in. */
  readonly baseDir: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const tailLimit = 64 * 1024;

/**
 * Runs a `setup_script` or `teardown_script` to its end. What it leaves running in the background stays, as a
 * set-up may start a service. Python, Node and shell scripts are known by their extension; anything else is a
 * program, found on PATH when its name has no slash.
 * @returns how it ended, whatever its exit code, with the last 64 KiB of each output
 * @throws HarnessError SCRIPT_FAILED when it cannot be started; CANCELLED or PROTOCOL_TIMEOUT when the signal ends it
 */
export async function runScript(options: RunScriptOptions): Promise<ScriptResult> {
  const [first = '', ...args] = await splitCommand(options);
  const language = languageOf(first);
  const isPath = language !== undefined || /[/\\]/.test(first);
  const file = isPath ? resolve(options.baseDir, first) : first;
  if (isPath && !(await exists(file))) {
    throw new HarnessError({
      code: 'SCRIPT_FAILED',
      message: `the script ${file} does not exist`,
      hint: 'Scripts are relative to the file that names them.',
    });
  }
  return runProgram(programOfFile(file, language, args), {
    name: `the script ${options.script}`,
    cwd: options.baseDir,
    env: options.env,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    tailLimit,
    killLeftovers: false,
  });
}

async function splitCommand({ script, baseDir }: RunScriptOptions): Promise<readonly string[]> {
  if (/\s/.test(script) && (await exists(resolve(baseDir, script)))) return [script];
  return parseArgsStringToArgv(script);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
