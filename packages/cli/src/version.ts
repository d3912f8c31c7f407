/** Put in by the bundler from this package's manifest. */
declare const HARNESS_VERSION: string;

export function harnessVersion(): string {
  return HARNESS_VERSION;
}
