import type { PipedChild } from './launch.ts';
import type { ExitInfo } from './types.ts';

/** For what the server wrote last; a descendant that holds the pipe open does not get longer. */
const drainGraceMs = 500;

/** The two moments of a child's end. */
export interface ChildEnd {
  /** The process itself has ended. */
  readonly ended: Promise<ExitInfo>;
  /** And its output has been read to the end, or 500 ms have passed. */
  readonly drained: Promise<ExitInfo>;
}

/** Follows a child to its end; `onExit` is called at once, before any promise. */
export function followEnd(child: PipedChild, onExit: (info: ExitInfo) => void): ChildEnd {
  const ended = Promise.withResolvers<ExitInfo>();
  const drained = Promise.withResolvers<ExitInfo>();
  child.once('exit', (exitCode, signal) => {
    const info: ExitInfo = { exitCode, signal };
    onExit(info);
    ended.resolve(info);
    const timer = setTimeout(() => drained.resolve(info), drainGraceMs);
    child.once('close', () => {
      clearTimeout(timer);
      drained.resolve(info);
    });
  });
  return { ended: ended.promise, drained: drained.promise };
}
