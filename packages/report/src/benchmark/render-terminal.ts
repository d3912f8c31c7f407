import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { cleanLine } from '../text/clean-text.ts';
import { cutMiddle, cutText } from '../text/cut.ts';
import { formatBytes, formatDuration } from '../text/format.ts';
import { createPalette, type Palette } from '../text/palette.ts';
import { renderBaselines } from './render-baselines.ts';
import { wrapColumns } from '../text/width.ts';
import { describeCounts } from './outcome.ts';
import { renderComparison } from './terminal/comparison.ts';
import { renderFaults } from './terminal/faults.ts';
import { type TerminalPage, hanging, wrapProse } from './terminal/page.ts';
import { renderTable } from './terminal/table.ts';
import { describeMachine, describeMethod, listDoubts } from './words.ts';

/** What the terminal is like. */
export interface BenchmarkTerminal {
  readonly color: boolean;
  readonly columns: number;
  readonly verbosity: number;
  readonly cwd: string;
}

/** Lines are read best at such a width; a narrower terminal cannot hold the table. */
const columnLimits = { least: 60, most: 120 } as const;
const labelCharacters = 300;

/** A benchmark run for people: one line a benchmark, and a sentence for each that changed. No line is wider than the terminal. */
export function renderBenchmarkTerminal(result: BenchmarkResult, terminal: BenchmarkTerminal): string {
  const page: TerminalPage = {
    ...terminal,
    columns: Math.min(Math.max(terminal.columns, columnLimits.least), columnLimits.most),
    palette: createPalette(terminal.color),
  };
  const lines = [
    ...renderHead(result, page),
    ...(result.comparison === undefined
      ? renderTable(result, page)
      : renderComparison(result.comparison, page)),
    ...renderFaults(result, page),
    ...renderServers(result, page),
    ...renderBaselines(result.baselines ?? [], page.palette, page),
    ...renderWarnings(result, page),
    ...renderVerdict(result, page),
  ];
  return `${lines.join('\n')}\n`;
}

function renderHead(result: BenchmarkResult, page: TerminalPage): readonly string[] {
  const { comparison, machine, servers } = result;
  const { palette } = page;
  const sides =
    comparison === undefined
      ? servers.map(({ name, target }) => ['server', `${name}  ${target}`] as const)
      : (['base', 'head'] as const).map((side) => {
          const { label, target, commit } = comparison[side];
          const parts = [label, commit?.slice(0, 12), target === label ? undefined : target];
          return [side, parts.filter((part) => part !== undefined && part !== '').join('  ')] as const;
        });
  return [
    ...hanging(palette.bold('Benchmarks'), 10, describeMethod(result), page),
    ...wrapColumns(cleanLine(cutText(describeMachine(machine), labelCharacters)), page.columns).map(
      palette.dim,
    ),
    ...sides.flatMap(([name, text]) =>
      hanging(palette.dim(name), name.length, cutMiddle(text, labelCharacters), page),
    ),
    '',
  ];
}

function renderServers({ servers, comparison }: BenchmarkResult, page: TerminalPage): readonly string[] {
  if (comparison !== undefined) return [];
  return servers.flatMap(({ name, startupMs, peakMemoryBytes }) => {
    if (startupMs.length === 0) return [];
    const memory =
      peakMemoryBytes.length === 0 ? '' : `, peak memory ${formatBytes(Math.max(...peakMemoryBytes))}`;
    const line = cleanLine(
      `${cutText(name, labelCharacters)}: start-up ${formatDuration(middle(startupMs))}${memory}`,
    );
    return [...wrapProse(line, page.columns).map(page.palette.dim), ''];
  });
}

function renderWarnings(result: BenchmarkResult, page: TerminalPage): readonly string[] {
  const all = [...result.warnings, ...listDoubts(result)];
  const lines = all.flatMap((warning) =>
    hanging(page.palette.yellow('warning'), 7, cutText(warning, 1000), page),
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderVerdict(result: BenchmarkResult, page: TerminalPage): readonly string[] {
  const { verdict, durationMs, error, incompleteReason } = result;
  const why = error?.message ?? incompleteReason;
  const color = colorOf(verdict, page.palette);
  return [
    ...hanging(
      color(page.palette.bold(verdict)),
      verdict.length,
      `${describeCounts(result)} in ${formatDuration(durationMs)}`,
      page,
    ),
    ...[why, error?.hint]
      .filter((text) => text !== undefined)
      .flatMap((text) => wrapProse(cutText(text, 2000), page.columns)),
  ];
}

function colorOf(verdict: BenchmarkResult['verdict'], palette: Palette): (text: string) => string {
  if (verdict === 'passed') return palette.green;
  return verdict === 'interrupted' ? palette.yellow : palette.red;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;
}
