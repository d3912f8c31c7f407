/** When something is to run, as it is written in the configuration. */
export interface ScheduleSettings {
  /** Known to the store under this name: the due instants of a renamed schedule begin anew. */
  readonly id: string;
  /** Five fields, or six with seconds first; `@daily` and the like too. Either this or `everyMs`. */
  readonly cron?: string | undefined;
  /** The IANA name of the zone in which `cron` is read; UTC when absent. */
  readonly timezone?: string | undefined;
  /** A whole number of seconds, counted from 1970: replicas and restarts agree on the instants. */
  readonly everyMs?: number | undefined;
  /** Runs start later than they are due by up to this, each schedule always by the same. */
  readonly jitterMs?: number | undefined;
  readonly overlap?: OverlapPolicy | undefined;
  readonly catchUp?: CatchUpPolicy | undefined;
}

/** What happens when a run is due while an earlier one is not over: it is skipped, or one of them waits. */
export type OverlapPolicy = 'skip' | 'queue';

/**
 * What happens to what was due while nobody was there: nothing, the latest once (unless a run is due just now anyway),
 * or all up to a limit, the latest ones.
 */
export type CatchUpPolicy =
  { readonly policy: 'none' | 'one' } | { readonly policy: 'all'; readonly limit: number };

/** A schedule whose settings are sound. */
export interface Schedule {
  readonly id: string;
  /** The instant after another at which it is due; undefined when there is none. */
  readonly nextDue: (after: number) => number | undefined;
  /** Tells two different timings apart. */
  readonly definition: string;
  /** How much later than due its runs start. */
  readonly offsetMs: number;
  readonly overlap: OverlapPolicy;
  readonly catchUp: CatchUpPolicy;
}
