import type { LoadedConfig } from '@mcp-test-harness/core';
import type { Io } from './io.ts';

/** Below 0, less is said than without any option: no files that were written, then no warnings either. */
const verbosities = { trace: 3, debug: 1, info: 0, warn: -1, error: -2 } as const satisfies Record<
  LoadedConfig['config']['global']['log_level'],
  number
>;

/** Says as much as `global.log_level` asks for; -v is stronger. */
export function atLogLevel(io: Io, { config }: LoadedConfig): Io {
  return io.verbosity > 0 ? io : { ...io, verbosity: verbosities[config.global.log_level] };
}

/** Whether it is told which files were written. */
export function saysFiles(io: Io): boolean {
  return io.verbosity > verbosities.warn;
}

/** Whether warnings are told. */
export function saysWarnings(io: Io): boolean {
  return io.verbosity > verbosities.error;
}
