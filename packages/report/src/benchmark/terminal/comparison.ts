import type { ComparedBenchmark, Comparison, ComparisonVerdict } from '@mcp-test-harness/core/benchmark';
import { cleanLine } from '../../text/clean-text.ts';
import { cutMiddle, cutText } from '../../text/cut.ts';
import { count } from '../../text/format.ts';
import { displayLocation } from '../../text/location.ts';
import type { Palette } from '../../text/palette.ts';
import { displayWidth, wrapColumns } from '../../text/width.ts';
import { speakingMetrics, verdictOrder, verdictSigns, withVerdict } from '../outcome.ts';
import { formatChange, formatInterval, formatValue } from '../values.ts';
import { describeEvidence, nameMetric } from '../words.ts';
import { type TerminalPage, wrapProse } from './page.ts';

const nameCharacters = 300;
const sentenceCharacters = 1000;

/** The verdicts, the worst first; what is unchanged is counted. */
export function renderComparison({ benchmarks }: Comparison, page: TerminalPage): readonly string[] {
  return verdictOrder.flatMap((verdict) => {
    const group = withVerdict(benchmarks, verdict);
    if (group.length === 0) return [];
    if (verdict === 'unchanged' && page.verbosity === 0) {
      const sign = page.palette.green(verdictSigns.unchanged);
      return [`${sign} ${count(group.length, 'benchmark')} unchanged (-v shows intervals)`, ''];
    }
    return [...group.flatMap((one) => renderCompared(one, page)), ''];
  });
}

function renderCompared(one: ComparedBenchmark, page: TerminalPage): readonly string[] {
  const { palette, verbosity } = page;
  const metrics = verbosity > 0 ? one.metrics : one.verdict === 'unchanged' ? [] : speakingMetrics(one);
  return [
    ...renderName(one, page),
    ...wrapProse(cutText(one.sentence, sentenceCharacters), page.columns - 4).map((line) => `    ${line}`),
    ...metrics.flatMap((metric) => {
      const { base, head } = metric;
      const values = `${nameMetric(metric.metric)}  ${formatValue(metric.metric, base)} → ${formatValue(metric.metric, head)}`;
      const change =
        verbosity === 0
          ? ''
          : `  ${metric.verdict} ${formatChange(metric.changePercent)}, ${formatInterval(metric)}`;
      return wrapProse(
        `${values}${change}  (${verbosity === 0 ? count(metric.logRatios.length, 'pair') : describeEvidence(metric)})`,
        page.columns - 6,
      ).map((line, index) => palette.dim(`${index === 0 ? '    ' : '      '}${line}`));
    }),
  ];
}

/** The name with its severity and its line in the YAML, which goes below where there is no room beside it. */
function renderName(one: ComparedBenchmark, page: TerminalPage): readonly string[] {
  const { palette, cwd, columns } = page;
  const { id, verdict, severity, location } = one;
  const weight = severity === undefined || severity === 'minor' ? '' : severity;
  const names = wrapColumns(cleanLine(cutMiddle(id, nameCharacters)), columns - 2 - weight.length - 2);
  const where = location === undefined ? '' : cleanLine(displayLocation(location, cwd));
  const lines = names.map((name, index) =>
    index === 0
      ? `${colorOf(verdict, palette)(verdictSigns[verdict])} ${palette.bold(name)}`
      : `  ${palette.bold(name)}`,
  );
  const used = displayWidth(names.at(-1) ?? '') + 2 + (weight === '' ? 0 : weight.length + 2);
  const last = `${lines.at(-1) ?? ''}${weight === '' ? '' : `  ${palette.bold(weight)}`}`;
  const before = lines.slice(0, -1);
  if (where === '') return [...before, last];
  return used + 2 + displayWidth(where) <= columns
    ? [...before, `${last}  ${palette.dim(where)}`]
    : [
        ...before,
        last,
        ...wrapColumns(cutMiddle(where, nameCharacters), columns - 4).map((line) =>
          palette.dim(`    ${line}`),
        ),
      ];
}

function colorOf(verdict: ComparisonVerdict, palette: Palette): (text: string) => string {
  return {
    regressed: palette.red,
    improved: palette.green,
    inconclusive: palette.yellow,
    unchanged: palette.green,
  }[verdict];
}
