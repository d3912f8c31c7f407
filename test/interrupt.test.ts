import { resultFromJournal } from '@mcp-test-harness/report';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findMarked, findMarkedAfter } from './support/processes.ts';
import { readReport, startCli, type CliRun } from './support/run-cli.ts';

const server = resolve(import.meta.dirname, 'fixtures/rude/server.js');

/** Repeat a run with INTERRUPT_SEED=<the number in the title>. */
const seed = Number(process.env['INTERRUPT_SEED'] ?? Date.now() % 1_000_000);
const rounds = 5;
const longestDelayMs = 2500;

/** Moments of a run at which to interrupt it, the same for the same seed. */
const moments = Array.from({ length: rounds }, (_, round) => ({
  round,
  delayMs: Math.floor(((seed * 9301 + (round + 1) * 49_297) % 233_280) * (longestDelayMs / 233_280)),
}));

/** Three servers, one of them stubborn, one that leaves an escaped grandchild; busy for longer than any moment. */
function configOf(mark: string, stubbornShutdownSeconds = 1): object {
  const serverOf = (behaviour: string, shutdownSeconds: number): object => ({
    command: process.execPath,
    args: [server, behaviour],
    env: { INTERRUPT_MARK: mark },
    shutdown_timeout_seconds: shutdownSeconds,
  });
  const suiteOf = (name: string, calls: number): object => ({
    name,
    server: name,
    test_cases: [
      {
        id: 'echo',
        tool_name: 'echo',
        cases: Array.from({ length: calls }, (_, n) => ({ n })),
        expected: { text: 'echo' },
      },
      // This server never answers it, so that no run ends by itself.
      { id: 'wait', method: 'logging/setLevel', params: { level: 'info' }, timeout_override_seconds: 20 },
    ],
  });
  return {
    servers: {
      slow: serverOf('byte-every-50-ms', 1),
      immortal: serverOf('immortal', stubbornShutdownSeconds),
      escaping: serverOf('setsid-grandchild', 1),
    },
    test_suites: [suiteOf('slow', 20), suiteOf('immortal', 20), suiteOf('escaping', 2)],
  };
}

/** Starts a run with three reports and hands over its folder, which is removed afterwards. */
async function withRun(
  mark: string,
  config: object,
  use: (run: ReturnType<typeof startCli>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
  try {
    writeFileSync(join(folder, 'suite.yaml'), JSON.stringify(config));
    const reports = ['json:out.json', 'junit:out.xml', 'html:out.html'].flatMap((value) => [
      '--report',
      value,
    ]);
    await use(startCli(['test', '--config', 'suite.yaml', ...reports], { cwd: folder }), folder);
  } finally {
    for (const { pid } of findMarked(mark)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Each report is absent or whole; what is not the whole run says so. */
function expectNoTornReport(folder: string): void {
  const report = readReport(join(folder, 'out.json'));
  if (report !== undefined) {
    expect(report).toMatchObject({ complete: false, exitCode: 130, verdict: 'interrupted' });
    expect(report.incompleteReason).toMatch(/interrupt/i);
  }
  expect(read(join(folder, 'out.xml')) ?? '</testsuites>').toMatch(/<\/testsuites>\s*$/);
  expect(read(join(folder, 'out.html')) ?? '</html>').toMatch(/<\/html>\s*$/);
  const journal = read(join(folder, 'out.json.partial.jsonl'));
  if (journal === undefined || !journal.includes('\n')) return;
  const partial = resultFromJournal(journal);
  expect(partial.complete).toBe(false);
  expect(partial.plannedTests).toBe(45);
  const testEnds = journal.match(/^\{"type":"test-end".*\}$/gm) ?? [];
  expect(partial.totals.tests).toBe(testEnds.length);
}

/** Before the handler stands, the signal itself ends the process; a shell shows 130 for both. */
function expectInterrupted(run: CliRun): void {
  expect(run.exitCode ?? run.signal, run.stdout + run.stderr).toBeOneOf([130, 'SIGINT']);
}

describe.concurrent(`a run that is interrupted (seed ${seed})`, () => {
  it.each(moments)('by SIGINT after $delayMs ms (round $round)', async ({ round, delayMs }) => {
    const mark = `interrupt-${process.pid}-int-${round}`;
    await withRun(mark, configOf(mark), async (cli, folder) => {
      await sleep(delayMs);
      cli.kill('SIGINT');
      const run = await cli.ended;
      expectInterrupted(run);
      expect(await findMarkedAfter(mark, run.signal === null ? 0 : 5000)).toEqual([]);
      if (run.exitCode === 130) expect(readReport(join(folder, 'out.json'))?.complete).toBe(false);
      expectNoTornReport(folder);
    });
  });

  it.each(moments)('by SIGKILL after $delayMs ms (round $round)', async ({ round, delayMs }) => {
    const mark = `interrupt-${process.pid}-kill-${round}`;
    await withRun(mark, configOf(mark), async (cli, folder) => {
      await sleep(delayMs);
      cli.kill('SIGKILL');
      expect((await cli.ended).signal).toBe('SIGKILL');
      expect(await findMarkedAfter(mark, 5000)).toEqual([]);
      expectNoTornReport(folder);
    });
  });

  it('by SIGINT twice: ends at once, whatever the servers would still want', async () => {
    const mark = `interrupt-${process.pid}-twice`;
    await withRun(mark, configOf(mark, 60), async (cli) => {
      await expect.poll(() => findMarked(mark).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
      await sleep(300);
      cli.kill('SIGINT');
      await sleep(500);
      const secondAt = performance.now();
      cli.kill('SIGINT');
      const run = await cli.ended;
      expect(performance.now() - secondAt).toBeLessThan(5000);
      expectInterrupted(run);
      expect(await findMarkedAfter(mark, 1000)).toEqual([]);
    });
  });
});
