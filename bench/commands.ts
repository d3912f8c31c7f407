import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { median } from './compare.ts';

const runFile = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

export const cliFile = resolve(root, 'packages/cli/bin/mcp-test-harness.cjs');
export const everythingFile = resolve(
  root,
  'node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

/** A command of Node.js that has ended well. */
export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
}

/** Runs `node ...args` to its end; rejects when it fails. */
export async function runNode(args: readonly string[], cwd: string = root): Promise<CommandRun> {
  const beganMs = performance.now();
  const { stdout, stderr } = await runFile(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 });
  return { stdout, stderr, wallMs: performance.now() - beganMs };
}

/** What a pair of commands took, and the median of the pairs' ratios (raw time by ours). */
export interface PairedTimes {
  readonly ratio: number;
  readonly oursMs: number;
  readonly rawMs: number;
}

/** Runs both in turn, who goes first alternating, so that a machine that is busy for a while slows both. */
export async function comparePairs(
  ours: () => Promise<number>,
  raw: () => Promise<number>,
  pairs: number,
): Promise<PairedTimes> {
  await ours();
  await raw();
  const times: { readonly ours: number; readonly raw: number }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) {
      const first = await ours();
      times.push({ ours: first, raw: await raw() });
    } else {
      const first = await raw();
      times.push({ raw: first, ours: await ours() });
    }
  }
  return {
    ratio: median(times.map((time) => time.raw / time.ours)),
    oursMs: median(times.map((time) => time.ours)),
    rawMs: median(times.map((time) => time.raw)),
  };
}
