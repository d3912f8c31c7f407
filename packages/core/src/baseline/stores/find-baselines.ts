import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Deeper folders are no store of ours. */
const deepest = 4;

/**
 * Paths of all files of a name at or below a directory, as the guide's `**\/baseline.json` finds them, in order; links are
 * not followed. None when there is no such directory.
 */
export async function findBaselines(directory: string, name: string, depth = 0): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as { readonly code?: string }).code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile() && entry.name === name) found.push(join(directory, name));
    if (entry.isDirectory() && depth < deepest)
      found.push(...(await findBaselines(join(directory, entry.name), name, depth + 1)));
  }
  return found;
}
