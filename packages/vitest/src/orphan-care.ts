import { killAllServers } from '@mcp-test-harness/core/process';

const registered = Symbol.for('mcp-test-harness.vitest.orphan-care');

/**
 * Ends all servers when Vitest itself is killed. A worker of Vitest 4 that is busy with a test outlives that, and with it
 * would all that it has started; without servers nothing keeps it.
 */
export function careForOrphans(): void {
  const flags = process as { [registered]?: boolean };
  if (flags[registered] === true) return;
  flags[registered] = true;
  process.once('disconnect', killAllServers);
}
