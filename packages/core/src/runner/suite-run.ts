import type { PlannedServer, PlannedSuite } from '../plan/types.ts';
import type { ErrorInfo, SkipCause } from './result.ts';
import type { ServerSlot } from './server-slot.ts';
import type { SessionPool } from './session-pool.ts';
import type { Stop } from './stop.ts';

/** What the tests of one running suite share. */
export interface SuiteRun {
  readonly suite: PlannedSuite;
  readonly server: PlannedServer;
  readonly pool: SessionPool;
  readonly stop: Stop;
  /** The slot of the suite or run; undefined with `isolation: test`, where each attempt has its own. */
  readonly slot: ServerSlot | undefined;
  /** Why none of its tests is executed. */
  skip: { readonly skipCause: SkipCause; readonly skipReason: string } | undefined;
  /** Its setup failed: its tests are errored with this. */
  setupError: ErrorInfo | undefined;
}
