import { killAllServers } from '@mcp-test-harness/core/process';

/** What loses its reader with an error. */
interface Output {
  on(event: 'error', listener: () => void): unknown;
}

/**
 * Ends the step at once when nobody reads its log any more: the runner has gone. To tell the error would be the next
 * write that fails, and so on for ever.
 */
export function endWithLog(
  outputs: readonly Output[] = [process.stdout, process.stderr],
  exit: (code: number) => void = (code) => process.exit(code),
): void {
  for (const output of outputs)
    output.on('error', () => {
      killAllServers();
      exit(1);
    });
}
