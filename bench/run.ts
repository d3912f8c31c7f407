/**
 * Runs every `bench/*.bench.ts` (or those whose name contains an argument), prints each ratio beside what it must be,
 * and exits 1 when one is below its minimum.
 */
import { execFile } from 'node:child_process';
import { glob } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Bench, BenchResult } from './define.ts';
import { loadBenches } from './load-benches.ts';

interface Planned {
  readonly bench: Bench;
  readonly file: string;
  readonly index: number;
}

const runFile = promisify(execFile);
const runOne = resolve(import.meta.dirname, 'run-one.ts');
const wanted = process.argv.slice(2);

async function plan(): Promise<readonly Planned[]> {
  const files: string[] = [];
  for await (const file of glob('*.bench.ts', { cwd: import.meta.dirname })) {
    files.push(resolve(import.meta.dirname, file));
  }
  const planned: Planned[] = [];
  for (const file of files.toSorted()) {
    const benches = await loadBenches(pathToFileURL(file).href);
    for (const [index, bench] of benches.entries()) planned.push({ bench, file, index });
  }
  if (wanted.length === 0) return planned;
  return planned.filter(({ bench }) => wanted.some((part) => bench.name.includes(part)));
}

async function measure({ file, index }: Planned): Promise<BenchResult> {
  const { stdout } = await runFile(process.execPath, [...process.execArgv, runOne, file, String(index)]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as BenchResult;
}

const planned = await plan();
const width = Math.max(5, ...planned.map(({ bench }) => bench.name.length));
console.log(`${'bench'.padEnd(width)}  ratio  must   aim`);
let failures = 0;
for (const one of planned) {
  const { name, minRatio, aim } = one.bench;
  const measured = await measure(one).catch((error: Error & { readonly stderr?: string }) => {
    console.log(`${name.padEnd(width)}  FAILED\n${error.stderr ?? error.message}`);
  });
  if (measured === undefined) {
    failures += 1;
    continue;
  }
  const { ratio, note } = measured;
  const holds = ratio >= minRatio;
  if (!holds) failures += 1;
  const numbers = [ratio, minRatio, aim].map((value) => value.toFixed(2).padStart(5)).join(' ');
  const verdict = holds ? (ratio >= aim ? 'ok' : 'ok, below aim') : 'TOO SLOW';
  console.log(`${name.padEnd(width)}  ${numbers}  ${verdict}  (${note})`);
}
if (failures > 0) process.exitCode = 1;
