import type {
  BaselineComparison,
  BenchmarkAgainstBaseline,
  MetricAgainstBaseline,
  TrendChange,
} from '@mcp-test-harness/core/baseline';
import { cleanLine } from '../text/clean-text.ts';
import { count, formatBytes, formatDuration } from '../text/format.ts';
import { createPalette, type Palette } from '../text/palette.ts';
import { fitColumns } from '../text/width.ts';
import { actionWords, describeTrend } from './baseline-words.ts';
import { verdictOrder, verdictSigns } from './outcome.ts';
import { wrapProse } from './terminal/page.ts';
import { nameMetric } from './words.ts';

/** What the section may take up. */
export interface BaselineSection {
  readonly columns: number;
  readonly verbosity: number;
}

/** The same for a terminal by itself, without the benchmarks. */
export function renderBaselineTerminal(
  baselines: readonly BaselineComparison[],
  terminal: BaselineSection & { readonly color: boolean },
): string {
  const columns = Math.min(Math.max(terminal.columns, 60), 120);
  const lines = renderBaselines(baselines, createPalette(terminal.color), { ...terminal, columns });
  return lines.join('\n');
}

/** What the baselines say of a run: what fails first, then what changed, a sentence each. */
export function renderBaselines(
  baselines: readonly BaselineComparison[],
  palette: Palette,
  section: BaselineSection,
): readonly string[] {
  return baselines.flatMap((one) => [
    ...renderHead(one, palette, section),
    ...renderBenchmarks(one, palette, section),
    ...renderOthers(one, palette, section),
    ...one.trend.flatMap((change) => renderTrend(change, palette, section)),
    ...one.notes.flatMap((note) => indented(`note: ${note}`, palette.dim, section)),
    ...renderAction(one, palette, section),
    '',
  ]);
}

function renderHead(
  { suite, baseline }: BaselineComparison,
  palette: Palette,
  { columns }: BaselineSection,
): readonly string[] {
  const [first = '', ...more] = wrapProse(suite, columns - 10);
  const title = [
    `${palette.bold('Baseline')}  ${palette.bold(first)}`,
    ...more.map((line) => `          ${line}`),
  ];
  if (baseline === undefined) return title;
  const commit = baseline.commit === undefined ? '' : ` (${baseline.commit.slice(0, 12)})`;
  const history = `approved run of ${baseline.at.slice(0, 10)}${commit}, ${count(baseline.runs, 'run')} in its history`;
  return [...title, ...wrapProse(history, columns - 2).map((line) => palette.dim(`  ${line}`))];
}

function renderBenchmarks(
  { benchmarks }: BaselineComparison,
  palette: Palette,
  section: BaselineSection,
): readonly string[] {
  return verdictOrder.flatMap((verdict) => {
    const group = benchmarks.filter((one) => one.verdict === verdict);
    if (verdict === 'unchanged' && section.verbosity === 0 && group.length > 0)
      return [
        `  ${palette.green(verdictSigns.unchanged)} ${count(group.length, 'benchmark')} unchanged (-v shows intervals)`,
      ];
    return group.flatMap((one) => renderBenchmark(one, palette, section));
  });
}

function renderBenchmark(
  one: BenchmarkAgainstBaseline,
  palette: Palette,
  section: BaselineSection,
): readonly string[] {
  const color = {
    regressed: palette.red,
    improved: palette.green,
    inconclusive: palette.yellow,
    unchanged: palette.green,
  }[one.verdict];
  const severity =
    one.severity === undefined || one.severity === 'minor' ? '' : `  ${palette.bold(one.severity)}`;
  const metrics = one.metrics.filter(
    (metric) => section.verbosity > 0 || (metric.verdict === one.verdict && one.verdict === 'regressed'),
  );
  return [
    `  ${color(verdictSigns[one.verdict])} ${fitColumns(cleanLine(one.id), section.columns - 16)}${severity}`,
    ...wrapProse(one.sentence, section.columns - 6).map((line) => `      ${line}`),
    ...metrics.flatMap((metric) =>
      wrapProse(describeMetric(metric), section.columns - 8).map((line, index) =>
        palette.dim(`${' '.repeat(index === 0 ? 6 : 8)}${line}`),
      ),
    ),
  ];
}

