import type { ServerResult } from '@mcp-test-harness/core';
import { cleanLine } from './clean-text.ts';
import { formatDuration } from './format.ts';

const steps = {
  'stdin-closed': 'ended when its stdin was closed',
  signal: 'ended on the signal only',
  killed: 'had to be killed',
  crashed: 'ended by itself before it was asked to',
} as const;

/** `ended when its stdin was closed, exit code 0, 12 ms`. */
export function describeShutdown(shutdown: NonNullable<ServerResult['shutdown']>): string {
  const { step, exitCode, signal, durationMs, leftovers } = shutdown;
  return [
    steps[step],
    ...(exitCode === null ? [] : [`exit code ${exitCode}`]),
    ...(signal === null ? [] : [signal]),
    formatDuration(durationMs),
    ...leftovers.map(({ pid, command }) => `left process ${pid} behind: ${cleanLine(command)}`),
  ].join(', ');
}

/** Killed, gone before it was asked to, or something of it stayed behind. */
export function isBadEnd({ step, leftovers }: NonNullable<ServerResult['shutdown']>): boolean {
  return step === 'killed' || step === 'crashed' || leftovers.length > 0;
}

/** `example-server 1.2.3`, as the server calls itself; undefined before a handshake. */
export function describeServerInfo({ serverInfo }: ServerResult): string | undefined {
  const parts = [serverInfo?.['name'], serverInfo?.['version']].filter((part) => typeof part === 'string');
  return parts.length === 0 ? undefined : cleanLine(parts.join(' '));
}
