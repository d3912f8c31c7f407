import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { worlds } from '../test/support/runner/worlds.ts';
import { comparePairs, runNode } from './commands.ts';
import { median } from './compare.ts';
import type { Bench, BenchResult } from './define.ts';

const root = resolve(import.meta.dirname, '..');
const main = join(root, 'dist/main.js');
/** What GitHub downloads for every job, in bytes. */
const sizeLimit = 10 * 1024 * 1024;
/** Of a step with one trivial test, its post step included, in ms. */
const overheadLimit = 3000;

/** From the start of the process to the first line of the log. */
function timeToFirstLine(): Promise<number> {
  const beganMs = performance.now();
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'ignore'], env: {} });
  return new Promise((resolveTime, reject) => {
    child.once('error', reject);
    let firstMs = Number.NaN;
    child.stdout.once('data', () => (firstMs = performance.now() - beganMs));
    child.once('close', () => resolveTime(firstMs));
  });
}

/** Until it has read its inputs and refused one: everything that each mode needs is loaded then. */
async function timeToRefusal(): Promise<number> {
  const beganMs = performance.now();
  const child = spawn(process.execPath, [main], { stdio: 'ignore', env: { INPUT_RUN: 'nothing' } });
  await new Promise((resolveEnd) => child.once('close', resolveEnd));
  return performance.now() - beganMs;
}

async function compareStart(measure: () => Promise<number>): Promise<BenchResult> {
  const { ratio, oursMs, rawMs } = await comparePairs(
    measure,
    async () => (await runNode(['-e', '0'])).wallMs,
    21,
  );
  return { ratio, note: `ours ${Math.round(oursMs)} ms, node -e 0 ${Math.round(rawMs)} ms` };
}

async function measureSize(): Promise<BenchResult> {
  const sizes = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(root, 'dist', name)))
    .filter((stats) => stats.isFile())
    .map(({ size }) => size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
  return {
    ratio: sizeLimit / total,
    note: `${mebibytes(total)} MiB in ${sizes.length} files, the largest ${mebibytes(Math.max(...sizes))} MiB`,
  };
}

/** A pull request with a baseline in the cache and one test that takes no time. */
async function measureOverhead(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-bench-'));
  try {
    const [workspace, action] = [join(folder, 'workspace'), join(folder, 'action')];
    for (const name of ['action.yml', 'dist'])
      cpSync(join(root, name), join(action, name), { recursive: true });
    mkdirSync(workspace);
    cpSync(join(root, 'test/fixtures/action/server.mjs'), join(workspace, 'server.mjs'));
    writeFileSync(join(workspace, 'mcp-test-harness.yaml'), JSON.stringify(oneTest));
    const notes: string[] = [];
    let slowest = 0;
    for (const kind of worlds.filter(({ isSkipped }) => !isSkipped)) {
      const state = join(folder, kind.name);
      mkdirSync(state);
      const world = kind.create({ state, action, workspace });
      await world.run({ event: 'push' });
      const times: number[] = [];
      for (let run = 0; run < 5; run += 1) {
        const { stages, conclusion } = await world.run({ event: 'pull_request', pr: 1 });
        if (conclusion !== 'success') throw new Error(`the step ended with ${conclusion}`);
        times.push(stages.reduce((sum, { durationMs }) => sum + durationMs, 0));
      }
      const typical = median(times);
      slowest = Math.max(slowest, typical);
      notes.push(`${Math.round(typical)} ms ${kind.name}`);
    }
    return { ratio: overheadLimit / slowest, note: notes.join(', ') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const oneTest = {
  server: { command: 'node', args: ['server.mjs'] },
  test_suites: [{ name: 'ping', test_cases: [{ id: 'ping', method: 'ping' }] }],
};

export default [
  {
    name: 'action: first log line',
    minRatio: 1 / 1.8,
    aim: 1 / 1.3,
    run: () => compareStart(timeToFirstLine),
  },
  { name: 'action: loaded', minRatio: 1 / 8, aim: 1 / 5, run: () => compareStart(timeToRefusal) },
  { name: 'action: size of dist', minRatio: 1, aim: 1.1, run: measureSize },
  { name: 'action: whole step', minRatio: 1, aim: 1.5, run: measureOverhead },
] satisfies Bench[];
