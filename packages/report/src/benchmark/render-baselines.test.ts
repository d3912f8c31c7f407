import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import { describe, expect, it } from 'vitest';
import { buildBenchmarkResult } from '../testing/benchmark-results.ts';
import { displayWidth } from '../text/width.ts';
import { describeVerdict } from './outcome.ts';
import { parseBenchmarkResult } from './read-benchmark-result.ts';
import { renderBaselineTerminal } from './render-baselines.ts';
import { renderBenchmarkTerminal } from './render-terminal.ts';

const plain = { color: false, columns: 80, verbosity: 0, cwd: '/project' };

function buildBaseline(over: Partial<BaselineComparison> = {}): BaselineComparison {
  return {
    suite: 'core',
    baseline: { run: 'r1', at: '2026-01-01T00:00:00Z', commit: '0123456789abcdef', runs: 12 },
    verdict: 'regressed',
    severity: 'error',
    benchmarks: [
      {
        id: 'core/echo',
        verdict: 'regressed',
        severity: 'error',
        sentence:
          'regressed by 60 % (CPU time per call, 95 % interval +55 to +65 %, 12 runs); latency +58 %, mean latency +59 %',
        metrics: [
          {
            metric: 'cpu',
            verdict: 'regressed',
            severity: 'error',
            scope: 'same-machine',
            normalised: true,
            runs: 12,
            changePercent: 60,
            intervalPercent: [55, 65],
            base: 2,
            head: 3.2,
            sinceApprovedPercent: 58,
            sinceAnchorPercent: 71,
          },
        ],
      },
      { id: 'core/add', verdict: 'unchanged', sentence: 'unchanged within ±25 %', metrics: [] },
    ],
    added: [],
    missing: ['core/gone'],
    contracts: [
      {
        server: 'server',
        changes: [
          {
            kind: 'breaking',
            code: 'contract.tool.removed',
            path: '/tools/gone',
            before: undefined,
            after: undefined,
            reason: 'it is gone',
          },
        ],
      },
    ],
    outcomes: { newlyFailing: ['core/sum'], fixed: [], flaky: [{ test: 'core/odd', failures: 3, runs: 8 }] },
    findings: { new: [], gone: [] },
    trend: [
      {
        id: 'core/echo',
        metric: 'cpu',
        kind: 'step',
        direction: 'up',
        from: { at: '2026-01-09T00:00:00Z', commit: 'aaaaaaaaaaaaaaaa' },
        to: { at: '2026-01-10T00:00:00Z' },
        changePercent: 12,
        runs: 12,
      },
    ],
    series: [],
    failOn: { regressions: 'error', breakingChanges: true, tests: true, findings: false },
    failures: ['a', 'b', 'c'],
    notes: [],
    action: { kind: 'recorded', reasons: ['the run was not green'] },
    ...over,
  };
}

describe('what a run says of its baselines', () => {
  it('begins with what regressed, and leaves out what has not changed', () => {
    expect(renderBaselineTerminal([buildBaseline()], plain)).toMatchInlineSnapshot(`
      "Baseline  core
        approved run of 2026-01-01 (0123456789ab), 12 runs in its history
        ✗ core/echo  error
            regressed by 60 % (CPU time per call, 95 % interval +55 to +65 %, 12
            runs); latency +58 %, mean latency +59 %
            CPU time per call  2.00 ms → 3.20 ms  (12 runs, +71 % since the anchor)
        ✓ 1 benchmark unchanged (-v shows intervals)
        breaking change of server /tools/gone: it is gone
        newly failing: core/sum
        flaky: core/odd failed 3 of 8 runs
        only in the baseline: core/gone
        trend: CPU time per call of core/echo stepped up by 12 % between
          aaaaaaaaaaaa and 2026-01-10 00:00
        fails: 3 changes above
        added to the history; the approved run stays
        the run was not green
      "
    `);
  });

  it.each([60, 80, 120])('fits into %d columns', (columns) => {
    const long = 'x'.repeat(300);
    const text = renderBaselineTerminal(
      [
        buildBaseline({
          suite: long,
          missing: [long],
          outcomes: { newlyFailing: [long], fixed: [], flaky: [] },
        }),
      ],
      { ...plain, columns, verbosity: 1 },
    );
    expect(text.split('\n').filter((line) => displayWidth(line) > columns)).toEqual([]);
  });

  it('lets no control characters through', () => {
    const text = renderBaselineTerminal(
      [buildBaseline({ suite: 'a\u001B[2Jb', notes: ['c\u0007d'] })],
      plain,
    );
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(text).not.toMatch(/\u001B|\u0007/);
  });

  it('is part of the terminal report, of the verdict in words, and of the JSON that is read again', async () => {
    const result = buildBenchmarkResult({ baselines: [buildBaseline()], verdict: 'regressed', exitCode: 1 });
    const text = renderBenchmarkTerminal(result, plain);
    expect(text).toContain('Baseline  core');
    expect(describeVerdict(result)).toBe('3 changes against the baseline that fail_on does not allow');
    expect((await parseBenchmarkResult(JSON.stringify(result))).baselines).toHaveLength(1);
  });

  it('is refused when somebody has made another thing of it', async () => {
    const hostile = { ...buildBenchmarkResult({}), baselines: [{ suite: 5 }] };
    await expect(parseBenchmarkResult(JSON.stringify(hostile))).rejects.toThrow(/baselines\.0\.suite/);
  });
});
