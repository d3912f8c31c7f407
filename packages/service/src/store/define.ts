/**
 * What the service remembers: runs and who works on them, schedules, the health of servers, notifications still to be
 * sent, and what must happen only once. One interface over SQLite (one process) and PostgreSQL (several replicas).
 *
 * Instants are milliseconds since 1970. "Now" is the store's own clock: replicas on PostgreSQL use the database's, so
 * that a replica whose clock is ahead does not take the leases of the others away.
 */

/** Anything that JSON can say. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Where a run stands:
 * - `queued`: waits for a worker; again so when it was handed back or its worker was lost
 * - `running`: one worker holds its lease
 * - `finished`: carried out, whatever its verdict
 * - `failed`: could not be carried out
 * - `cancelled`: somebody asked for its end
 * - `skipped`: was due and deliberately not carried out
 */
export type RunState = 'queued' | 'running' | 'finished' | 'failed' | 'cancelled' | 'skipped';

/** States that a run never leaves. */
export const finalStates = [
  'finished',
  'failed',
  'cancelled',
  'skipped',
] as const satisfies readonly RunState[];

/** Why a run ended without a result. */
export interface RunError {
  /** A word for machines: `crashed`, `overlap`, `cancelled`, or the code of a `HarnessError`. */
  readonly code: string;
  readonly message: string;
}

/** A run that somebody wants. */
export interface NewRun {
  /** Two runs with one key are one run: a scheduled run's key is made of its schedule and its due instant. */
  readonly key: string;
  /** What sort of work: `suite`, `benchmark`, `summary`. */
  readonly kind: string;
  readonly suite?: string | undefined;
  readonly server?: string | undefined;
  /** All that the worker needs to know. */
  readonly request: JsonValue;
  readonly scheduleId?: string | undefined;
  readonly dueAt?: number | undefined;
  /** Runs that share this key never run at the same time. */
  readonly overlapKey?: string | undefined;
  /** Not claimed before this instant; at once when absent. */
  readonly availableAt?: number | undefined;
  /** Higher ones are claimed first; 0 when absent. */
  readonly priority?: number | undefined;
  /** How many workers may be lost over it before it counts as failed; 3 when absent. */
  readonly crashLimit?: number | undefined;
  /** Who asked for it, for the audit log and the dashboard. */
  readonly requestedBy?: string | undefined;
}

/** A run as lists show it: without its result's document. */
export interface Run {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly suite: string | undefined;
  readonly server: string | undefined;
  readonly request: JsonValue;
  readonly scheduleId: string | undefined;
  readonly dueAt: number | undefined;
  readonly overlapKey: string | undefined;
  readonly availableAt: number;
  readonly priority: number;
  readonly crashLimit: number;
  readonly requestedBy: string | undefined;
  readonly state: RunState;
  /** How often it was claimed; the number of the present or last attempt. */
  readonly attempt: number;
  /** How many workers were lost over it. */
  readonly crashes: number;
  /** Who works on it now. */
  readonly owner: string | undefined;
  readonly leaseUntil: number | undefined;
  readonly cancelRequested: boolean;
  readonly createdAt: number;
  /** When the present or last attempt began. */
  readonly startedAt: number | undefined;
  /** When it came to its final state. */
  readonly endedAt: number | undefined;
  readonly verdict: string | undefined;
  readonly reportPath: string | undefined;
  readonly error: RunError | undefined;
}

/** What a finished run has to say. */
export interface RunResult {
  /** `passed`, `failed`, `errored` …: the words are those of whoever carries runs out. */
  readonly verdict: string;
  /** A bounded document, see {@link resultLimitBytes}; the full report is a file. */
  readonly summary: JsonValue;
  /** Where the full report lies. */
  readonly reportPath?: string | undefined;
}

/** The largest summary that is stored, as UTF-8 JSON. */
export const resultLimitBytes = 256 * 1024;

/** One worker's hold on one run. Only the latest attempt of a run can change it. */
export interface Claim {
  readonly run: Run;
  readonly owner: string;
  readonly attempt: number;
}

/** What renewing a lease says. Without `held` the run belongs to somebody else: stop, and leave no trace. */
export interface LeaseState {
  readonly held: boolean;
  readonly cancelRequested: boolean;
}

