import { ManualClock } from '../../clock/testing/manual-clock.ts';
import type { ExecutedRun, SuiteSummary } from '../../runs/define.ts';
import { createServiceMetrics } from '../service-metrics.ts';

/** Metrics under a clock that stands, with what a scraper would read. */
export function aService(settings: { readonly windowMs?: number; readonly compatNames?: boolean } = {}) {
  const clock = new ManualClock('2026-11-26T12:00:00Z');
  const metrics = createServiceMetrics({
    settings: () => ({ windowMs: 300_000, compatNames: true, ...settings }),
    version: '1.2.3',
    clock,
  });
  return { clock, metrics, scrape: () => readSeries(metrics.render(undefined).body) };
}

/** A run of one suite, or of more. */
export function anExecutedRun(
  ...suites: readonly (Partial<SuiteSummary> & { readonly timesMs?: readonly number[] })[]
): ExecutedRun {
  const made = suites.map(({ timesMs = [], ...suite }) => {
    const summary: SuiteSummary = {
      suite: 'core',
      server: 'main',
      passed: 0,
      failed: 0,
      errored: 0,
      skipped: 0,
      flaky: 0,
      retries: 0,
      violations: {},
      latency: undefined,
      baselineP95Ms: undefined,
      ...suite,
    };
    return { summary, timesMs };
  });
  return {
    summary: {
      version: 1,
      kind: 'test',
      verdict: 'passed',
      startedAt: Date.parse('2026-11-26T12:00:00Z'),
      durationMs: 2000,
      suites: made.map(({ summary }) => summary),
      failures: [],
      regressions: [],
      notes: [],
      reports: [],
    },
    samples: made.map(({ summary: { suite, server }, timesMs }) => ({ suite, server, timesMs })),
    reportPath: 'runs/1',
  };
}

/** Series as they are written, `name{label="value"}`, with their values. */
export function readSeries(body: string): ReadonlyMap<string, number> {
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))] as const;
    }),
  );
}

/** The names before the labels. */
export function namesOf(series: ReadonlyMap<string, number>): ReadonlySet<string> {
  return new Set([...series.keys()].map((key) => key.replace(/\{.*$/s, '')));
}
