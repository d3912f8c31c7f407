import type { PipedChild } from './launch.ts';
import type { ExitInfo } from './types.ts';

/** For what the server wrote last; a descendant that holds the pipe open does not get longer. */
const drainGraceMs = 500;

/** The two moments of a child's end. */
export interface ChildEnd {
  /** The process itself has ended. */
  readonly ended: Promise<ExitInfo>;
  /** And its output has been read to the end, or 500 ms have passed in which the pipes were looked at. */
  readonly drained: Promise<ExitInfo>;
}

/** Follows a child to its end; `onExit` is called at once, before any promise. */
export function followEnd(child: Pick<PipedChild, 'once'>, onExit: (info: ExitInfo) => void): ChildEnd {
  const ended = Promise.withResolvers<ExitInfo>();
  const drained = Promise.withResolvers<ExitInfo>();
  child.once('exit', (exitCode: number | null, signal: NodeJS.Signals | null) => {
    const info: ExitInfo = { exitCode, signal };
    onExit(info);
    ended.resolve(info);
    // When the loop was held up, timers come before the pipes: one more turn reads what waits in them.
    const timer = setTimeout(() => setImmediate(() => drained.resolve(info)), drainGraceMs);
    child.once('close', () => {
      clearTimeout(timer);
      drained.resolve(info);
    });
  });
  return { ended: ended.promise, drained: drained.promise };
}
