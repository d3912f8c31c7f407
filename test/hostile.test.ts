import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliEnvironment } from './support/run-cli.ts';
import { findMarkedAfter } from './support/processes.ts';

const bin = resolve(import.meta.dirname, '../packages/cli/bin/mcp-test-harness.cjs');
const server = resolve(import.meta.dirname, 'fixtures/hostile/server.mjs');
const limitMb = 500;
/** Nothing ends by itself that hangs; alone on a machine the slowest takes 50 s, beside other tests twice that. */
const deadlineMs = 240_000;

/** Prints the peak of resident memory, in KiB, as the last line of stderr. */
const showPeak =
  "data:text/javascript,process.on('exit',()=>process._rawDebug(process.resourceUsage().maxRSS))";

interface Audited {
  readonly exitCode: number | null;
  readonly peakMb: number;
  readonly output: string;
}

function audit(way: string, mark: string): Promise<Audited> {
  const args = ['--import', showPeak, bin, 'audit', '--timeout', '10', '--', process.execPath, server, way];
  const child = spawn(process.execPath, args, {
    env: { ...cliEnvironment, HOSTILE_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      const peakMb = Number(stderr.trimEnd().split('\n').at(-1)) / 1024;
      done({ exitCode, peakMb, output: stdout + stderr });
    });
  });
}

/** What is said of each, and the exit code (it answers tools that it does not have): nothing hangs, crashes or fills the memory. */
const ways: readonly (readonly [way: string, exitCode: number, says: RegExp])[] = [
  ['endless-pages', 1, /for 1000 tools/],
  ['endless-answer', 1, /longer than the limit/],
  ['ten-thousand-tools', 1, /10000 tools/],
  ['deep-schema', 1, /1 tool/],
  ['catastrophic-pattern', 1, /1 tool/],
  ['remote-ref', 1, /1 tool/],
  ['doubling-refs', 1, /1 tool/],
];

describe.concurrent('a hostile server', () => {
  it.each(ways)(
    'with %s is looked over to the end',
    { timeout: deadlineMs + 5000 },
    async (way, exitCode, says) => {
      const mark = `hostile-${process.pid}-${way}`;
      const result = await audit(way, mark);
      expect(result.output).toMatch(says);
      expect([way, result.exitCode]).toEqual([way, exitCode]);
      expect(result.peakMb).toBeLessThan(limitMb);
      expect(await findMarkedAfter(mark, 1000)).toEqual([]);
    },
  );
});
