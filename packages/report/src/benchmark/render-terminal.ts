import type {
  BenchmarkResult,
  ComparedBenchmark,
  ComparisonVerdict,
  Measurement,
  MetricComparison,
} from '@mcp-test-harness/core/benchmark';
import { cleanLine } from '../text/clean-text.ts';
import { count, formatBytes, formatDuration } from '../text/format.ts';
import { displayLocation } from '../text/location.ts';
import { createPalette, type Palette } from '../text/palette.ts';
import { displayWidth, fitColumns, wrapColumns } from '../text/width.ts';
import { renderBaselines } from './render-baselines.ts';
import { describeLoad, nameMetric } from './words.ts';

/** What the terminal is like. */
export interface BenchmarkTerminal {
  readonly color: boolean;
  readonly columns: number;
  readonly verbosity: number;
  readonly cwd: string;
}

/** A benchmark run for people: one line a benchmark, and a sentence for each that changed. */
export function renderBenchmarkTerminal(result: BenchmarkResult, terminal: BenchmarkTerminal): string {
  const style = { ...terminal, columns: Math.min(Math.max(terminal.columns, 60), 120) };
  const palette = createPalette(style.color);
  const lines = [
    ...renderHead(result, palette),
    ...(result.comparison === undefined
      ? renderTable(result.benchmarks, palette, style.columns)
      : renderComparison(result, palette, style)),
    ...renderFaults(result, palette, style),
    ...renderServers(result, palette),
    ...renderBaselines(result.baselines ?? [], palette, style),
    ...renderWarnings(result, palette, style),
    renderVerdict(result, palette),
  ];
  return `${lines.join('\n')}\n`;
}

function renderHead(
  { comparison, settings, machine, servers }: BenchmarkResult,
  palette: Palette,
): readonly string[] {
  const title = palette.bold('Benchmarks');
  const how =
    comparison === undefined
      ? `${count(settings.processes, 'fresh process', 'fresh processes')} each, ${describeLoad(settings.load)}`
      : `interleaved, ${comparison.stages.pairs[0]} pairs of fresh processes${comparison.stages.pairs[1] > 0 ? `, then ${comparison.stages.pairs[1]} for ${count(comparison.stages.suspects, 'suspect')}` : ''}`;
  const lines = [
    `${title}  ${how}`,
    palette.dim(`${machine.cpuModel}, ${count(machine.cores, 'core')}, Node ${machine.node}`),
  ];
  if (comparison !== undefined) {
    for (const side of ['base', 'head'] as const) {
      const { label, target, commit } = comparison[side];
      const words = [
        label,
        ...(commit === undefined ? [] : [commit.slice(0, 12)]),
        ...(target === label ? [] : [target]),
      ];
      lines.push(`${palette.dim(side)}  ${cleanLine(words.join('  '))}`);
    }
  } else {
    for (const { name, target } of servers)
      lines.push(`${palette.dim('server')}  ${cleanLine(`${name}  ${target}`)}`);
  }
  return [...lines, ''];
}

const columns = ['n', 'p50', 'p95', 'p99', 'CPU'] as const;
const columnWidth = 9;

function renderTable(benchmarks: readonly Measurement[], palette: Palette, width: number): readonly string[] {
  const measured = benchmarks.filter((one) => one.state === 'measured' || one.state === 'short');
  if (measured.length === 0) return [];
  const nameWidth = width - columns.length * columnWidth - 2;
  const row = (name: string, cells: readonly string[]): string =>
    `  ${pad(fitColumns(name, nameWidth), nameWidth)}${cells.map((cell) => cell.padStart(columnWidth)).join('')}`;
  return [
    palette.dim(row('', columns)),
    ...measured.map(({ id, latency, cpuMsPerCall, state }) =>
      row(cleanLine(id), [
        `${latency.n}${state === 'short' ? '*' : ''}`,
        formatMs(latency.p50Ms),
        formatMs(latency.p95Ms),
        formatMs(latency.p99Ms),
        formatMs(cpuMsPerCall),
      ]),
    ),
    ...(measured.some(({ state }) => state === 'short')
      ? [palette.dim('  * fewer calls than wanted: too short for a baseline')]
      : []),
    '',
  ];
}

const signs: Readonly<Record<ComparisonVerdict, string>> = {
  regressed: '✗',
  improved: '▲',
  inconclusive: '?',
  unchanged: '✓',
};
const order: readonly ComparisonVerdict[] = ['regressed', 'inconclusive', 'improved', 'unchanged'];

function colorOf(verdict: ComparisonVerdict, palette: Palette): (text: string) => string {
  return {
    regressed: palette.red,
    improved: palette.green,
    inconclusive: palette.yellow,
    unchanged: palette.green,
  }[verdict];
}

function renderComparison(
  { comparison }: BenchmarkResult,
  palette: Palette,
  terminal: BenchmarkTerminal,
): readonly string[] {
  const benchmarks = comparison?.benchmarks ?? [];
  return order.flatMap((verdict) => {
    const group = benchmarks.filter((one) => one.verdict === verdict);
    if (group.length === 0) return [];
    if (verdict === 'unchanged' && terminal.verbosity === 0) {
      return [
        `${palette.green(signs.unchanged)} ${count(group.length, 'benchmark')} unchanged (-v shows intervals)`,
        '',
      ];
    }
    return [...group.flatMap((one) => renderCompared(one, palette, terminal)), ''];
  });
}

