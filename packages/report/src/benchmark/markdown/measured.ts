import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { inlineCode } from '../../markdown/escape.ts';
import { fitSection } from '../../markdown/section.ts';
import { cutText } from '../../text/cut.ts';
import { count, formatBytes, formatCount, formatDuration } from '../../text/format.ts';
import { hasNumbers } from '../outcome.ts';
import { formatMs, formatRate } from '../values.ts';

/** More rows than these are folded: the comment is to fit on a screen. */
const rowsShown = 15;

/**
 * The numbers of a run without a base; those of an invalid one are struck out.
 * @param tableLimit characters of the numbers
 */
export function renderMeasured(
  { benchmarks, servers, settings }: BenchmarkResult,
  tableLimit: number,
): string {
  const measured = benchmarks.filter(hasNumbers);
  const isOpen = settings.load.kind === 'open';
  const columns = [
    'Benchmark',
    'Calls',
    'p50',
    'p95',
    'p99',
    'CPU',
    'Throughput',
    ...(isOpen ? ['Lag p99'] : []),
  ];
  const table = fitSection({
    head: `${row(columns)}${row(columns.map((_, index) => (index === 0 ? ':---' : '---:')))}`,
    entries: measured.map((one) => {
      const { id, latency, cpuMsPerCall, throughputPerSecond, generator, state } = one;
      const isInvalid = generator?.invalid !== undefined;
      const strike = (text: string): string => (isInvalid ? `~~${text}~~` : text);
      return row([
        `${isInvalid ? '❌ **invalid** ' : ''}${inlineCode(cutText(id, 150))}${state === 'short' ? ' (short)' : ''}`,
        formatCount(latency.n),
        strike(formatMs(latency.p50Ms)),
        strike(formatMs(latency.p95Ms)),
        strike(formatMs(latency.p99Ms)),
        formatMs(cpuMsPerCall),
        formatRate(throughputPerSecond),
        ...(isOpen ? [formatMs(generator?.lagP99Ms)] : []),
      ]);
    }),
    nouns: 'benchmarks',
    limit: tableLimit,
  });
  const skipped = benchmarks.filter(({ state }) => state === 'skipped').length;
  return [
    measured.length > rowsShown
      ? `\n<details>\n<summary>${count(measured.length, 'benchmark')}</summary>\n${table}\n</details>\n`
      : table,
    skipped === 0 ? '' : `\n${count(skipped, 'test')} skipped.\n`,
    fitSection({
      head: '### Servers\n\n',
      entries: servers.map(({ name, startupMs, peakMemoryBytes }) => {
        const facts = [
          ...(startupMs.length === 0 ? [] : [`start-up ${formatDuration(Math.min(...startupMs))} at best`]),
          ...(peakMemoryBytes.length === 0
            ? []
            : [`peak memory ${formatBytes(Math.max(...peakMemoryBytes))}`]),
        ];
        return `- ${inlineCode(cutText(name, 150))} ${facts.join(', ')}\n`;
      }),
      nouns: 'servers',
      limit: 3000,
    }),
  ].join('');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
