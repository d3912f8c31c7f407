import type { RunListener, RunResult } from '@mcp-test-harness/core';

/** Tells reporters of the end of a run only when it is judged to the end: they see one verdict. */
export async function withHeldEnd(
  onEvent: RunListener,
  run: (onEvent: RunListener) => Promise<RunResult>,
  conclude: (result: RunResult) => Promise<RunResult>,
): Promise<RunResult> {
  const ended = await run((event) => {
    if (event.type !== 'run-end') onEvent(event);
  });
  const result = await conclude(ended);
  onEvent({ type: 'run-end', result });
  return result;
}
