import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { reportStyle } from '../../html/assets.ts';
import { createPageContext } from '../../html/context.ts';
import { escapeProse } from '../../html/escape.ts';
import { renderFindings } from '../../html/findings.ts';
import { renderPage, type PageSection } from '../../html/page.ts';
import { describeVerdict } from '../outcome.ts';
import { listDoubts } from '../words.ts';
import { benchmarkScript, benchmarkStyle } from './assets.ts';
import { renderBaselines } from './baselines.ts';
import { renderCompared } from './compared.ts';
import { renderBenchmarkServers, renderConditions } from './conditions.ts';
import { renderBenchmarkFilters } from './filters.ts';
import { renderLoad } from './load.ts';
import { renderMeasured } from './measured.ts';
import { renderMetricTable } from './metric-table.ts';
import { renderBenchmarkHeader } from './page-header.ts';

const iconColors = {
  passed: '1a7f37',
  regressed: 'cf222e',
  invalid: 'cf222e',
  failed: 'cf222e',
  errored: 'b35900',
  interrupted: '6e7781',
} as const;

/** A benchmark run as one page; see {@link renderPage}. */
export function* renderBenchmarkHtml(result: BenchmarkResult, cwd: string): Generator<string> {
  const { verdict, complete, incompleteReason = 'it did not come to its end' } = result;
  yield* renderPage({
    title: `${verdict}: ${describeVerdict(result)}`,
    iconColor: iconColors[verdict],
    style: `${reportStyle}${benchmarkStyle}`,
    script: benchmarkScript,
    header: renderBenchmarkHeader(result, cwd),
    notice: complete ? undefined : `Incomplete: ${incompleteReason}. What had been measured by then is here.`,
    sections: listSections(result, cwd),
    harnessVersion: result.harness.version,
  });
}

function listSections(result: BenchmarkResult, cwd: string): readonly PageSection[] {
  const { comparison, benchmarks, baselines = [], findings, servers } = result;
  const ids = [...(comparison?.benchmarks ?? []), ...benchmarks].map(({ id }) => ({ id, durationMs: 0 }));
  const unique = [...new Map(ids.map((one) => [one.id, one])).values()];
  const { anchorOf } = createPageContext(cwd, unique, 0);
  const warnings = [...listDoubts(result), ...result.warnings];
  const load = renderLoad(result, anchorOf);
  const compared = new Set(comparison?.benchmarks.map(({ id }) => id));
  const others = benchmarks.filter(
    ({ state, id }) =>
      comparison !== undefined && !compared.has(id) && (state === 'failed' || state === 'skipped'),
  );
  const rows = new Set((comparison?.benchmarks ?? benchmarks).map(({ id }) => id));
  const sections: readonly (PageSection | undefined)[] = [
    baselines.length === 0
      ? undefined
      : {
          id: 'baseline',
          title: 'Baseline',
          ...(baselines.length === 1 ? {} : { amount: baselines.length }),
          parts: renderBaselines(baselines, (id) => (rows.has(id) ? anchorOf(id) : undefined)),
        },
    {
      id: 'benchmarks',
      title: 'Benchmarks',
      amount: comparison?.benchmarks.length ?? benchmarks.length,
      parts: renderRows(result, cwd, anchorOf),
    },
    others.length === 0
      ? undefined
      : {
          id: 'not-compared',
          title: 'Not compared',
          amount: others.length,
          parts: renderMeasured(others, cwd, anchorOf),
        },
    load === undefined ? undefined : { id: 'load', title: 'Under load', parts: [load] },
    comparison === undefined || comparison.benchmarks.every(({ metrics }) => metrics.length === 0)
      ? undefined
      : { id: 'metrics', title: 'All metrics', parts: [renderMetricTable(comparison, anchorOf)] },
    warnings.length === 0
      ? undefined
      : {
          id: 'warnings',
          title: 'Warnings',
          amount: warnings.length,
          parts: [
            `<ul class="plain">${warnings.map((text) => `<li>${escapeProse(text)}</li>`).join('')}</ul>`,
          ],
        },
    findings.length === 0
      ? undefined
      : {
          id: 'findings',
          title: 'Protocol findings',
          amount: findings.length,
          parts: [renderFindings(findings)],
        },
    { id: 'conditions', title: 'Machine and settings', parts: [renderConditions(result)] },
    comparison === undefined && servers.length === 0
      ? undefined
      : { id: 'servers', title: 'Servers', parts: [renderBenchmarkServers(result)] },
  ];
  return sections.filter((section) => section !== undefined);
}

function* renderRows(
  result: BenchmarkResult,
  cwd: string,
  anchorOf: (id: string) => string,
): Generator<string> {
  yield `${renderBenchmarkFilters(result)}\n`;
  yield* result.comparison === undefined
    ? renderMeasured(result.benchmarks, cwd, anchorOf)
    : renderCompared(result.comparison, cwd, anchorOf);
  yield '\n<p class="absent" id="nothing" hidden>No benchmark matches these filters. <button type="button" class="quiet" id="reset">Show all benchmarks</button></p>';
}
