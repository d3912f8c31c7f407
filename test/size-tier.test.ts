/** The smallest machine that is promised to do: two cores and 4 GB, for the command line and all its servers together. */
import { resolve } from 'node:path';
import { startServerProcess } from '../packages/core/src/process/index.ts';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { cliEnvironment, readReport } from './support/run-cli.ts';

const bin = resolve(import.meta.dirname, '../packages/cli/bin/mcp-test-harness.cjs');
const folderWith = temporaryFolders();
const suites = 4;
const testsOfSuite = 250;

/** Calls, structured results, errors that are wanted, resources, prompts and lists, in turns. */
const kinds: readonly object[] = [
  { tool_name: 'echo', input_params: { message: 'hello' }, expected: { text: 'Echo: hello' } },
  {
    tool_name: 'get-structured-content',
    input_params: { location: 'New York' },
    expected: { json: { humidity: { range: { min: 0, max: 100 } } } },
  },
  { tool_name: 'no-such-tool', expect_error: true },
  {
    method: 'resources/read',
    params: { uri: 'demo://resource/dynamic/text/1' },
    expected: { patterns: [{ key: 'result.contents[0].text', validation: { type: 'exists' } }] },
  },
  {
    method: 'tools/list',
    expected: { patterns: [{ key: 'result.tools', validation: { type: 'array_length', min: 5 } }] },
  },
  { tool_name: 'get-sum', iterations: 3, cases: [{ a: 2, b: 3 }], input_params: { a: '${a}', b: '${b}' } },
  { method: 'ping', skip_if: 'true' },
  { method: 'ping' },
];

const config = {
  global: { max_global_concurrency: 4 },
  server: { command: 'mcp-server-everything', args: ['stdio'] },
  test_suites: Array.from({ length: suites }, (_, suite) => ({
    name: `suite-${suite + 1}`,
    test_cases: Array.from({ length: testsOfSuite }, (__, index) => ({
      id: `test-${index + 1}`,
      ...kinds[index % kinds.length],
    })),
  })),
};

describe('the smallest size of machine', () => {
  it('does for 1,000 mixed tests, four at a time: all processes together stay below 4 GB', async ({
    annotate,
  }) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': config });
    const run = await startServerProcess({
      name: 'harness',
      command: process.execPath,
      args: [bin, 'test', '--quiet', '--report', 'json:out.json'],
      env: cliEnvironment,
      cwd,
      limits: { maxMemoryMb: 4096 },
    });
    run.stdout.resume();
    const exit = await run.exited;
    expect({ exit, violation: run.violation, said: run.stderrTail() }).toEqual({
      exit: { exitCode: 0, signal: null },
      violation: undefined,
      said: '',
    });
    expect(readReport(resolve(cwd, 'out.json'))?.totals).toMatchObject({
      tests: 1000,
      failed: 0,
      errored: 0,
    });
    const peakMb = (run.usage()?.peakMemoryBytes ?? 0) / 1024 / 1024;
    await annotate(`peak resident memory of the harness and its servers: ${Math.round(peakMb)} MiB`);
    expect(peakMb).toBeGreaterThan(50);
    expect(peakMb).toBeLessThan(4096);
  }, 180_000);
});
