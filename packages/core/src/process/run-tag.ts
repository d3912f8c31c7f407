/** The environment variable that every server and all its descendants carry, wherever they move to. */
export const runTagVariable = 'MCP_TEST_HARNESS_RUN_ID';

/** Names this harness process; every tag begins with it. */
export const runId = `${process.pid.toString(36)}-${Math.random().toString(36).slice(2, 12)}`;

let servers = 0;

/** A tag of its own for each server: `<runId>.<n>`. */
export function nextRunTag(): string {
  servers += 1;
  return `${runId}.${servers}`;
}
