/** What is saved, and how it is put back. */

/**
 * How a part is saved and put back:
 * - `tree`: everything below its root; put back, the root holds what it held then and nothing else
 * - `merge`: files below its root; put back, they are there again beside those that came later
 * - `files`: the named files in its root, and no other
 * - `sqlite`: one database file, copied by SQLite itself
 * - `postgres`: the schema of the store, by `pg_dump`
 */
type PartKind = 'tree' | 'merge' | 'files' | 'sqlite' | 'postgres';

/** A part of what a service is made of, before it is saved. */
export interface PartPlan {
  /** `configuration`, `baselines`, `reports`, `database`, `audit-log`, and files of the configuration elsewhere. */
  readonly name: string;
  readonly kind: PartKind;
  /** Absolute. */
  readonly root: string;
  /** Of `files` and `sqlite`: names in the root that belong to it, whether they are there or not. */
  readonly names?: readonly string[] | undefined;
  /** Absolute paths that are never saved and never replaced, with the reason. */
  readonly skip?: ReadonlyMap<string, string> | undefined;
  /** Private keys are told by what they hold, and left out. */
  readonly withoutKeys?: boolean | undefined;
  /** Files that were changed before this are left out, in ms since 1970. */
  readonly changedSince?: number | undefined;
  /** Of `postgres`. */
  readonly database?: { readonly url: string; readonly schema: string } | undefined;
}

/** Something that is in the place but not in the backup. */
export interface Exclusion {
  /** Relative to the root of the part. */
  readonly path: string;
  readonly reason: string;
}

/** Where a service keeps what it cannot do without. All paths are absolute. */
export interface BackupPlaces {
  readonly configFile: string;
  /** The tree that the configuration is in, with suites and policies. */
  readonly configRoot: string;
  /** Files of the configuration that may lie outside of that tree, by the name of their part. */
  readonly elsewhere: ReadonlyMap<string, string>;
  /** Files that hold keys: never saved. */
  readonly keyFiles: readonly string[];
  readonly baselineDir: string;
  readonly reportDir: string;
  readonly dataDir: string;
  readonly database:
    | { readonly kind: 'sqlite'; readonly file: string }
    | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };
  readonly auditFile: string | undefined;
}

/** Programs of PostgreSQL find each other, and their libraries, by this. */
export type Environment = Readonly<Record<string, string | undefined>>;
