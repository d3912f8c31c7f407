import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { cleanLine } from '../../text/clean-text.ts';
import { cutMiddle, cutText } from '../../text/cut.ts';
import { formatCount } from '../../text/format.ts';
import { displayWidth, fitColumns } from '../../text/width.ts';
import { hasNumbers, invalidAdvice, type WithNumbers } from '../outcome.ts';
import { formatMs, formatRate } from '../values.ts';
import { hanging, type TerminalPage } from './page.ts';

interface Column {
  readonly name: string;
  readonly cell: (one: WithNumbers) => string;
}

const columnWidth = 9;
const mark: Readonly<Record<WithNumbers['state'], string>> = { measured: '', short: '*' };

const columns: readonly Column[] = [
  { name: 'n', cell: ({ latency, state }) => `${formatCount(latency.n)}${mark[state]}` },
  { name: 'p50', cell: ({ latency }) => formatMs(latency.p50Ms) },
  { name: 'p95', cell: ({ latency }) => formatMs(latency.p95Ms) },
  { name: 'p99', cell: ({ latency }) => formatMs(latency.p99Ms) },
];
const cpu: Column = { name: 'CPU', cell: ({ cpuMsPerCall }) => formatMs(cpuMsPerCall) };
const throughput: Column = {
  name: 'ok',
  cell: ({ throughputPerSecond }) => formatRate(throughputPerSecond),
};

/** The numbers of a run without a base: under load its throughput, else its CPU time. */
export function renderTable(
  { benchmarks, settings }: BenchmarkResult,
  page: TerminalPage,
): readonly string[] {
  const measured = benchmarks.filter(hasNumbers);
  if (measured.length === 0) return [];
  const shown = [...columns, settings.load.kind === 'sequential' ? cpu : throughput];
  const nameWidth = page.columns - shown.length * columnWidth - 2;
  const { palette } = page;
  const row = (name: string, cells: readonly string[]): string => {
    const fitted = fitColumns(name, nameWidth - 1);
    const padding = ' '.repeat(Math.max(0, nameWidth - displayWidth(fitted)));
    return `  ${fitted}${padding}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`;
  };
  return [
    palette.dim(
      row(
        '',
        shown.map(({ name }) => name),
      ),
    ),
    ...measured.map((one) => {
      const cells = shown.map(({ cell }) => cell(one));
      const isInvalid = one.generator?.invalid !== undefined;
      const line = row(nameOf(one, nameWidth), cells);
      return isInvalid ? palette.red(`✗${line.slice(1)}`) : line;
    }),
    ...(measured.some(({ state }) => state === 'short')
      ? [palette.dim('  * fewer calls than wanted: too short for a baseline')]
      : []),
    ...(measured.some(({ generator }) => generator?.invalid !== undefined)
      ? hanging(palette.red('✗ INVALID'), 9, invalidAdvice, page)
      : []),
    '',
  ];
}

/** The end of a long name tells instances apart, its beginning suites. */
function nameOf({ id }: WithNumbers, width: number): string {
  const name = cleanLine(cutText(id, 2000));
  return displayWidth(name) < width ? name : cutMiddle(name, Math.max(12, width - 1));
}
