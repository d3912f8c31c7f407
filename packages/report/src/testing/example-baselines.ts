/** What runs say of their baselines, for tests and for looking at. */
import type {
  BaselineComparison,
  BenchmarkAgainstBaseline,
  MetricAgainstBaseline,
  MetricSeries,
  RunMark,
} from '@mcp-test-harness/core/baseline';
import { Random } from '@mcp-test-harness/core/statistics';
import { everyHostileText, hostile } from './hostile.ts';

/** A suite against its baseline, of which nothing changed. */
export function buildBaseline(init: Partial<BaselineComparison> = {}): BaselineComparison {
  return {
    suite: 'core-tools',
    baseline: { run: 'r1', at: '2026-03-01T08:00:00.000Z', commit: '0123456789abcdef01234567', runs: 40 },
    verdict: 'unchanged',
    benchmarks: [buildAgainst('core-tools/echo', [buildAgainstMetric('cpu', 'unchanged', 0.4)])],
    added: [],
    missing: [],
    contracts: [],
    outcomes: { newlyFailing: [], fixed: [], flaky: [] },
    findings: { new: [], gone: [] },
    trend: [],
    series: [],
    failOn: { regressions: 'error', breakingChanges: true, tests: true, findings: false },
    failures: [],
    notes: [],
    ...init,
  };
}

export function buildAgainst(
  id: string,
  metrics: readonly MetricAgainstBaseline[],
  init: Partial<BenchmarkAgainstBaseline> = {},
): BenchmarkAgainstBaseline {
  const verdict = metrics[0]?.verdict ?? 'inconclusive';
  const severity = metrics[0]?.severity;
  return {
    id,
    verdict,
    ...(severity === undefined ? {} : { severity }),
    sentence: `${verdict} (${metrics.map(({ metric }) => metric).join(', ')})`,
    metrics,
    ...init,
  };
}

export function buildAgainstMetric(
  metric: MetricAgainstBaseline['metric'],
  verdict: MetricAgainstBaseline['verdict'],
  changePercent: number,
  init: Partial<MetricAgainstBaseline> = {},
): MetricAgainstBaseline {
  const base = metric === 'memory' ? 62_914_560 : 2;
  return {
    metric,
    verdict,
    scope: 'same-machine',
    normalised: metric === 'cpu',
    runs: 21,
    changePercent,
    intervalPercent: [changePercent - 4, changePercent + 4],
    smallestDetectablePercent: 8.4,
    base,
    head: base * (1 + changePercent / 100),
    sinceApprovedPercent: changePercent + 1,
    sinceAnchorPercent: changePercent + 9,
    ...init,
  };
}

const dayMs = 86_400_000;

/** Forty daily runs around a value, of which the twentieth and all later ones are higher by `stepPercent`. */
export function buildSeries(
  id: string,
  metric: MetricSeries['metric'],
  { value = 2, stepPercent = 0, seed = 5 } = {},
): MetricSeries {
  const random = new Random(seed);
  const points = Array.from({ length: 40 }, (_, day) => ({
    at: new Date(Date.UTC(2026, 2, 1) + day * dayMs).toISOString(),
    commit: (0xabc_def_000 + day).toString(16).padStart(12, '0').repeat(3),
    value: value * (day < 20 ? 1 : 1 + stepPercent / 100) * (1 + (random.next() - 0.5) * 0.04),
  }));
  const after = value * (1 + stepPercent / 100);
  return {
    id,
    metric,
    unit: metric === 'memory' ? 'bytes' : metric === 'cpu' ? 'ratio' : 'ms',
    normalised: metric === 'cpu',
    points,
    changes:
      stepPercent === 0
        ? []
        : [
            {
              kind: 'step',
              direction: stepPercent > 0 ? 'up' : 'down',
              from: markOf(points, 19),
              to: markOf(points, 20),
              changePercent: stepPercent,
              runs: 40,
              step: { index: 20, before: value, after },
            },
          ],
  };
}

function markOf(points: MetricSeries['points'], index: number): RunMark {
  const { at, commit } = points.at(index) ?? { at: '', commit: undefined };
  return { at, ...(commit === undefined ? {} : { commit }) };
}

/** The trends that some series show. */
export function trendsOf(series: readonly MetricSeries[]): BaselineComparison['trend'] {
  return series.flatMap(({ id, metric, changes }) =>
    changes.map((change) => {
      const { step, ...moved } = change;
      return { id, metric, ...moved, kind: step === undefined ? 'drift' : 'step' };
    }),
  );
}

