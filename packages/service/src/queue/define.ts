import type {
  Claim,
  DueBatch,
  EnqueuedDue,
  LeaseState,
  NewNotification,
  NewRun,
  RecoveredRuns,
  Run,
  RunError,
  RunResult,
} from '../store/index.ts';

/**
 * How runs come to workers. The store alone says who holds a run and how it ended; a queue says where the next one is
 * found. Whatever a queue loses or delivers twice, a run is neither lost nor carried out twice.
 */
export interface RunQueue {
  readonly kind: string;
  /** Creates the run, or finds the one with the same key. */
  enqueue(run: NewRun): Promise<{ readonly run: Run; readonly created: boolean }>;
  /** See `ScheduleStore.enqueueDue`. */
  enqueueDue(batch: DueBatch): Promise<EnqueuedDue | undefined>;
  /** The next run, with a lease on it. */
  claim(by: { readonly owner: string; readonly leaseMs: number }): Promise<Claim | undefined>;
  renew(claim: Claim, leaseMs: number): Promise<LeaseState>;
  /** See `RunStore.finish`; so too for `fail`. */
  finish(claim: Claim, result: RunResult, notifications?: readonly NewNotification[]): Promise<boolean>;
  fail(claim: Claim, error: RunError, notifications?: readonly NewNotification[]): Promise<boolean>;
  handBack(claim: Claim): Promise<boolean>;
  /** Puts the runs of lost workers back. Every replica does so now and then. */
  recover(): Promise<RecoveredRuns>;
  depth(): Promise<{ readonly queued: number; readonly running: number }>;
  /** Calls when this process has put something into the queue. Returns what ends that. */
  onWork(listener: () => void): () => void;
  /** Lets go of what the queue itself holds; the store stays open. */
  close(): Promise<void>;
}
