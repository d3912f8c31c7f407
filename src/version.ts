/** Put in by the bundler from the manifest of the command line, whose version is that of all. */
declare const HARNESS_VERSION: string;

export function harnessVersion(): string {
  return HARNESS_VERSION;
}
