import { spawn } from 'node:child_process';
import type { Environment } from './define.ts';

/** How a program has ended. */
export interface ProgramEnd {
  /** Undefined when it was not found. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Its end: enough to say why. */
  readonly stderr: string;
}

const keptCharacters = 64 * 1024;

/** Runs a program that is found on PATH. Never throws; output beyond a bound is dropped. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: Environment,
  options: { readonly cwd?: string; readonly signal?: AbortSignal } = {},
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on(
      'data',
      (chunk: Buffer) => (stdout = `${stdout}${chunk.toString()}`.slice(-keptCharacters)),
    );
    child.stderr.on(
      'data',
      (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-keptCharacters)),
    );
    child.once('error', (error) => resolve({ exitCode: undefined, stdout, stderr: error.message }));
    child.once('close', (exitCode) => resolve({ exitCode: exitCode ?? -1, stdout, stderr }));
  });
}
