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
let watchdog: Watchdog | undefined;

/** To be called before a server is spawned: however the harness ends from now on, its servers end with it. */
export function beginCare(path: string | undefined): void {
  if (watchdog !== undefined) return;
  watchdog = startWatchdog(path);
  for (const { pid } of live) watchdog?.add(pid);
  process.off('exit', endCare);
  process.once('exit', endCare);
}

/** Takes a server under care. */
export function registerServer(server: LiveServer): void {
  live.add(server);
  watchdog?.add(server.pid);
}

/** For a server of which nothing is left. */
export function unregisterServer(server: LiveServer): void {
  if (live.delete(server)) watchdog?.remove(server.pid);
}

/** Stops every server that runs, each in its three steps, all at the same time. For the handler of Ctrl-C. */
export async function endAllServers(): Promise<void> {
  await Promise.all([...live].map(async (server) => await server.stop()));
}

/** SIGKILLs every server and all their descendants, synchronously. For a second Ctrl-C; also done when the process exits. */
export function killAllServers(): void {
  for (const server of live) server.killNow();
}

/** What was started while the others were killed is left to the watchdog, which looks once more. */
function endCare(): void {
  killAllServers();
  if (live.size === 0) watchdog?.end();
}
