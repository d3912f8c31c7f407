import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Score } from './types.ts';

/** What the page is made from. */
const file = join(import.meta.dirname, 'results.json');

export async function readScores(): Promise<readonly Score[]> {
  return JSON.parse(await readFile(file, 'utf8')) as readonly Score[];
}

export async function writeScores(scores: readonly Score[]): Promise<void> {
  await writeFile(file, `${JSON.stringify(scores, undefined, 2)}\n`);
}
