import type { RunListener, RunResult } from '@mcp-test-harness/core';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { readFile } from 'node:fs/promises';
import { configOptions, defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import type { ReportTarget } from '../report-targets.ts';

export default defineCommand({
  name: 'report',
  summary:
    'Render earlier JSON results again, merge those of several shards, or sum up what the service did.',
  usage: 'RESULT.json... [options]\n       mcp-test-harness report daily|weekly [options]',
  details: `Reads what \`test --report json:FILE\` wrote, and the journal of a run that was killed (FILE.partial.jsonl);
also what \`benchmark --report json:FILE\` wrote, one at a time. Ends with the exit code of the merged result.
With daily or weekly in place of a file: what the service of a configuration did on the last day or in the last week
that is over, or that of --date. Its store is only read. Reports: terminal, json, html and markdown.`,
  positionals: { name: 'a result file', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    ...configOptions,
    date: {
      type: 'string',
      value: 'DATE',
      description: 'With daily or weekly: the day, or a day of the week, like 2026-11-25.',
    },
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
    {
      command: 'mcp-test-harness report weekly --config production.yaml --report html:week.html',
      what: 'What the service did last week',
    },
  ],
  async run({ options, positionals }, io) {
    const [first] = positionals;
    if ((first === 'daily' || first === 'weekly') && positionals.length === 1) {
      const { summarise } = await import('../report/summary.ts');
      return await summarise(first, options, io);
    }
    refuseServiceOptions(options);
    const reports = options.report.length === 0 ? ['terminal'] : options.report;
    const { readReportTargets } = await import('../report-targets.ts');
    const targets = readReportTargets(reports, io);
    const read = await Promise.all(positionals.map((path) => readResult(resolvePath(io, path))));
    const [benchmark] = read.filter((one) => one.kind === 'benchmark');
    if (benchmark !== undefined) return await renderBenchmark(benchmark.result, read.length, reports, io);
    const results = read.filter((one) => one.kind === 'run').map(({ result }) => result);
    return await renderRuns(results, targets, io);
  },
});

/** Files have neither a date nor a configuration. */
function refuseServiceOptions(options: {
  readonly date: string | undefined;
  readonly config: string | undefined;
}): void {
  const given = (['date', 'config'] as const).find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `--${given} means nothing with result files`,
    hint: 'It goes with `report daily` and `report weekly`.',
  });
}

async function renderBenchmark(
  result: BenchmarkResult,
  files: number,
  reports: readonly string[],
  io: Io,
): Promise<number> {
  if (files > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'a benchmark result cannot be merged with others: they were measured at different moments',
      hint: 'Give one at a time. To compare two versions, measure them interleaved: mcp-test-harness benchmark --compare.',
    });
  }
  const { openBenchmarkReports } = await import('../benchmark/reports.ts');
  const output = await openBenchmarkReports({ reports, json: false, quiet: false, otherwise: undefined }, io);
  await output.write(result);
  return result.exitCode;
}

async function renderRuns(
  results: readonly RunResult[],
  targets: readonly ReportTarget[],
  io: Io,
): Promise<number> {
  const [{ createReporter, mergeRunResults }, { ReportFiles }] = await Promise.all([
    import('@mcp-test-harness/report'),
    import('../report-files.ts'),
  ]);
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
}

/** What a file holds. */
type ReadResult =
  | { readonly kind: 'run'; readonly result: RunResult }
  | { readonly kind: 'benchmark'; readonly result: BenchmarkResult };

async function readResult(file: string): Promise<ReadResult> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new HarnessError({
      code: 'IO_READ',
      message: `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Give a file that `mcp-test-harness test --report json:FILE` wrote, or FILE.partial.jsonl of a killed run.',
      cause: error,
    });
  });
  const { parseJson, parseRunResult, resultFromJournal } = await import('@mcp-test-harness/report');
  if (file.endsWith('.jsonl')) return { kind: 'run', result: resultFromJournal(text) };
  const { isBenchmarkDocument, parseBenchmarkResult } = await import('@mcp-test-harness/report/benchmark');
  return isBenchmarkDocument(parseJson(text, file))
    ? { kind: 'benchmark', result: await parseBenchmarkResult(text, file) }
    : { kind: 'run', result: await parseRunResult(text, file) };
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
