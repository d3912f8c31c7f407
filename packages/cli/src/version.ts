/** Put in by the bundler from this package's manifest. */
declare const HARNESS_VERSION: string;

export function harnessVersion(): string {
  return HARNESS_VERSION;
}

/** Put in by the bundler: the commit that was built; empty when it is not known. */
declare const HARNESS_COMMIT: string;

/** Undefined for a build of sources that are no commit's. */
export function harnessCommit(): string | undefined {
  return HARNESS_COMMIT === '' ? undefined : HARNESS_COMMIT;
}
