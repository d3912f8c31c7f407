/**
 * Builds the Action anew and compares it with the committed `dist/`, byte by byte: what is reviewed is what runs. Ends with
 * 1 and the files that differ.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown, type OutputOptions, type RolldownOptions } from 'rolldown';
import configs from '../rolldown.config.ts';

const committed = resolve(import.meta.dirname, '../dist');

/** Files that differ, are missing or should not be there. */
export async function findStaleFiles(): Promise<readonly string[]> {
  const { output, ...input } = actionConfig();
  const fresh = mkdtempSync(join(tmpdir(), 'mcp-test-harness-dist-'));
  try {
    const build = await rolldown(input);
    await build.write({ ...output, dir: fresh });
    await build.close();
    const names = new Set([...filesOf(fresh), ...filesOf(committed)]);
    return [...names].filter((name) => read(fresh, name) !== read(committed, name)).toSorted();
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function actionConfig(): RolldownOptions & { readonly output: OutputOptions } {
  const found = (configs as readonly RolldownOptions[]).find(
    ({ output }) => output !== undefined && !Array.isArray(output) && output.dir === 'dist',
  );
  if (found?.output === undefined || Array.isArray(found.output)) throw new Error('no bundle goes to dist/');
  return { ...found, output: found.output };
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function read(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'latin1');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const stale = await findStaleFiles();
  if (stale.length > 0) {
    console.error(
      `dist/ is not what the sources make:\n  ${stale.join('\n  ')}\nRun npm run build and commit it.`,
    );
    process.exitCode = 1;
  }
}