function renderCompared(
  one: ComparedBenchmark,
  palette: Palette,
  terminal: BenchmarkTerminal,
): readonly string[] {
  const color = colorOf(one.verdict, palette);
  const severity =
    one.severity === undefined || one.severity === 'minor' ? '' : `  ${palette.bold(one.severity)}`;
  const where =
    one.location === undefined ? '' : `  ${palette.dim(displayLocation(one.location, terminal.cwd))}`;
  const lines = [`${color(signs[one.verdict])} ${palette.bold(cleanLine(one.id))}${severity}${where}`];
  for (const line of wrapColumns(cleanLine(one.sentence), terminal.columns - 4)) lines.push(`    ${line}`);
  const values = one.metrics.filter(
    ({ verdict }) => terminal.verbosity > 0 || (verdict === one.verdict && verdict !== 'unchanged'),
  );
  for (const metric of values) lines.push(palette.dim(`    ${describeValues(metric)}`));
  return lines;
}

function describeValues(metric: MetricComparison): string {
  const unit = metric.metric === 'memory' ? formatBytes : formatMs;
  const value = (number: number | undefined): string => (number === undefined ? 'n/a' : unit(number));
  const p = metric.adjustedP === undefined ? '' : `, adjusted p ${metric.adjustedP.toPrecision(2)}`;
  return `${nameMetric(metric.metric)}  ${value(metric.base)} → ${value(metric.head)}  (${count(metric.logRatios.length, 'pair')}${p})`;
}

function renderFaults(
  { benchmarks }: BenchmarkResult,
  palette: Palette,
  terminal: BenchmarkTerminal,
): readonly string[] {
  const lines = benchmarks.flatMap((one) => {
    if (one.state !== 'failed' && one.state !== 'skipped') return [];
    if (one.state === 'skipped' && terminal.verbosity === 0) return [];
    const sign = one.state === 'failed' ? palette.red('✗ failed') : palette.yellow('- skipped');
    return [
      `${sign}  ${palette.bold(cleanLine(one.id))}`,
      ...wrapColumns(cleanLine(one.reason), terminal.columns - 4).map((line) => `    ${line}`),
    ];
  });
  const skipped = benchmarks.filter(({ state }) => state === 'skipped').length;
  if (skipped > 0 && terminal.verbosity === 0)
    lines.push(palette.dim(`${count(skipped, 'test')} skipped (-v says why)`));
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderServers({ servers, comparison }: BenchmarkResult, palette: Palette): readonly string[] {
  if (comparison !== undefined) return [];
  return servers.flatMap(({ name, startupMs, peakMemoryBytes }) => {
    if (startupMs.length === 0) return [];
    const memory =
      peakMemoryBytes.length === 0 ? '' : `, peak memory ${formatBytes(Math.max(...peakMemoryBytes))}`;
    return [palette.dim(`${cleanLine(name)}: start-up ${formatDuration(middle(startupMs))}${memory}`), ''];
  });
}

function renderWarnings(
  { warnings, comparison, benchmarks }: BenchmarkResult,
  palette: Palette,
  { columns: width }: BenchmarkTerminal,
): readonly string[] {
  const all = [...warnings];
  if (comparison?.notPinned !== undefined) all.push(`not pinned to one core: ${comparison.notPinned}`);
  if (comparison !== undefined && comparison.busyPairs > 0) {
    all.push(`${count(comparison.busyPairs, 'pair')} measured although the machine stayed busy`);
  }
  for (const one of benchmarks) {
    if ((one.state === 'measured' || one.state === 'short') && one.generator?.invalid !== undefined) {
      all.push(`${one.id}: the load generator could not keep its rate: ${one.generator.invalid}`);
    }
  }
  const lines = all.flatMap((warning) =>
    wrapColumns(cleanLine(warning), width - 9).map((line, index) =>
      index === 0 ? `${palette.yellow('warning')}  ${line}` : `         ${line}`,
    ),
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderVerdict(result: BenchmarkResult, palette: Palette): string {
  const { verdict, benchmarks, durationMs, comparison, error, incompleteReason } = result;
  const color = verdict === 'passed' ? palette.green : palette.red;
  const numbers =
    comparison === undefined
      ? count(benchmarks.filter(({ state }) => state === 'measured' || state === 'short').length, 'benchmark')
      : order
          .map((one) => ({
            one,
            n: comparison.benchmarks.filter((benchmark) => benchmark.verdict === one).length,
          }))
          .filter(({ n }) => n > 0)
          .map(({ one, n }) => `${n} ${one}`)
          .join(', ');
  const failed = benchmarks.filter(({ state }) => state === 'failed').length;
  const why = error?.message ?? incompleteReason;
  return [
    `${color(palette.bold(verdict))}  ${[numbers, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ')} in ${formatDuration(durationMs)}`,
    ...(why === undefined ? [] : [cleanLine(why)]),
    ...(error?.hint === undefined ? [] : [cleanLine(error.hint)]),
  ].join('\n');
}

function formatMs(value: number | undefined): string {
  if (value === undefined) return 'n/a';
  if (value >= 100) return formatDuration(value);
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;
}
