import { startServerProcess, type ServerProcess } from '@mcp-test-harness/core/process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock/index.ts';
import { readMessages, toLine, type MessageFromRun, type MessageToRun } from './messages.ts';

export interface RunProcessesSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** What a process is used for at most: whatever it may lose in a run, it does not lose for ever. */
const mostRuns = 25;
const longestIdleMs = 30_000;
/** From the end of stdin until it is killed. */
const shutdownTimeoutMs = 4000;

/** A process that carries out one run at a time. */
export class RunProcess {
  readonly #child: ServerProcess;
  readonly #messages: AsyncGenerator<MessageFromRun>;
  /** That it has carried out. */
  runs = 0;

  constructor(child: ServerProcess) {
    this.#child = child;
    this.#messages = readMessages<MessageFromRun>(child.stdout);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get exitInfo(): ServerProcess['exitInfo'] {
    return this.#child.exitInfo;
  }

  stderrTail(): string {
    return this.#child.stderrTail();
  }

  tell(message: MessageToRun): void {
    // That it has gone is told by its stdout.
    if (this.#child.stdin.writable) this.#child.stdin.write(toLine(message));
  }

  /**
   * Undefined when it has gone.
   * @throws Error for what is no message
   */
  async hear(): Promise<MessageFromRun | undefined> {
    const next = await this.#messages.next();
    return next.done === true ? undefined : next.value;
  }

  /** It is gone, with all that it had started, when this resolves. */
  async stop(): Promise<void> {
    await this.#child.stop();
  }
}

/**
 * The processes of runs. To start one costs more than most runs, so that one whose run has ended well carries out another,
 * some times and when it comes soon.
 */
export class RunProcesses {
  readonly #settings: RunProcessesSettings;
  readonly #idle = new Map<RunProcess, AbortController>();
  #isClosed = false;

  constructor(settings: RunProcessesSettings) {
    this.#settings = settings;
  }

  async take(): Promise<RunProcess> {
    for (const [process, taken] of this.#idle) {
      this.#idle.delete(process);
      taken.abort();
      if (process.exitInfo === undefined) return process;
      await process.stop();
    }
    const child = await startServerProcess({
      name: 'process of runs',
      command: process.execPath,
      args: [...childArguments()],
      env: this.#settings.env,
      // Every path in a job is absolute.
      cwd: dirname(childFile),
      shutdownTimeoutMs,
    });
    return new RunProcess(child);
  }

  /** Takes back one whose run has ended well. */
  async giveBack(process: RunProcess): Promise<void> {
    process.runs += 1;
    if (this.#isClosed || process.runs >= mostRuns) {
      await process.stop();
      return;
    }
    const taken = new AbortController();
    this.#idle.set(process, taken);
    void this.#endWhenIdle(process, taken.signal);
  }

  async #endWhenIdle(process: RunProcess, taken: AbortSignal): Promise<void> {
    await this.#settings.clock.sleep(longestIdleMs, taken);
    if (this.#idle.delete(process)) await process.stop();
  }

  /** Ends those that wait for another run. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const waiting = [...this.#idle];
    this.#idle.clear();
    for (const [, taken] of waiting) taken.abort();
    await Promise.all(waiting.map(([process]) => process.stop()));
  }
}

/** Beside this file, in whatever form it runs, lies the program of the process. */
const childFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url),
);

function childArguments(): readonly string[] {
  return childFile.endsWith('.ts') ? ['--conditions=mcp-test-harness-source', childFile] : [childFile];
}
