import { killAllServers } from '@mcp-test-harness/core/process';
import { startService, type Service, type StartOptions } from './start-service.ts';

/** Exit codes of a process that a signal has ended, as shells tell them. */
const endedBy = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs the service until a signal ends it. The first SIGTERM or SIGINT drains, the second ends at once; SIGHUP reloads.
 * @returns the exit code: 0 when it ended in order
 * @throws as `startService`
 */
export async function runService(options: StartOptions): Promise<number> {
  // Node tells on stderr that its SQLite is experimental; in a service that is a line of the log, if at all.
  process.removeAllListeners('warning');
  let service: Service | undefined;
  const ending = Promise.withResolvers<void>();
  let asked = false;
  const end = (signal: keyof typeof endedBy): void => {
    if (asked) {
      // Not all servers end when their stdin does.
      killAllServers();
      process.exit(endedBy[signal]);
    }
    asked = true;
    ending.resolve();
  };
  const reload = (): void => void service?.reload();
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', reload);
  try {
    const starting = startService(options);
    service = await Promise.race([starting, ending.promise.then(() => undefined)]);
    if (service === undefined) {
      // It was ended while it waited for its database.
      void starting.then((late) => late.stop()).catch(() => undefined);
      return 0;
    }
    await ending.promise;
    await service.stop();
    return 0;
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', reload);
  }
}
