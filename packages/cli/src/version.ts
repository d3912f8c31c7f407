import { readFileSync } from 'node:fs';

/** The version of this package, read from its manifest, which stands beside `dist` and `src` alike. */
export function harnessVersion(): string {
  const url = new URL('../package.json', import.meta.url);
  const manifest = JSON.parse(readFileSync(url, 'utf8')) as { version: string };
  return manifest.version;
}
