import type { SnapshotStore } from '../assertions/types.ts';
import type { Session, SessionOptions } from '../protocol/types.ts';
import type { RunClock } from './clock.ts';
import type { RunListener } from './events.ts';
import type { RunResult } from './result.ts';

/** Opens a session; {@link RunOptions.connect}. */
export type Connect = (options: SessionOptions) => Promise<Session>;

/** What a run needs from its edge. */
export interface RunOptions {
  /** The environment that servers and scripts inherit, and that conditions see as `env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly harness: RunResult['harness'];
  readonly snapshots: SnapshotStore;
  readonly onEvent?: RunListener | undefined;
  /** Ctrl-C: running tests are cut off, servers are ended, and the result so far is returned. */
  readonly signal?: AbortSignal | undefined;
  /** Ask each server what it has, once and after its tests, to tell what no test used. Default: true. */
  readonly coverage?: boolean | undefined;
  /** Directory that paths in reproduce lines are relative to. */
  readonly cwd?: string | undefined;
  /** Default: `connect` of `../protocol`. */
  readonly connect?: Connect | undefined;
  /** Default: the system's. */
  readonly clock?: RunClock | undefined;
  /** Source of jitter, 0 to 1. Default: Math.random. */
  readonly random?: (() => number) | undefined;
}
