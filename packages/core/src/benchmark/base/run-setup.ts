import { spawn } from 'node:child_process';
import { HarnessError } from '../../errors.ts';
import { plainNames } from './option-names.ts';

export interface SetupOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** What it prints, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Of the option that it comes from, for messages. */
  readonly name?: string | undefined;
}

/** Of what it printed, in UTF-16 units, for the message when it fails. */
const longestTail = 2000;

/**
 * Runs the user's own command line in the shell.
 * @throws HarnessError SCRIPT_FAILED with the exit code, CANCELLED
 */
export async function runSetup(command: string, options: SetupOptions): Promise<void> {
  const { cwd, env, signal, onOutput, name = plainNames.setupCommand } = options;
  const cancelled = (): HarnessError =>
    new HarnessError({ code: 'CANCELLED', message: `${name} (${command}) was interrupted` });
  if (signal.aborted) throw cancelled();
  // A group of its own, so that what the shell has started ends with it.
  const child = spawn(command, {
    cwd,
    shell: true,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const end = (): void => killGroup(child.pid);
  signal.addEventListener('abort', end, { once: true });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-longestTail);
      onOutput?.(chunk);
    });
  }
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, killed) =>
      resolve(
        code === 0
          ? undefined
          : code === null
            ? `was ended by ${killed ?? 'a signal'}`
            : `ended with exit code ${code}`,
      ),
    );
  });
  signal.removeEventListener('abort', end);
  if (signal.aborted) throw cancelled();
  if (ended === undefined) return;
  throw new HarnessError({
    code: 'SCRIPT_FAILED',
    message: `${name} (${command}) ${ended}`,
    hint: tail.trim() === '' ? 'It printed nothing.' : `It printed: ${tail.trim()}`,
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
