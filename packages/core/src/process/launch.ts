import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** What to start. */
export interface LaunchOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
}

/** A child whose three pipes are open, without any decoding or buffering of ours. */
export interface PipedChild {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly once: ChildProcess['once'];
  readonly kill: ChildProcess['kill'];
}

/**
 * Starts a process in a session and group of its own.
 * On Windows execa finds and escapes `.cmd` shims such as npx; elsewhere it adds nothing
 * to raw pipes, and its import (100 ms) would come before every server's start.
 * @throws Error of the system (ENOENT, EACCES, E2BIG, ...) when nothing was started
 */
export async function launch(options: LaunchOptions): Promise<PipedChild> {
  return process.platform === 'win32' ? await launchWithExeca(options) : await launchDirectly(options);
}

/** {@link launch} for POSIX systems. */
export async function launchDirectly({ command, args, env, cwd }: LaunchOptions): Promise<PipedChild> {
  const child = spawn(command, [...args], { cwd, env, detached: true, stdio: 'pipe' });
  // Without a pid it has failed, and the reason comes as an event in the next tick.
  if (child.pid === undefined)
    throw await new Promise<Error>((resolve) => {
      child.once('error', resolve);
    });
  hearErrors(child);
  return child as typeof child & { readonly pid: number };
}

/** {@link launch} for Windows, which knows no groups: there `kill` ends the descendants too. Works everywhere. */
export async function launchWithExeca({ command, args, env, cwd }: LaunchOptions): Promise<PipedChild> {
  const { execa } = await import('execa');
  const child = execa(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    extendEnv: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: false,
  });
  const { pid, stdin, stdout, stderr, nodeChildProcess } = child;
  if (pid === undefined) throw (await child) as unknown as Error;
  hearErrors(nodeChildProcess);
  // Not the subprocess itself: it is a thenable, and returning it would wait for its end.
  return {
    pid,
    stdin,
    stdout,
    stderr,
    once: nodeChildProcess.once.bind(nodeChildProcess),
    kill: (signal) => child.kill(signal),
  };
}

/** A running child emits an error when it cannot be signalled; unheard, that would end the harness. */
function hearErrors(child: ChildProcess): void {
  child.on('error', () => {});
}