/** How one attempt at a run went. */
export interface RunAttempt {
  readonly attempt: number;
  readonly owner: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly endedAs: 'finished' | 'failed' | 'cancelled' | 'handed-back' | 'lease-expired' | undefined;
}

export interface RunFilter {
  readonly kind?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  readonly scheduleId?: string | undefined;
  readonly suite?: string | undefined;
  readonly server?: string | undefined;
  readonly verdict?: string | undefined;
  /** Created at or after. */
  readonly since?: number | undefined;
  /** Created before. */
  readonly until?: number | undefined;
}

export interface PageRequest {
  /** 1 to 200; 50 when absent. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** One page, newest first. What is created while somebody pages neither shifts nor repeats anything. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next: string | undefined;
}

export interface RunStore {
  /** Creates the run, or finds the one with the same key. */
  enqueue(run: NewRun): Promise<{ readonly run: Run; readonly created: boolean }>;
  get(id: string): Promise<Run | undefined>;
  result(id: string): Promise<RunResult | undefined>;
  attempts(id: string): Promise<readonly RunAttempt[]>;
  list(filter?: RunFilter, page?: PageRequest): Promise<Page<Run>>;
  /** Takes the next run that may start, or the named one if it may. */
  claim(by: {
    readonly owner: string;
    readonly leaseMs: number;
    readonly runId?: string | undefined;
  }): Promise<Claim | undefined>;
  renew(claim: Claim, leaseMs: number): Promise<LeaseState>;
  /**
   * False when the claim is no longer held: then nothing was stored. True also when this claim has ended the run so
   * before: whoever lost the answer asks again. So too for `fail` and `handBack`. Notifications are added in the same
   * transaction: they go out if and only if the run ended so.
   */
  finish(claim: Claim, result: RunResult, notifications?: readonly NewNotification[]): Promise<boolean>;
  /** Ends the run without a result; `cancelled` when that was asked for. */
  fail(claim: Claim, error: RunError, notifications?: readonly NewNotification[]): Promise<boolean>;
  /** Puts the run back for another worker, without counting against it. */
  handBack(claim: Claim): Promise<boolean>;
  /** A waiting run is over at once; a running one is told at its next renewal. */
  cancel(id: string): Promise<'cancelled' | 'requested' | 'over' | 'unknown'>;
  /** Takes runs back whose leases ran out: queued again, or failed when it happened too often. */
  recover(): Promise<RecoveredRuns>;
  /** How many runs wait (and may start) and how many run. */
  depth(): Promise<{ readonly queued: number; readonly running: number }>;
}

export interface RecoveredRuns {
  readonly requeued: readonly Run[];
  readonly failed: readonly Run[];
}

/** What is remembered of a schedule. */
export interface ScheduleRecord {
  readonly id: string;
  /** How it was defined when it was last registered: a changed schedule owes nothing from before. */
  readonly definition: string;
  /** Every due instant up to here has been dealt with. */
  readonly handledUntil: number;
}

/** The due instants of one schedule that were found, and what to do about a run that is still going on. */
export interface DueBatch {
  readonly scheduleId: string;
  /** What the finder had read; another replica was faster when it is no longer so. */
  readonly handledFrom: number;
  readonly handledUntil: number;
  /** In order of their due instants. */
  readonly runs: readonly NewRun[];
  /** How many runs of this schedule may wait or run at once; more are recorded as skipped. */
  readonly pendingLimit: number;
}

export interface ScheduleStore {
  /** Begins a schedule at `from`; one that is known goes on, one that was changed begins anew. */
  register(schedule: {
    readonly id: string;
    readonly definition: string;
    readonly from: number;
  }): Promise<ScheduleRecord>;
  get(id: string): Promise<ScheduleRecord | undefined>;
  list(): Promise<readonly ScheduleRecord[]>;
  /** Enqueues and advances in one transaction. Undefined when another replica has dealt with them. */
  enqueueDue(batch: DueBatch): Promise<EnqueuedDue | undefined>;
}

export interface EnqueuedDue {
  readonly enqueued: readonly Run[];
  readonly skipped: readonly Run[];
}

