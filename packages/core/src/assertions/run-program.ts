import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { HarnessError } from '../errors.ts';
import { createTail } from './tail.ts';

/** What to start: the first of several interpreters that is installed. */
export interface Program {
  readonly candidates: readonly [string, ...string[]];
  readonly args: readonly string[];
}

export interface ProgramOptions {
  /** Used in messages: `the custom script check.py`. */
  readonly name: string;
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Written to stdin, which is then closed. A program that does not read it is not disturbed. */
  readonly input?: string | undefined;
  /** How much of each output is kept: the last so many characters. */
  readonly tailLimit: number;
  /** Kill what the program started and left running when it ends; it is always killed with it on a timeout. */
  readonly killLeftovers: boolean;
}

/** How a program ended. */
export interface ScriptResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** The last part of the output. */
  readonly stdout: string;
  readonly stderr: string;
}

const forceKillAfterMs = 2000;
/** How long the outputs may stay open after the program has ended, held by something that it left behind. */
const drainMs = 250;

/**
 * Runs a program to its end, or to its time limit, when its whole tree is killed.
 * @throws HarnessError SCRIPT_FAILED when it cannot be started; CANCELLED or PROTOCOL_TIMEOUT when the signal ends it
 */
export async function runProgram(program: Program, options: ProgramOptions): Promise<ScriptResult> {
  throwIfAborted(options);
  await requireDirectory(options);
  for (const command of program.candidates) {
    const result = await attempt(command, program.args, options);
    if (result !== 'not found') return result;
  }
  const [first, ...others] = program.candidates;
  const tried = others.length === 0 ? '' : ` (nor ${others.join(', ')})`;
  throw new HarnessError({
    code: 'SCRIPT_FAILED',
    message: `${options.name} could not be started: ${first} was not found${tried}`,
    hint: `Install ${first}, or see to it that it is on PATH.`,
  });
}

async function attempt(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ScriptResult | 'not found'> {
  const { execa } = await import('execa');
  const startedAt = performance.now();
  const subprocess = execa(command, [...args], {
    cwd: options.cwd,
    env: dropUnset(options.env),
    extendEnv: false,
    reject: false,
    buffer: false,
    input: options.input ?? '',
    timeout: Math.max(1, Math.ceil(options.timeoutMs)),
    forceKillAfterDelay: forceKillAfterMs,
    killDescendants: true,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const stdout = collect(subprocess.stdout, options.tailLimit);
  const stderr = collect(subprocess.stderr, options.tailLimit);
  let exited: { exitCode: number | null; signal: NodeJS.Signals | null } | undefined;
  let drain: NodeJS.Timeout | undefined;
  subprocess.nodeChildProcess.once('exit', (exitCode, signal) => {
    exited = { exitCode, signal };
    if (options.killLeftovers) killGroup(subprocess.pid);
    drain = setTimeout(() => {
      subprocess.stdout.destroy();
      subprocess.stderr.destroy();
    }, drainMs);
  });
  const result = await subprocess;
  clearTimeout(drain);
  const { timedOut } = result;
  if (timedOut || result.isCanceled) killGroup(subprocess.pid);
  throwIfAborted(options);
  const { code } = result as { code?: string };
  if (exited === undefined) {
    if (code === 'ENOENT') return 'not found';
    throw new HarnessError({
      code: 'SCRIPT_FAILED',
      message: `${options.name} could not be started: ${code === 'EACCES' ? `${command} is not executable` : (result.originalMessage ?? code ?? 'unknown reason')}`,
      hint: code === 'EACCES' ? 'Make it executable (chmod +x), or give its language.' : undefined,
      cause: result,
    });
  }
  return {
    ...exited,
    timedOut,
    durationMs: performance.now() - startedAt,
    stdout: stdout.text(),
    stderr: stderr.text(),
  };
}

function collect(stream: Readable, limit: number) {
  const tail = createTail(limit);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => tail.push(chunk));
  return tail;
}

/** The program was made the leader of its own process group, so that this reaches what it started. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty: nothing was left behind.
  }
}

function throwIfAborted({ signal, name }: ProgramOptions): void {
  if (signal?.aborted !== true) return;
  const outOfTime = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  throw new HarnessError({
    code: outOfTime ? 'PROTOCOL_TIMEOUT' : 'CANCELLED',
    message: outOfTime ? `the time of the test was up before ${name} ended` : `${name} was cut off`,
    cause: signal.reason,
  });
}

async function requireDirectory({ cwd, name }: ProgramOptions): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new HarnessError({
    code: 'SCRIPT_FAILED',
    message: `${name} could not be started: its working directory ${cwd} does not exist`,
    hint: 'Correct working_dir.',
  });
}

function dropUnset(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
