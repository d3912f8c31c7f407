import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory that holds the given files until it is removed. */
export interface TemporaryFiles {
  readonly directory: string;
  readonly remove: () => void;
}

/** Writes files, by path below a new temporary directory. */
export function writeFiles(files: Readonly<Record<string, string | Uint8Array>>): TemporaryFiles {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-test-harness-config-')));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
