import { paint, type Io } from './io.ts';

/** What a Ctrl-C does: the first asks the work to end in order, the second ends everything at once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Listens for SIGINT, SIGTERM and SIGHUP until disposed. */
export function listenForInterrupt(io: Io): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: keyof typeof exitCodes): void => {
    if (controller.signal.aborted) {
      void import('@mcp-test-harness/core/process')
        .then(({ killAllServers }) => killAllServers())
        .finally(() => process.exit(exitCodes[signal]));
      return;
    }
    io.stderr(
      `\n${paint(io, 'yellow', `${signal} received`)}: ending what runs in order; once more to end at once.\n`,
    );
    controller.abort(signal);
  };
  const signals = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