function describeMetric(metric: MetricAgainstBaseline): string {
  const unit = metric.metric === 'memory' ? formatBytes : formatMs;
  const value = (number: number | undefined): string => (number === undefined ? 'n/a' : unit(number));
  const anchor = metric.sinceAnchorPercent;
  const since = anchor === undefined ? '' : `, ${signed(anchor)} % since the anchor`;
  return `${nameMetric(metric.metric)}  ${value(metric.base)} → ${value(metric.head)}  (${count(metric.runs, 'run')}${since})`;
}

function renderOthers(
  one: BaselineComparison,
  palette: Palette,
  section: BaselineSection,
): readonly string[] {
  const { contracts, outcomes, findings, added, missing } = one;
  const lines: (readonly [color: (text: string) => string, text: string])[] = [];
  for (const { server, changes, contextCost } of contracts) {
    for (const { kind, path, reason } of changes) {
      if (kind === 'compatible' && section.verbosity === 0) continue;
      lines.push([
        kind === 'breaking' ? palette.red : palette.yellow,
        `${kind} change of ${server} ${path}: ${reason}`,
      ]);
    }
    if (contextCost !== undefined && contextCost.growth !== 0)
      lines.push([
        palette.yellow,
        `context cost of ${server}: ${contextCost.before} → ${contextCost.after} tokens (${contextCost.tokenizer})`,
      ]);
  }
  for (const test of outcomes.newlyFailing) lines.push([palette.red, `newly failing: ${test}`]);
  for (const test of outcomes.fixed) lines.push([palette.green, `fixed: ${test}`]);
  for (const { test, failures, runs } of outcomes.flaky)
    lines.push([palette.yellow, `flaky: ${test} failed ${failures} of ${runs} runs`]);
  for (const { rule, message } of findings.new)
    lines.push([palette.yellow, `new finding ${rule}: ${message}`]);
  for (const { rule } of findings.gone) lines.push([palette.green, `finding gone: ${rule}`]);
  if (added.length > 0 && one.baseline !== undefined)
    lines.push([palette.dim, `not in the baseline: ${added.join(', ')}`]);
  if (missing.length > 0) lines.push([palette.yellow, `only in the baseline: ${missing.join(', ')}`]);
  return lines.flatMap(([color, text]) => indented(text, color, section));
}

/** `CPU time per call of core/echo drifts up by 1 % a day`, with the range of commits. */
function renderTrend(change: TrendChange, palette: Palette, section: BaselineSection): readonly string[] {
  const color = change.direction === 'up' ? palette.yellow : palette.green;
  return indented(`trend: ${describeTrend(change)}`, color, section);
}

function renderAction(
  { action, failures }: BaselineComparison,
  palette: Palette,
  section: BaselineSection,
): readonly string[] {
  const lines =
    failures.length === 0 ? [] : [palette.red(`  fails: ${count(failures.length, 'change')} above`)];
  if (action === undefined) return lines;
  const color = {
    established: palette.green,
    approved: palette.green,
    recorded: (text: string) => text,
    refused: palette.red,
  }[action.kind];
  const said = color(`  ${actionWords[action.kind]}`);
  return [...lines, said, ...action.reasons.flatMap((reason) => indented(reason, palette.dim, section))];
}

function indented(
  text: string,
  color: (text: string) => string,
  section: BaselineSection,
): readonly string[] {
  return wrapProse(text, section.columns - 4).map((line, index) =>
    color(index === 0 ? `  ${line}` : `    ${line}`),
  );
}

function formatMs(value: number): string {
  if (value >= 100) return formatDuration(value);
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)}`;
}
