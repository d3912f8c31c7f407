import type { RunEvent, RunListener, RunResult } from '@mcp-test-harness/core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from './io.ts';
import { runWithReports } from './run-with-reports.ts';

let folder = '';
let stdout = '';
let stderr = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
  stdout = '';
  stderr = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

const io = (): Io => ({
  stdout: (text) => (stdout += text),
  stderr: (text) => (stderr += text),
  env: {},
  cwd: folder,
  color: false,
  interactive: true,
  columns: 80,
  verbosity: 0,
  ci: false,
  mask: (text) => text,
  maskRecord: (value) => value,
  hide: () => Promise.resolve(),
});

const start: RunEvent = {
  type: 'run-start',
  startedAt: '2026-01-01T00:00:00.000Z',
  suites: 1,
  tests: 2,
  harnessVersion: '0.1.0',
};
const oneTest: RunEvent = {
  type: 'test-end',
  result: {
    id: 'suite/one',
    suite: 'suite',
    test: 'one',
    tags: [],
    server: 'server',
    outcome: 'passed',
    flaky: false,
    attempts: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 5,
    requestDurationsMs: [5],
    failures: [],
    warnings: [],
    exchanges: [],
  },
};

/** Runs with these reports until the run breaks by a fault of ours, after its first test. */
async function breakRun(reports: readonly string[]): Promise<unknown> {
  const execute = (onEvent: RunListener): Promise<RunResult> => {
    onEvent(start);
    onEvent({ type: 'test-start', id: 'suite/one', suite: 'suite', test: 'one' });
    onEvent(oneTest);
    return Promise.reject(new Error('a fault of ours'));
  };
  return await runWithReports(
    { reports, formats: [], outputDir: undefined, quiet: false, execute },
    io(),
  ).catch((error: unknown) => error);
}

describe('a run that breaks by a fault of ours', () => {
  it('throws that fault, for the exit code and the issue link', async () => {
    expect(await breakRun(['json:out.json'])).toMatchObject({ message: 'a fault of ours' });
  });

  it('still writes the reports of what was done, as incomplete', async () => {
    await breakRun(['json:out.json', 'markdown:out.md']);
    expect(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))).toMatchObject({
      complete: false,
      incompleteReason: 'mcp-test-harness itself failed',
      verdict: 'errored',
      exitCode: 1,
      plannedTests: 2,
      totals: { tests: 1, passed: 1 },
    });
    expect(readFileSync(join(folder, 'out.md'), 'utf8')).toContain('mcp-test-harness itself failed');
    expect(stderr).toBe(
      ['out.json', 'out.md', 'out.json.partial.jsonl']
        .map((file) => `what was found until then  ${join(folder, file)}\n`)
        .join(''),
    );
  });

  it('leaves the journal readable', async () => {
    await breakRun(['json:out.json']);
    const journal = readFileSync(join(folder, 'out.json.partial.jsonl'), 'utf8');
    expect(
      journal
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as RunEvent).type),
    ).toEqual(['run-start', 'test-end']);
  });

  it('gives the terminal back: nothing is redrawn any more and the cursor is shown', async () => {
    await breakRun([]);
    expect(stdout.endsWith('\u001B[?25h')).toBe(true);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
