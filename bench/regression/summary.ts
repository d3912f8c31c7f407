import type { ComparedMetric, ComparisonVerdict } from '../../packages/core/src/benchmark/index.ts';
import type { Injected } from './scenario.ts';

/** What is kept of one comparison. */
export interface RunSummary {
  readonly kind: 'A/A' | 'A/B';
  readonly durationMs: number;
  readonly busyPairs: number;
  readonly suspects: number;
  readonly benchmarks: readonly {
    readonly id: string;
    readonly injected: Injected;
    readonly verdict: ComparisonVerdict;
    readonly metrics: readonly {
      readonly metric: ComparedMetric;
      readonly verdict: ComparisonVerdict;
      readonly changePercent: number | undefined;
      readonly intervalPercent: readonly [number, number] | undefined;
    }[];
  }[];
}

const wanted: Readonly<Record<Exclude<Injected, 'none'>, 'regressed' | 'improved'>> = {
  '+5 %': 'regressed',
  '+10 %': 'regressed',
  '+25 %': 'regressed',
  '-10 %': 'improved',
  tail: 'regressed',
};

/** The table, in Markdown. */
export function summarise(runs: readonly RunSummary[]): readonly string[] {
  const sameRuns = runs.filter(({ kind }) => kind === 'A/A');
  const alarmed = sameRuns.filter(({ benchmarks }) => benchmarks.some(({ verdict }) => isAlarm(verdict)));
  const nulls = runs.flatMap(({ benchmarks }) => benchmarks.filter(({ injected }) => injected === 'none'));
  const wrongNulls = nulls.filter(({ verdict }) => isAlarm(verdict));
  const lines = [
    '| what | found | of | share |',
    '|---|---|---|---|',
    row('A/A runs with any false alarm', alarmed.length, sameRuns.length),
    row('unchanged benchmarks called changed', wrongNulls.length, nulls.length),
    row(
      'unchanged benchmarks inconclusive',
      nulls.filter(({ verdict }) => verdict === 'inconclusive').length,
      nulls.length,
    ),
  ];
  for (const [kind, verdict] of Object.entries(wanted) as [
    Exclude<Injected, 'none'>,
    'regressed' | 'improved',
  ][]) {
    const changed = runs.flatMap(({ benchmarks }) => benchmarks.filter(({ injected }) => injected === kind));
    const opposite = verdict === 'regressed' ? 'improved' : 'regressed';
    lines.push(
      row(`${kind}: ${verdict}`, changed.filter((one) => one.verdict === verdict).length, changed.length),
    );
    lines.push(
      row(
        `${kind}: ${opposite} (wrong)`,
        changed.filter((one) => one.metrics.some((metric) => metric.verdict === opposite)).length,
        changed.length,
      ),
    );
    lines.push(
      row(`${kind}: unchanged`, changed.filter((one) => one.verdict === 'unchanged').length, changed.length),
    );
  }
  return lines;
}

function row(what: string, found: number, of: number): string {
  return `| ${what} | ${found} | ${of} | ${of === 0 ? 'n/a' : `${((found / of) * 100).toFixed(1)} %`} |`;
}

function isAlarm(verdict: ComparisonVerdict): boolean {
  return verdict === 'regressed' || verdict === 'improved';
}
