/**
 * The journal of a run: one JSON line per event that matters, appended as it happens, so that a killed run leaves
 * a readable partial result. Pure functions; the edge does the file work.
 */
import type {
  Finding,
  RunEvent,
  RunResult,
  ServerResult,
  SuiteResult,
  TestResult,
} from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { concludeRun, successRateOf, suiteOutcome, totalsOf } from '@mcp-test-harness/core/verdict';

type RunStart = Extract<RunEvent, { readonly type: 'run-start' }>;
type SuiteStart = Extract<RunEvent, { readonly type: 'suite-start' }>;

/** The end of a run without its tests and servers, which have lines of their own. */
interface RunEndLine {
  readonly type: 'run-end';
  readonly result: Omit<RunResult, 'suites'> & { readonly suites: readonly Omit<SuiteResult, 'tests'>[] };
}
type Line = Exclude<RunEvent, { readonly type: 'run-end' }> | RunEndLine;

const journaled: ReadonlySet<RunEvent['type']> = new Set([
  'run-start',
  'suite-start',
  'server-end',
  'suite-end',
  'test-end',
  'finding',
  'warning',
]);

/** The line of an event, newline included; undefined for events that the result does not need. */
export function journalLine(event: RunEvent): string | undefined {
  if (event.type === 'run-end') {
    const suites = event.result.suites.map((suite) => ({ ...suite, tests: undefined }));
    return `${JSON.stringify({ type: 'run-end', result: { ...event.result, suites } } satisfies RunEndLine)}\n`;
  }
  return journaled.has(event.type) ? `${JSON.stringify(event)}\n` : undefined;
}

/**
 * The result that a journal holds. Without a `run-end` it is what had been done: `complete: false`, with the reason.
 * A torn last line is dropped.
 * @throws HarnessError IO_READ when the text is no journal or a line before the last is damaged
 */
export function resultFromJournal(text: string): RunResult {
  const lines = readLines(text);
  const start = lines[0];
  if (start?.type !== 'run-start') {
    throw new HarnessError({
      code: 'IO_READ',
      message: 'the journal does not begin with a run-start line',
      hint: 'Give a file named *.partial.jsonl that a killed run left beside its report.',
    });
  }
  const tests = groupTests(lines);
  const end = lines.findLast((line) => line.type === 'run-end');
  if (end !== undefined) {
    const suites = end.result.suites.map((suite) => ({ ...suite, tests: tests.get(suite.name) ?? [] }));
    return { ...end.result, suites };
  }
  return partialResult(start, lines, tests);
}

function readLines(text: string): readonly Line[] {
  const rows = text.split('\n');
  const lines: Line[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue;
    try {
      lines.push(JSON.parse(row) as Line);
    } catch (error) {
      if (index === rows.length - 1) break;
      throw new HarnessError({
        code: 'IO_READ',
        message: `line ${index + 1} of the journal is damaged`,
        cause: error,
      });
    }
  }
  return lines;
}

function groupTests(lines: readonly Line[]): ReadonlyMap<string, readonly TestResult[]> {
  return Map.groupBy(
    lines.flatMap((line) => (line.type === 'test-end' ? [line.result] : [])),
    (test) => test.suite,
  );
}

function partialResult(
  start: RunStart,
  lines: readonly Line[],
  tests: ReadonlyMap<string, readonly TestResult[]>,
): RunResult {
  const suiteStarts = new Map<string, SuiteStart>();
  const suiteEnds = new Map<string, Omit<SuiteResult, 'tests'>>();
  const servers: ServerResult[] = [];
  const findings = new Map<string, Finding>();
  const warnings: string[] = [];
  for (const line of lines) {
    if (line.type === 'suite-start') suiteStarts.set(line.suite, line);
    if (line.type === 'suite-end') suiteEnds.set(line.result.name, line.result);
    if (line.type === 'server-end') servers.push(line.result);
    if (line.type === 'finding')
      findings.set(`${line.finding.server ?? ''} ${line.finding.rule}`, line.finding);
    if (line.type === 'warning') warnings.push(line.message);
  }
  const suites = [...new Set([...suiteStarts.keys(), ...suiteEnds.keys(), ...tests.keys()])].map((name) => {
    const done = tests.get(name) ?? [];
    const ended = suiteEnds.get(name);
    return ended === undefined
      ? unfinishedSuite(name, done, suiteStarts.get(name), start)
      : { ...ended, tests: done };
  });
  const protocolChecks = start.protocolChecks ?? 'warn';
  const facts = {
    suites,
    servers,
    findings: [...findings.values()],
    protocolChecks,
    plannedTests: start.tests,
  };
  return {
    schemaVersion: 1,
    harness: {
      version: start.harnessVersion,
      node: start.node ?? 'unknown',
      platform: start.platform ?? 'unknown',
    },
    config: { file: start.configFile, environment: start.environment },
    shard: start.shard,
    startedAt: start.startedAt,
    durationMs: lastMoment(suites, start.startedAt) - Date.parse(start.startedAt),
    complete: false,
    incompleteReason: 'the run was killed before it ended; this is what its journal holds',
    ...facts,
    ...concludeRun({ ...facts, complete: false, interrupted: true }),
    warnings,
  };
}

function unfinishedSuite(
  name: string,
  tests: readonly TestResult[],
  suiteStart: SuiteStart | undefined,
  runStart: RunStart,
): SuiteResult {
  const requiredSuccessRate = 1;
  const totals = totalsOf(tests);
  const startedAt = tests[0]?.startedAt ?? runStart.startedAt;
  return {
    name,
    server: tests[0]?.server ?? 'unknown',
    location: suiteStart?.location,
    outcome: suiteOutcome({ tests, requiredSuccessRate }),
    requiredSuccessRate,
    successRate: successRateOf(totals),
    startedAt,
    durationMs:
      tests.reduce((last, test) => Math.max(last, endOf(test)), Date.parse(startedAt)) -
      Date.parse(startedAt),
    totals,
    tests,
  };
}

function lastMoment(suites: readonly SuiteResult[], startedAt: string): number {
  return suites.reduce((last, suite) => Math.max(last, endOf(suite)), Date.parse(startedAt));
}

function endOf(timed: { readonly startedAt: string; readonly durationMs: number }): number {
  return Date.parse(timed.startedAt) + timed.durationMs;
}
