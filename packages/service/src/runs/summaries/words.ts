import { formatCount, formatDuration } from '@mcp-test-harness/report/text';
import type { RegressionSummary } from '../define.ts';
import type { SummaryDocument } from './define.ts';

/** A table of a summary, its cells text that is not escaped yet. */
export interface SummaryTable {
  readonly id: string;
  readonly title: string;
  /** Columns of numbers are those after the texts. */
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** `Daily summary of 2026-11-25`. */
export function titleOf({ period, key }: SummaryDocument): string {
  return `${period === 'daily' ? 'Daily' : 'Weekly'} summary of ${key}`;
}

/** The period in one sentence. */
export function headlineOf({ runs, successRate, servers, regressions }: SummaryDocument): string {
  if (runs.total === 0) return 'Nothing ran';
  const down = servers.filter(({ state }) => state === 'down').length;
  return [
    `${formatCount(runs.passed)} of ${runs.total === 1 ? '1 run' : `${formatCount(runs.total)} runs`} passed`,
    ...(successRate === null ? [] : [`${formatRate(successRate)} of the tests`]),
    ...(regressions.length === 0 ? [] : [`${formatCount(regressions.length)} slower than their baseline`]),
    ...(down === 0 ? [] : [`${formatCount(down)} ${down === 1 ? 'server is' : 'servers are'} down`]),
  ].join(', ');
}

/** What the counts are, those that are not zero. */
export function factsOf(document: SummaryDocument): readonly (readonly [name: string, value: string])[] {
  const { runs, tests, from, until, timezone, resultsRead } = document;
  const counts = (entries: Readonly<Record<string, number>>): string =>
    Object.entries(entries)
      .filter(([name, amount]) => amount > 0 || name === 'passed')
      .map(([name, amount]) => `${formatCount(amount)} ${names[name] ?? name}`)
      .join(', ');
  const { total: _, ...ended } = runs;
  return [
    ['From', from],
    ['Until', `${until} (days of ${timezone})`],
    ['Runs', counts(ended)],
    ['Tests', counts(tests)],
    ...(resultsRead.read === resultsRead.of
      ? []
      : [
          [
            'Read',
            `the results of ${formatCount(resultsRead.read)} of ${formatCount(resultsRead.of)} runs, drawn evenly, with those that did not pass`,
          ] as const,
        ]),
  ];
}

const names: Readonly<Record<string, string>> = { lost: 'not carried out' };

/** What there is to list; tables without rows are left out. */
export function tablesOf(document: SummaryDocument): readonly SummaryTable[] {
  const text = (name: string) => ({ name, isNumber: false });
  const number = (name: string) => ({ name, isNumber: true });
  const down = document.servers.filter(({ state }) => state === 'down');
  const tables: readonly SummaryTable[] = [
    {
      id: 'servers',
      title: 'Servers that are down',
      columns: [text('Server'), text('Since')],
      rows: down.map(({ server, since }) => [server, since]),
    },
    {
      id: 'suites',
      title: 'Suites',
      columns: [
        text('Suite'),
        text('Server'),
        number('Runs'),
        number('Success'),
        number('Failed'),
        number('Errored'),
        number('p95'),
      ],
      rows: document.suites.map(({ suite, server, runs, successRate, failed, errored, p95Ms }) => [
        suite,
        server,
        formatCount(runs),
        successRate === null ? 'n/a' : formatRate(successRate),
        formatCount(failed),
        formatCount(errored),
        p95Ms === null ? 'n/a' : formatDuration(p95Ms),
      ]),
    },
    {
      id: 'failures',
      title: 'Tests that did not pass',
      columns: [text('Test'), text('Outcome'), text('Last message'), number('Times')],
      rows: document.failures.map(({ test, outcome, message, times }) => [
        test,
        outcome,
        message,
        formatCount(times),
      ]),
    },
    {
      id: 'regressions',
      title: 'Slower than their baseline',
      columns: [text('Benchmark'), text('Metric'), text('Severity'), number('Change')],
      rows: document.regressions.map(({ id, metric, severity, changePercent }) => [
        id,
        metric,
        severity,
        formatChange(changePercent),
      ]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

const mostLinesOfTable = 10;

/** All of it as lines of plain text, for messages; of long tables the beginning. */
export function linesOf(document: SummaryDocument): readonly string[] {
  return [
    headlineOf(document),
    ...factsOf(document).map(([name, value]) => `${name}: ${value}`),
    ...tablesOf(document).flatMap(({ title, columns, rows }) => [
      `${title}:`,
      ...rows.slice(0, mostLinesOfTable).map((cells) => `  ${lineOf(columns, cells)}`),
      ...(rows.length > mostLinesOfTable
        ? [`  … and ${formatCount(rows.length - mostLinesOfTable)} more`]
        : []),
    ]),
    ...document.trends,
  ];
}

/** `core, demo: runs 12, success 99.1 %`. */
function lineOf(columns: SummaryTable['columns'], cells: readonly string[]): string {
  const texts = cells.filter((_, index) => columns[index]?.isNumber !== true);
  const numbers = cells.flatMap((cell, index) => {
    const column = columns[index];
    return column?.isNumber === true
      ? [`${column.name.replace(/^[A-Z]/, (letter) => letter.toLowerCase())} ${cell}`]
      : [];
  });
  return [texts.join(', '), ...(numbers.length === 0 ? [] : [numbers.join(', ')])].join(': ');
}

function formatChange(percent: RegressionSummary['changePercent']): string {
  return `+${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** Rounded down: 99.99 % is not all. */
function formatRate(rate: number): string {
  return `${(Math.floor(rate * 1000) / 10).toFixed(rate === 1 ? 0 : 1)} %`;
}
