import type { RunListener, RunResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { readFile } from 'node:fs/promises';
import { defineCommand } from '../command.ts';
import { resolvePath } from '../load.ts';

export default defineCommand({
  name: 'report',
  summary: 'Render earlier JSON results again, or merge those of several shards into one.',
  usage: 'RESULT.json... [options]',
  details: `Reads what \`test --report json:FILE\` wrote, and the journal of a run that was killed (FILE.partial.jsonl).
Ends with the exit code of the merged result.`,
  positionals: { name: 'a result file', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    report: {
      type: 'list',
      short: 'r',
      value: 'KIND[:FILE]',
      description: 'As in `test`. Default: terminal.',
    },
  },
  examples: [
    {
      command: 'mcp-test-harness report results.json --report html:report.html',
      what: 'Another form of the same result',
    },
    {
      command: 'mcp-test-harness report shard-*.json --report junit:all.xml',
      what: 'One report of all shards',
    },
    { command: 'mcp-test-harness report results.json.partial.jsonl', what: 'What a killed run had found' },
  ],
  async run({ options, positionals }, io) {
    const [{ createReporter, mergeRunResults }, { ReportFiles, readReportTargets }] = await Promise.all([
      import('@mcp-test-harness/report'),
      import('../report-files.ts'),
    ]);
    const targets = readReportTargets(options.report.length === 0 ? ['terminal'] : options.report, io);
    const results = await Promise.all(positionals.map((path) => readResult(resolvePath(io, path))));
    const [first] = results;
    // One shard alone is merged too: that says which others are missing.
    const whole = results.length === 1 && first?.shard === undefined ? first : undefined;
    const result = whole ?? mergeRunResults(results);
    // No journal: the one of a killed run may be what is read here.
    const files = await ReportFiles.open(targets, io, { journal: false });
    for (const file of await files.finish(result)) io.stderr(`report  ${file}\n`);
    const onStdout = targets.find(({ file }) => file === undefined);
    if (onStdout !== undefined) {
      const reporter = await createReporter(onStdout.kind, {
        write: io.stdout,
        color: io.color,
        interactive: false,
        columns: io.columns,
        verbosity: io.verbosity,
        cwd: io.cwd,
      });
      if (reporter.render === undefined) replay(result, reporter.onEvent);
      else for (const part of reporter.render(result)) io.stdout(part);
      reporter.close?.();
    }
    return result.exitCode;
  },
});

async function readResult(file: string): Promise<RunResult> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new HarnessError({
      code: 'IO_READ',
      message: `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Give a file that `mcp-test-harness test --report json:FILE` wrote, or FILE.partial.jsonl of a killed run.',
      cause: error,
    });
  });
  const { parseRunResult, resultFromJournal } = await import('@mcp-test-harness/report');
  return file.endsWith('.jsonl') ? resultFromJournal(text) : await parseRunResult(text, file);
}

/** Feeds a finished result to a live reporter as the run would have. */
function replay(result: RunResult, onEvent: RunListener | undefined): void {
  if (onEvent === undefined) return;
  onEvent({
    type: 'run-start',
    startedAt: result.startedAt,
    configFile: result.config.file,
    suites: result.suites.length,
    tests: result.plannedTests,
    harnessVersion: result.harness.version,
  });
  for (const suite of result.suites) {
    const { tests, ...summary } = suite;
    onEvent({ type: 'suite-start', suite: suite.name, tests: tests.length, location: suite.location });
    for (const test of tests) onEvent({ type: 'test-end', result: test });
    onEvent({ type: 'suite-end', result: summary });
  }
  for (const server of result.servers) onEvent({ type: 'server-end', result: server });
  for (const finding of result.findings) onEvent({ type: 'finding', finding });
  onEvent({ type: 'run-end', result });
}