/** What is known of a server under watch. The rules of the circuit breaker are not the store's. */
export interface ServerHealth {
  readonly server: string;
  readonly state: 'unknown' | 'up' | 'down';
  readonly consecutiveFailures: number;
  /** Since when it is in this state. */
  readonly since: number;
  readonly lastProbeAt: number | undefined;
  /** Not probed before. */
  readonly nextProbeAt: number;
  readonly lastError: string | undefined;
  /** Counts changes; 0 before the first. */
  readonly version: number;
}

export interface ServerHealthStore {
  get(server: string): Promise<ServerHealth | undefined>;
  list(): Promise<readonly ServerHealth[]>;
  /**
   * Stores what follows from `health.version`; false when another replica has stored something since. Notifications
   * are added in the same transaction.
   */
  save(health: ServerHealth, notifications?: readonly NewNotification[]): Promise<boolean>;
}

export interface NewNotification {
  /** Two notifications with one key are one notification: `daily:2026-11-26:ops@example.org`. */
  readonly dedupKey: string;
  /** The notifier that sends it. */
  readonly channel: string;
  readonly payload: JsonValue;
  readonly notBefore?: number | undefined;
}

export type NotificationState = 'pending' | 'sent' | 'dead';

export interface Notification {
  readonly id: string;
  readonly dedupKey: string;
  readonly channel: string;
  readonly payload: JsonValue;
  readonly state: NotificationState;
  /** How often it was taken out to be sent. */
  readonly attempts: number;
  readonly notBefore: number;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
  readonly lastError: string | undefined;
}

/**
 * Notifications that must go out. One is taken by one sender at a time. A sender that is lost between sending and
 * saying so is followed by another: then a notification goes out twice rather than not at all.
 */
export interface OutboxStore {
  /** False when its key is known. */
  add(notification: NewNotification): Promise<boolean>;
  take(by: { readonly leaseMs: number; readonly limit: number }): Promise<readonly Notification[]>;
  /** False when the notification was taken by somebody else meanwhile. So too for the next two. */
  sent(notification: Notification): Promise<boolean>;
  retry(
    notification: Notification,
    why: { readonly error: string; readonly notBefore: number },
  ): Promise<boolean>;
  giveUp(notification: Notification, error: string): Promise<boolean>;
  counts(): Promise<Readonly<Record<NotificationState, number>>>;
}

/** Somebody who signed in to the dashboard with an API key. */
export interface StoredSession {
  /** The digest of the secret that its cookie holds. */
  readonly name: string;
  /** Hexadecimal. */
  readonly keyDigest: string;
  readonly keyId: string | undefined;
  readonly expiresAt: number;
}

/** A thousand at most: the oldest give way, since they can sign in again. */
export interface SessionStore {
  open(session: StoredSession): Promise<void>;
  /** Undefined when there is none, or it is over. */
  find(name: string): Promise<StoredSession | undefined>;
  close(name: string): Promise<void>;
}

/** What only one replica may do. */
export interface LockStore {
  /** True for exactly one caller, until `keepMs` have passed. */
  takeOnce(name: string, keepMs: number): Promise<boolean>;
  /** Becomes or stays the holder; whoever is lost loses it after `leaseMs`. */
  acquire(name: string, holder: string, leaseMs: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
}

/** Ages in milliseconds; what is waiting or running is never removed. */
export interface RetentionPolicy {
  readonly runsOlderThanMs: number;
  readonly notificationsOlderThanMs: number;
}

export interface Pruned {
  readonly runs: number;
  readonly notifications: number;
  readonly locks: number;
}

/** Something that must not be. */
export interface IntegrityFinding {
  readonly rule: string;
  readonly message: string;
}

export interface Store {
  readonly kind: string;
  readonly runs: RunStore;
  readonly schedules: ScheduleStore;
  readonly serverHealth: ServerHealthStore;
  readonly outbox: OutboxStore;
  readonly locks: LockStore;
  readonly sessions: SessionStore;
  /** Throws when the store cannot answer now; it is not asked again, as other operations do. */
  ping(): Promise<void>;
  now(): Promise<number>;
  prune(policy: RetentionPolicy): Promise<Pruned>;
  /** Empty when all is well. */
  checkIntegrity(): Promise<readonly IntegrityFinding[]>;
  /** Writes a consistent copy while the store is in use. Absent where the database has its own tools (`pg_dump`). */
  backup?(file: string): Promise<void>;
  close(): Promise<void>;
}
