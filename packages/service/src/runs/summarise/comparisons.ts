import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import { describeTrend } from '@mcp-test-harness/report/benchmark';
import type { RegressionSummary } from '../define.ts';
import { mostEntries, shortLine } from './limits.ts';

/** What is slower than its baseline, the worst first. Beyond chance and worth a word, all of them are a warning at least. */
export function regressionsOf(comparisons: readonly BaselineComparison[]): readonly RegressionSummary[] {
  return comparisons
    .flatMap(({ benchmarks }) => benchmarks)
    .flatMap(({ id, metrics }) =>
      metrics.flatMap(({ metric, verdict, severity = 'minor', changePercent }): RegressionSummary[] => {
        if (verdict !== 'regressed' || changePercent === undefined) return [];
        return [{ id, metric, changePercent, severity: severity === 'minor' ? 'warning' : severity }];
      }),
    )
    .toSorted((one, other) => other.changePercent - one.changePercent)
    .slice(0, mostEntries);
}

/** What else a comparison says that somebody should read, one line each. */
export function notesOf(comparisons: readonly BaselineComparison[]): readonly string[] {
  return comparisons.flatMap((one) => [
    ...one.outcomes.newlyFailing.map((test) => `newly failing: ${test}`),
    ...one.contracts.flatMap(({ server, changes }) =>
      changes
        .filter(({ kind }) => kind === 'breaking')
        .map(({ path, reason }) => `breaking change of ${server}, ${path}: ${reason}`),
    ),
    ...one.findings.new.map(({ rule, count }) => `new violation of the protocol: ${rule} (${count} times)`),
    ...one.trend.filter(({ direction }) => direction === 'up').map(describeTrend),
    ...one.failures,
    ...(one.action?.kind === 'refused'
      ? one.action.reasons.map((reason) => `not recorded in the baseline of ${one.suite}: ${reason}`)
      : []),
  ]);
}

/** Lines of a summary: each once, short, and not too many. */
export function boundNotes(notes: readonly string[]): readonly string[] {
  const lines = [...new Set(notes.map((note) => shortLine(note)))];
  return lines.length <= mostEntries
    ? lines
    : [...lines.slice(0, mostEntries - 1), `${lines.length - mostEntries + 1} more: see the report`];
}
