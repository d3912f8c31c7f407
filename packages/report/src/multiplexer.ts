import type { RunEvent, RunListener } from '@mcp-test-harness/core';

/** One receiver of events, by the name it is reported under. */
export interface NamedListener {
  readonly name: string;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/**
 * Hands every event to every listener. One that throws is reported once through `onError` and gets no more events:
 * it never ends the run nor keeps an event from the others.
 */
export function createMultiplexer(
  listeners: readonly NamedListener[],
  onError: (name: string, error: unknown) => void,
): RunListener {
  let active = listeners;
  return (event) => {
    for (const listener of active) {
      try {
        listener.onEvent?.(event);
      } catch (error) {
        active = active.filter((other) => other !== listener);
        onError(listener.name, error);
      }
    }
  };
}