/** Everything that may change, changed. */
export function worseBaseline(): BaselineComparison {
  const drifting = buildSeries('server:default', 'memory', { value: 62_914_560, seed: 8 });
  const series: readonly MetricSeries[] = [
    buildSeries('core-tools/search', 'cpu', { value: 0.52, stepPercent: 24 }),
    {
      ...drifting,
      points: drifting.points.map((point, day) => ({ ...point, value: point.value * 1.004 ** day })),
      changes: [
        {
          kind: 'drift',
          direction: 'up',
          from: markOf(drifting.points, 0),
          to: markOf(drifting.points, 39),
          changePercent: 16.9,
          perDayPercent: 0.4,
          perDayIntervalPercent: [0.3, 0.5],
          runs: 40,
        },
      ],
    },
    buildSeries('core-tools/list', 'latency', { value: 3.1, stepPercent: -15, seed: 3 }),
    buildSeries('core-tools/echo', 'latency', { value: 0.21, seed: 4 }),
  ];
  return buildBaseline({
    verdict: 'regressed',
    severity: 'error',
    benchmarks: [
      buildAgainst('core-tools/echo', [
        buildAgainstMetric('cpu', 'unchanged', 0.4, { withinPercent: 4.4 }),
        buildAgainstMetric('latency', 'unchanged', -1.2, { withinPercent: 5.2 }),
      ]),
      buildAgainst(
        'core-tools/search',
        [
          buildAgainstMetric('cpu', 'regressed', 62, { severity: 'error' }),
          buildAgainstMetric('latency', 'regressed', 58, { severity: 'error' }),
        ],
        {
          sentence:
            'regressed by 62 % (CPU time per call, 95 % interval +58 to +66 %, 21 runs); latency +58 %',
        },
      ),
      buildAgainst(
        'core-tools/slow',
        [
          buildAgainstMetric('latency', 'inconclusive', 14, {
            reason: 'runs differ too much from each other',
            runs: 7,
            smallestDetectablePercent: 41,
            scope: 'any-machine',
          }),
        ],
        {
          sentence:
            'inconclusive: latency +14 %, runs differ too much from each other; the smallest change that this history could have shown is 41 %',
        },
      ),
      buildAgainst('core-tools/list', [buildAgainstMetric('cpu', 'improved', -15)]),
    ],
    added: ['core-tools/brand-new'],
    missing: ['core-tools/retired'],
    contracts: [
      {
        server: 'default',
        changes: [
          {
            kind: 'compatible',
            code: 'contract.tool.added',
            path: '/tools/brand-new',
            before: undefined,
            after: undefined,
            reason: 'it is new',
          },
          {
            kind: 'risky',
            code: 'contract.tool.description-changed',
            path: '/tools/search/description',
            before: 'Searches',
            after: 'Searches everything',
            reason: 'a model may choose otherwise',
          },
          {
            kind: 'breaking',
            code: 'contract.tool.removed',
            path: '/tools/retired',
            before: undefined,
            after: undefined,
            reason: 'callers of it fail',
          },
        ],
        contextCost: {
          tokenizer: 'o200k_base',
          before: 1210,
          after: 1450,
          growth: 240,
          growthPercent: 19.8,
          tools: [{ name: 'search', before: 210, after: 450 }],
        },
      },
    ],
    outcomes: {
      newlyFailing: ['core-tools/sum'],
      fixed: ['core-tools/mended'],
      flaky: [{ test: 'core-tools/odd', failures: 3, runs: 8 }],
    },
    findings: {
      new: [
        {
          rule: 'jsonrpc.id.unknown',
          server: 'default',
          severity: 'error',
          message: 'an answer to no request',
          count: 2,
        },
      ],
      gone: [{ rule: 'stdout.noise', severity: 'warning', message: 'a line that is no JSON', count: 1 }],
    },
    trend: trendsOf(series),
    series,
    failures: [
      'core-tools/search regressed by 62 %',
      'default: breaking change of /tools/retired: callers of it fail',
      'core-tools/sum fails, and passed before',
    ],
    notes: ['the approved run was measured under another kind of load'],
    action: { kind: 'recorded', reasons: ['fail_on did not let it pass'] },
  });
}

/** Every text is hostile. */
export function hostileBaseline(): BaselineComparison {
  const mark = { at: hostile.script, commit: hostile.markdown };
  const series = buildSeries(everyHostileText, 'latency', { stepPercent: 30 });
  const finding = {
    rule: hostile.script,
    server: hostile.markdown,
    severity: 'error',
    message: everyHostileText,
    count: 1,
  } as const;
  const change = { code: hostile.script, path: everyHostileText, reason: everyHostileText };
  const tool = { name: everyHostileText, before: 1, after: 2 };
  const hostileSeries = {
    ...series,
    points: series.points.map(({ value }) => ({ ...mark, value })),
    changes: series.changes.map((one) => ({ ...one, from: mark, to: mark })),
  };
  const drift = {
    kind: 'drift',
    direction: 'down',
    from: mark,
    to: mark,
    changePercent: -9,
    runs: 12,
  } as const;
  return buildBaseline({
    suite: everyHostileText,
    baseline: { run: hostile.script, at: hostile.script, commit: hostile.markdown, runs: 3 },
    verdict: 'regressed',
    benchmarks: (['regressed', 'inconclusive', 'improved'] as const).map((verdict) =>
      buildAgainst(
        everyHostileText,
        [
          buildAgainstMetric(
            'cpu',
            verdict,
            12,
            verdict === 'inconclusive' ? { reason: everyHostileText } : {},
          ),
        ],
        { sentence: everyHostileText },
      ),
    ),
    added: [everyHostileText],
    missing: [everyHostileText],
    contracts: [hostile.script, hostile.markdown].map((server) => ({
      server,
      changes: (['breaking', 'risky', 'compatible'] as const).map((kind) => ({
        ...change,
        kind,
        before: hostile.script,
        after: { [hostile.style]: hostile.ansi },
      })),
      contextCost: {
        tokenizer: hostile.script,
        before: 1,
        after: 2,
        growth: 1,
        growthPercent: 100,
        tools: [tool],
      },
    })),
    outcomes: {
      newlyFailing: [everyHostileText],
      fixed: [hostile.script],
      flaky: [{ test: hostile.markdown, failures: 1, runs: 2 }],
    },
    findings: { new: [finding], gone: [finding] },
    trend: [...trendsOf([hostileSeries]), { id: hostile.script, metric: 'latency_mean', ...drift }],
    series: [hostileSeries, { ...hostileSeries, changes: [drift] }],
    failures: [everyHostileText],
    notes: [everyHostileText],
    action: { kind: 'refused', reasons: [everyHostileText] },
  });
}
