import type { Watchdog } from './watchdog.ts';
import { startWatchdog } from './watchdog.ts';

/** What must be ended before the harness may. */
export interface LiveServer {
  readonly pid: number;
  stop(): Promise<unknown>;
  /** SIGKILLs the whole tree at once, synchronously. */
  killNow(): void;
}

const live = new Set<LiveServer>();
let watchdog: Promise<Watchdog> | undefined;
let readyWatchdog: Watchdog | undefined;

/** Takes a server under care; the first one also starts the watchdog, without waiting for it. */
export function registerServer(server: LiveServer, path: string | undefined): void {
  live.add(server);
  watchdog ??= beginCare(path);
  void watch(server, watchdog);
}

async function watch(server: LiveServer, starting: Promise<Watchdog>): Promise<void> {
  const dog = await starting;
  if (live.has(server)) dog.add(server.pid);
}

export function unregisterServer(server: LiveServer): void {
  if (live.delete(server)) readyWatchdog?.remove(server.pid);
}

/** Stops every server that runs, each in its three steps, all at the same time. For the handler of Ctrl-C. */
export async function endAllServers(): Promise<void> {
  await Promise.all([...live].map(async (server) => await server.stop()));
}

/** SIGKILLs every server and all their descendants, synchronously. For a second Ctrl-C; also done when the process exits. */
export function killAllServers(): void {
  for (const server of live) server.killNow();
  live.clear();
}

async function beginCare(path: string | undefined): Promise<Watchdog> {
  process.once('exit', () => {
    killAllServers();
    readyWatchdog?.end();
  });
  readyWatchdog = await startWatchdog(path);
  return readyWatchdog;
}
