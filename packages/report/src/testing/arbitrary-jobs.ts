/** Reports as a hostile artifact may hold them: whatever their schema lets pass, every text the worst there is. */
import * as fc from 'fast-check';
import { jobReportLimits } from '../job/limits.ts';
import { parseJobReport } from '../job/parse-job-report.ts';
import type { JobReport } from '../job/types.ts';
import { hostile } from './hostile.ts';

const text = fc
  .oneof(
    fc.constantFrom(
      ...Object.values(hostile),
      '',
      '::error::x',
      '${{ secrets.TOKEN }}',
      '</td><img src=x>',
      '@everyone',
      '|',
    ),
    fc.string({ unit: 'binary', maxLength: jobReportLimits.text }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('语', '&', '<', '`', '\u202E', '💩').map((unit) => unit.repeat(jobReportLimits.text)),
  )
  .map((value) => value.slice(0, jobReportLimits.text));
const count = fc.nat({ max: 1e9 });
const isNew = fc.option(fc.boolean(), { nil: undefined });
const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: jobReportLimits.few });
const capped = <T>(item: fc.Arbitrary<T>) =>
  fc
    .tuple(fc.array(item, { maxLength: jobReportLimits.entries, size: 'max' }), fc.nat({ max: 1000 }))
    .map(([shown, more]) => ({ total: shown.length + more, shown }));
const file = fc.constantFrom(
  'suite.yaml',
  ...['a)b](c.yaml', '<img src=x>', '@octocat', '`', '![x](y)', '~a_b*'].map((name) => `test/${name}`),
);
const location = fc.option(
  fc.record({ file, line: fc.integer({ min: 1, max: 1e6 }), column: fc.constant(1) }),
  {
    nil: undefined,
  },
);
const test = fc.record({
  id: text,
  outcome: fc.constantFrom('failed', 'errored'),
  message: text,
  location,
  isNew,
});
const change = fc.record({
  id: text,
  verdict: fc.constantFrom('regressed', 'improved', 'inconclusive'),
  severity: fc.constantFrom('minor', 'critical', undefined),
  fails: fc.boolean(),
  sentence: text,
  metric: fc.constantFrom('latency', 'cpu', 'memory', undefined),
  base: fc.constantFrom(-1, 0, 1.5, 1e15, undefined),
  head: fc.constantFrom(-1, 0, 1.5, 1e15, undefined),
  changePercent: fc.constantFrom(-100, 0, 0.01, 34, 1e15, undefined),
  intervalPercent: fc.constantFrom([-1e15, 1e15], [3, 4], undefined),
  samples: fc.option(count, { nil: undefined }),
  location,
});
const runs = fc.record({
  kind: fc.constantFrom('test', 'compliance'),
  total: count,
  passed: count,
  failed: count,
  errored: count,
  skipped: count,
  flaky: count,
  durationMs: count,
  complete: fc.boolean(),
  planned: count,
  sentence: text,
  failing: capped(test),
});
const repository = 'https://github.com/example/weather-server';
const url = fc.constantFrom(
  'https://evil.example/actions/runs/1',
  `${repository}/actions/runs/1/artifacts/2`,
  `${repository}/actions/runs/1)![x](//evil.example`,
  `${repository}.evil.example/actions/runs/1`,
  `${repository}/settings`,
);

/** One report that `parseJobReport` lets pass; small enough, so that it is not refused for its size. */
export const arbitraryJob: fc.Arbitrary<JobReport> = fc
  .record({
    schemaVersion: fc.constant(1),
    kind: fc.constant('job'),
    harness: fc.record({ version: text }),
    job: fc.record({
      key: text,
      title: text,
      os: text,
      arch: text,
      runId: fc.constantFrom('1', '12', '99999999999999999999'),
      attempt: fc.integer({ min: 1, max: 9 }),
      runUrl: fc.option(url, { nil: undefined }),
      headSha: fc.constant('fedcba9876543210fedcba9876543210fedcba98'),
    }),
    outcome: fc.constantFrom('passed', 'failed', 'errored', 'cancelled'),
    failures: few(text),
    errors: capped(
      fc.record({ code: fc.constantFrom('INTERNAL', 'IO_READ'), message: text, hint: text, location }),
    ),
    failOn: fc.record({
      regressions: fc.constantFrom('any', 'never'),
      breakingChanges: fc.boolean(),
      tests: fc.boolean(),
      findings: fc.boolean(),
    }),
    finishedAt: fc.constantFrom('2026-11-26T17:40:12.345Z', '9999-99-99T99:99:99Z'),
    durationMs: count,
    tests: fc.array(runs, { maxLength: 2 }),
    newlyFailing: capped(text),
    fixed: capped(text),
    flaky: capped(fc.record({ test: text, failures: count, runs: count })),
    findings: capped(
      fc.record({
        source: fc.constantFrom('test', 'audit'),
        rule: text,
        severity: fc.constantFrom('error', 'warning', 'info'),
        server: fc.option(text, { nil: undefined }),
        message: text,
        count,
        isNew,
      }),
    ),
    goneFindings: count,
    benchmarks: fc.option(
      fc.record({
        measured: count,
        durationMs: count,
        failing: capped(test),
        comparisons: fc.array(
          fc.record({
            against: fc.constantFrom('base', 'history'),
            method: text,
            verdicts: fc.record({ regressed: count, improved: count, unchanged: count, inconclusive: count }),
            changes: capped(change),
          }),
          { maxLength: 2 },
        ),
      }),
      { nil: undefined },
    ),
    breakingChanges: count,
    contracts: few(
      fc.record({
        server: text,
        breaking: count,
        risky: count,
        compatible: count,
        changes: capped(
          fc.record({
            kind: fc.constantFrom('breaking', 'risky', 'compatible'),
            code: text,
            path: text,
            reason: text,
          }),
        ),
      }),
    ),
    contextCost: few(
      fc.record({
        server: text,
        tokenizer: text,
        before: fc.option(count, { nil: undefined }),
        after: count,
      }),
    ),
    baseline: fc.record({
      source: fc.constantFrom('cache', 'artifact', 'file', 'merge-base', 'none'),
      sha: fc.constantFrom('0123456789abcdef', undefined),
      at: fc.constantFrom('2026-11-24T08:00:00Z', undefined),
      wanted: fc.boolean(),
      saved: fc.boolean(),
      notes: few(text),
    }),
    notes: few(text),
    links: few(fc.record({ name: text, url })),
  })
  .filter((report) => Buffer.byteLength(JSON.stringify(report)) <= jobReportLimits.bytes)
  .map((report) => parseJobReport(report));
