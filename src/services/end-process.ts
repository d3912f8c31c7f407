/** A stream that may still hold what was written to it. */
interface Drainable {
  readonly writableLength: number;
  once(event: 'drain', listener: () => void): unknown;
}

/**
 * Ends the process although requests may still hang: what is written to the log is given a moment to get out, since a
 * pipe takes it in its own time and `process.exit` does not wait.
 */
export async function endProcess(
  exitCode: number,
  options: {
    readonly streams?: readonly Drainable[];
    readonly deadlineMs?: number;
    readonly exit?: (code: number) => void;
  } = {},
): Promise<void> {
  const { streams = [process.stdout, process.stderr], deadlineMs = 2000 } = options;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  const drained = Promise.all(
    streams
      .filter(({ writableLength }) => writableLength > 0)
      .map((stream) => new Promise<void>((resolve) => stream.once('drain', resolve))),
  );
  await Promise.race([drained, deadline]);
  clearTimeout(timer);
  const exit = options.exit ?? ((code: number) => process.exit(code));
  exit(exitCode);
}
