import type {
  ComparedBenchmark,
  Comparison,
  ComparisonVerdict,
  MetricComparison,
} from '@mcp-test-harness/core/benchmark';
import { inlineCode, prose } from '../../markdown/escape.ts';
import { fitSection } from '../../markdown/section.ts';
import { cutText } from '../../text/cut.ts';
import { count } from '../../text/format.ts';
import { displayLocation } from '../../text/location.ts';
import { countVerdicts, speakingMetrics, verdictOrder, withVerdict } from '../outcome.ts';
import { formatChange, formatInterval, formatLimit, formatValue } from '../values.ts';
import { describeEvidence, nameMetric } from '../words.ts';

/** A sign for each verdict in comments. */
export const verdictIcons: Readonly<Record<ComparisonVerdict, string>> = {
  regressed: '🔴',
  inconclusive: '🟡',
  improved: '🟢',
  unchanged: '⚪',
};
const titles = { regressed: 'Regressed', inconclusive: 'Inconclusive', improved: 'Improved' } as const;
/** So many of a verdict are seen at once: the comment is to fit on a screen. */
const shown = { regressed: 10, inconclusive: 5, improved: 5 } as const;

/**
 * What changed and what could not be told, each in a sentence; the unchanged counted; all numbers folded.
 * @param tableLimit characters of the numbers
 */
export function renderChanges(comparison: Comparison, cwd: string, tableLimit: number): string {
  const counts = countVerdicts(comparison.benchmarks);
  const groups = (['regressed', 'inconclusive', 'improved'] as const).map((verdict) =>
    renderGroup(verdict, withVerdict(comparison.benchmarks, verdict), cwd),
  );
  const unchanged =
    counts.unchanged === 0
      ? ''
      : `\n${verdictIcons.unchanged} ${count(counts.unchanged, 'benchmark')} unchanged: ${
          isSure(comparison)
            ? `the whole interval within ±${comparison.minimumEffectPercent} %`
            : 'no sign of a change'
        }.\n`;
  return `${groups.join('')}${unchanged}${renderMetrics(comparison, tableLimit)}`;
}

function isSure({ benchmarks, minimumEffectPercent }: Comparison): boolean {
  return benchmarks
    .filter(({ verdict }) => verdict === 'unchanged')
    .every(({ metrics }) =>
      metrics.every(({ withinPercent = Infinity }) => withinPercent <= minimumEffectPercent),
    );
}

function renderGroup(
  verdict: keyof typeof shown,
  benchmarks: readonly ComparedBenchmark[],
  cwd: string,
): string {
  const entries = benchmarks.map((one) => renderEntry(one, cwd));
  const first = fitSection({
    head: `### ${titles[verdict]}\n\n`,
    entries: entries.slice(0, shown[verdict]),
    nouns: 'benchmarks',
    limit: 10_000,
  });
  const rest = entries.slice(shown[verdict]);
  if (rest.length === 0) return first;
  const folded = fitSection({ head: '', entries: rest, nouns: 'benchmarks', limit: 4000 });
  return `${first}\n<details>\n<summary>${count(rest.length, 'more')} ${verdict}</summary>\n${folded}\n</details>\n`;
}

function renderEntry(one: ComparedBenchmark, cwd: string): string {
  const { id, verdict, severity, location } = one;
  const weight = severity === undefined || severity === 'minor' ? '' : ` **${severity}**`;
  const where =
    location === undefined ? '' : ` · ${inlineCode(cutText(displayLocation(location, cwd), 200))}`;
  const parts = speakingMetrics(one).map(verdict === 'inconclusive' ? describeDoubt : describeChange);
  const complaint = one.head?.complaint ?? one.base?.complaint;
  const reason =
    complaint !== undefined
      ? `calls failed: ${inlineCode(cutText(complaint, 200))}`
      : parts.length === 0
        ? 'nothing could be measured'
        : parts.join('; ');
  return `- ${verdictIcons[verdict]} ${inlineCode(cutText(id, 200))}${weight} ${reason}${where}\n`;
}

/** What is said of a metric, against a base or against a history. */
type SpeakingMetric = Pick<
  MetricComparison,
  'metric' | 'base' | 'head' | 'changePercent' | 'intervalPercent' | 'reason' | 'smallestDetectablePercent'
>;

/** `latency **+11 %** (95 % interval +9 to +13 %, 0.21 → 0.23 ms)`. */
export function describeChange(metric: SpeakingMetric): string {
  const { base, head, changePercent } = metric;
  return `${nameMetric(metric.metric)} **${formatChange(changePercent)}** (95 % interval ${formatInterval(metric)}, ${formatValue(metric.metric, base)} → ${formatValue(metric.metric, head)})`;
}

/** `latency −5 to +13 %: the measurements are too noisy (a change of 16 % would have shown)`. */
export function describeDoubt(metric: SpeakingMetric): string {
  const { reason = 'unknown', smallestDetectablePercent: least } = metric;
  const limit =
    least === undefined || !Number.isFinite(least)
      ? ''
      : ` (a change of ${formatLimit(least)} would have shown)`;
  return `${nameMetric(metric.metric)} ${formatInterval(metric)}: ${prose(cutText(reason, 200))}${limit}`;
}

const columns = ['Benchmark', 'Metric', 'Verdict', 'Base', 'Head', 'Change', '95 % interval', 'Rests on'];

function renderMetrics({ benchmarks }: Comparison, limit: number): string {
  const table = fitSection({
    head: `${row(columns)}| :--- | :--- | :--- | ---: | ---: | ---: | ---: | :--- |\n`,
    entries: verdictOrder
      .flatMap((verdict) => withVerdict(benchmarks, verdict))
      .flatMap(({ id, metrics }) =>
        metrics.map((metric) =>
          row([
            inlineCode(cutText(id, 100)),
            nameMetric(metric.metric),
            metric.verdict,
            formatValue(metric.metric, metric.base),
            formatValue(metric.metric, metric.head),
            formatChange(metric.changePercent),
            formatInterval(metric),
            describeEvidence(metric),
          ]),
        ),
      ),
    nouns: 'metrics',
    limit,
  });
  if (table === '') return '';
  return `\n<details>\n<summary>All metrics of ${count(benchmarks.length, 'benchmark')}</summary>\n${table}\n</details>\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
