import { pino } from 'pino';
import type { Logger } from '../logging/define.ts';
import type { Scrubber } from '../secrets/index.ts';
import type { ServiceSettings } from '../settings/define.ts';

/** The log of the service, one JSON object a line; its level follows the configuration. */
export interface ServiceLog extends Logger {
  setLevel(level: ServiceSettings['logLevel']): void;
}

/**
 * @param write gets whole lines; secrets are out of them
 * @param scrubber secrets that are added to it later are hidden from then on
 */
export function createServiceLog(
  options: { readonly level: ServiceSettings['logLevel']; readonly scrubber: Scrubber },
  write: (line: string) => void,
): ServiceLog {
  const { level, scrubber } = options;
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(scrubber.text(line)) },
  );
  const details = (given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        value instanceof Error ? scrubber.error(value) : value,
      ]),
    );
  return {
    debug: (event, given) => log.debug(details(given), event),
    info: (event, given) => log.info(details(given), event),
    warn: (event, given) => log.warn(details(given), event),
    error: (event, given) => log.error(details(given), event),
    setLevel: (wanted) => {
      log.level = wanted;
    },
  };
}
