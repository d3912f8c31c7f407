import type { ServerProcess, ShutdownReport } from '../../process/types.ts';
import type { ServerProcessReport, UrlSessionOptions } from '../../protocol/types.ts';
import { describeExit, processReport } from '../server-process.ts';
import type { EndReason } from '../types.ts';
import { waitUntilReady } from './ready.ts';

/** A connection breaks before the exit of a crashing server is known. */
const exitGraceMs = 500;

/** The server behind a URL: our own process when `start` says so, else somebody's. */
export class UrlServer {
  readonly #options: UrlSessionOptions;
  readonly #onExit: (reason: EndReason) => void;
  #process: ServerProcess | undefined;
  #stopping = false;

  /** @param onExit told when the process ends though nobody asked it to */
  constructor(options: UrlSessionOptions, onExit: (reason: EndReason) => void) {
    this.#options = options;
    this.#onExit = onExit;
  }

  /**
   * Starts the process, when there is one to start, and waits until it is ready.
   * @throws HarnessError TARGET_NOT_STARTED, TARGET_EXITED; whatever the signal was aborted with
   */
  async start(url: URL, signal: AbortSignal): Promise<void> {
    const { start, name } = this.#options;
    if (start === undefined) return;
    const { startServerProcess } = await import('../../process/index.ts');
    const { readyWhen, env, ...process } = start;
    const server = await startServerProcess({
      ...process,
      name: name ?? start.command,
      env: env ?? {},
      signalAtOnce: true,
    });
    this.#process = server;
    void this.#watch(server);
    await waitUntilReady(server, url, readyWhen, signal);
  }

  /** Our process has ended already. */
  get hasEnded(): boolean {
    return this.#process?.exitInfo !== undefined;
  }

  report(): ServerProcessReport {
    return processReport(this.#process);
  }

  cpuTimeMs(): number | undefined {
    return this.#process?.cpuTimeMs();
  }

  /** Tells of a broken connection, unless the end of the process explains it better. */
  explain(tell: () => void): void {
    const server = this.#process;
    if (server === undefined) {
      tell();
      return;
    }
    const wait = setTimeout(tell, exitGraceMs);
    void server.exited.then(() => clearTimeout(wait));
  }

  stop(): Promise<ShutdownReport | undefined> {
    this.#stopping = true;
    return this.#process?.stop() ?? Promise.resolve(undefined);
  }

  async #watch(server: ServerProcess): Promise<void> {
    await server.exited;
    if (!this.#stopping) this.#onExit(describeExit(server));
  }
}
