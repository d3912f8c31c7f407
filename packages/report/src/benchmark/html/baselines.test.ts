import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import { describe, expect, it } from 'vitest';
import {
  buildAgainst,
  buildAgainstMetric,
  buildBaseline,
  buildSeries,
  hostileBaseline,
  trendsOf,
  worseBaseline,
} from '../../testing/example-baselines.ts';
import { renderBaselines } from './baselines.ts';

const render = (one: BaselineComparison, linkTo: (id: string) => string | undefined = () => undefined) =>
  [...renderBaselines([one], linkTo)].join('');
const linesOf = (html: string): string =>
  html
    .replace(/<svg[\s\S]*?<\/svg>(?=\n<figcaption)/g, '')
    .replace(/<details class="more"><summary>Values[\s\S]*?<\/details>/g, '')
    .replace(/<\/(?:tr|li|p|h\d|div|summary|thead)>/g, '\n')
    .replace(/<\/(?:th|td|dt)>/g, ' | ')
    .replace(/<[^>]*>/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim();

describe('a suite against its baseline', () => {
  it('tells the verdict, what it rests on, every change with the worst first, and how it went', () => {
    expect(linesOf(render(worseBaseline()))).toMatchInlineSnapshot(`
      "core-tools
      ✗ 1 of 4 benchmarks regressed, 1 breaking change, 1 test newly failing, 1 new finding; 1 inconclusive, which proves nothing
      fail_on does not allow 3 changes:
      core-tools/search regressed by 62 %
      default: breaking change of /tools/retired: callers of it fail
      core-tools/sum fails, and passed before
      Compared with | the approved run of 2026-03-01 08:00:00 UTC, commit 0123456789ab, and its history of 40 runs
      Comparable runs | 7 to 21
      Smallest change that it could have shown | 8.4 to 41 %
      fail_on | regressions:error, breaking-changes, tests
      This run | added to the history; the approved run stays (fail_on did not let it pass)
      Not in the baseline | core-tools/brand-new
      Only in the baseline | core-tools/retired
      the approved run was measured under another kind of load
      Benchmark | Verdict | Metric | Change | 95 % interval | Could have shown | Runs |
      core-tools/searchregressed by 62 % (CPU time per call, 95 % interval +58 to +66 %, 21 runs); latency +58 % | ✗ regressed error | CPU time per call | +62 % | +58 to +66 % | 8.4 % | 21 |
      core-tools/slowinconclusive: latency +14 %, runs differ too much from each other; the smallest change that this history could have shown is 41 % | ? inconclusive | latency (25th percentile) | +14 % | +10 to +18 % | 41 % | 7any machine |
      core-tools/listimproved (cpu) | ▲ improved | CPU time per call | −15 % | −19 to −11 % | 8.4 % | 21 |
      core-tools/echounchanged (cpu, latency) | ✓ unchanged | CPU time per call | +0.4 % | −3.6 to +4.4 % | 8.4 % | 21 |
      The change is against the mean of the comparable runs since the last change of level; a smaller one than it could have shown may hide.
      All metrics of 4 benchmarks
      Benchmark | Verdict | Metric | History → now | Change | 95 % interval | Could have shown | Runs | Since the approved run | Since the anchor |
      core-tools/search | ✗ regressed error | CPU time per call | 2.00 ms → 3.24 ms | +62 % | +58 to +66 % | 8.4 % | 21 | +63 % | +71 % |
      ✗ regressed error | latency (25th percentile) | 2.00 ms → 3.16 ms | +58 % | +54 to +62 % | 8.4 % | 21 | +59 % | +67 % |
      core-tools/slow | ? inconclusive | latency (25th percentile) | 2.00 ms → 2.28 ms | +14 % | +10 to +18 % | 41 % | 7any machine | +15 % | +23 % |
      core-tools/list | ▲ improved | CPU time per call | 2.00 ms → 1.70 ms | −15 % | −19 to −11 % | 8.4 % | 21 | −14 % | −6 % |
      core-tools/echo | ✓ unchanged | CPU time per call | 2.00 ms → 2.01 ms | +0.4 % | −3.6 to +4.4 % | 8.4 % | 21 | +1.4 % | +9.4 % |
      ✓ unchanged | latency (25th percentile) | 2.00 ms → 1.98 ms | −1.2 % | −5.2 to +2.8 % | 8.4 % | 21 | −0.2 % | +7.8 % |
      Contract
      breaking /tools/retired callers of it fail
      risky /tools/search/description a model may choose otherwise (&quot;Searches&quot; → &quot;Searches everything&quot;)
      1 compatible change
      compatible /tools/brand-new it is new
      Context cost
      grew default 1,210 → 1,450 tokens, +20 % (o200k_base)1 tool
      Tool | Before | Now |
      search | 210 | 450 |
      Tests
      newly failing core-tools/sum
      flaky core-tools/odd failed 3 of 8 runs
      fixed core-tools/mended
      Findings
      new jsonrpc.id.unknown default: an answer to no request
      gone stdout.noise a line that is no JSON
      Trend
      core-tools/search: CPU time per call by that of the reference server
      +24 %, 0.52× to 0.645×, between 000abcdef013 and 000abcdef014
      server:default: peak memory
      drifts up, 0.4 % a day, 17 % over 40 runs between 000abcdef000 and 000abcdef027
      core-tools/list: latency (25th percentile)
      −15 %, 3.10 ms to 2.63 ms, between 000abcdef013 and 000abcdef014
      1 chart of what has not moved
      core-tools/echo: latency (25th percentile)
      No change of level."
    `);
  });

  it('links the benchmarks that have a row of their own', () => {
    const html = render(worseBaseline(), (id) => (id === 'core-tools/search' ? 't-search' : undefined));
    expect(html.match(/<a href="#t-search">core-tools\/search<\/a>/g)).toHaveLength(2);
    expect(html.match(/<a /g)).toHaveLength(2);
  });

  it('of which nothing changed shows no list, and its charts on a click', () => {
    const html = render(buildBaseline({ series: [buildSeries('core-tools/echo', 'cpu')] }));
    expect(html.match(/<h4>(?!core)[^<]*/g)).toEqual(['<h4>Trend']);
    expect(linesOf(html)).toContain('No step and no drift in 40 runs');
    expect(html).toMatch(/<summary>1 chart of what has not moved<\/summary><figure class="trend">/);
  });

  it('says so when there may be more series than are kept', () => {
    const series = Array.from({ length: 30 }, () => buildSeries('core-tools/echo', 'cpu'));
    const note = 'No more than 30 metrics of a suite are drawn';
    expect(render(buildBaseline({ series }))).toContain(note);
    expect(render(buildBaseline({ series: series.slice(1) }))).not.toContain(note);
  });

  it('without a baseline says so, once', () => {
    const html = render(
      buildBaseline({
        baseline: undefined,
        verdict: undefined,
        benchmarks: [],
        notes: ['no baseline yet: nothing was compared'],
        action: { kind: 'established', reasons: [] },
      }),
    );
    expect(linesOf(html)).toBe(
      'core-tools\nNo baseline yet: nothing was compared\nThis run | established: this run is what later ones are compared with',
    );
  });

  it('draws the chart of what regressed although no step was found, and tells steps that no chart shows', () => {
    const mean = buildSeries('core-tools/echo', 'latency_mean', { stepPercent: 12 });
    const html = render(
      buildBaseline({
        benchmarks: [buildAgainst('core-tools/echo', [buildAgainstMetric('latency', 'regressed', 30)])],
        series: [buildSeries('core-tools/echo', 'latency')],
        trend: trendsOf([mean]),
      }),
    );
    expect(html).not.toContain('of what has not moved');
    expect(html.match(/<figure class="trend">/g)).toHaveLength(1);
    expect(linesOf(html)).toContain(
      'mean latency of core-tools/echo stepped up by 12 % between 000abcdef013 and 000abcdef014',
    );
  });

  it('leaves hostile names, commits, dates and contracts inert', () => {
    const html = render(hostileBaseline());
    expect(html.match(/<(?:script|img|b|style)\b|<svg onload|<a /)).toBeNull();
    expect(html.match(/NaN|Infinity|undefined/)).toBeNull();
    expect(html.match(/<h3>/g)).toHaveLength(1);
    expect(html.length).toBeLessThan(400_000);
  });
});
