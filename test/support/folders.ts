import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/**
 * Folders for the tests of one file, all removed after them. Each call of the function that it gives makes a new one
 * and writes the files into it; a value that is no text is written as JSON, which is YAML.
 */
export function temporaryFolders(): (files?: Readonly<Record<string, string | object>>) => string {
  const made: string[] = [];
  afterAll(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return (files = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
    made.push(folder);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(
        join(folder, name),
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      );
    }
    return folder;
  };
}
