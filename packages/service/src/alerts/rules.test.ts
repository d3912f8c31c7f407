import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../runs/define.ts';
import type { Message, Occurrence } from './define.ts';
import { readPayload } from './message.ts';
import { createNotificationRules } from './rules.ts';
import {
  distribution,
  everyOccasion,
  noOccasion,
  runSummary,
  suiteSummary,
  thresholds,
} from './testing/examples.ts';

const noon = Date.parse('2026-11-26T12:01:00Z');
const rules = createNotificationRules({ alerts: thresholds, distribution: distribution() });

function tell(occurrence: Occurrence, now = noon): readonly Message[] {
  return rules(occurrence, now).map(({ payload }) => readPayload(payload) as Message);
}

function ended(
  summary: Partial<RunSummary>,
  previous?: Partial<RunSummary>,
  more: Partial<Pick<Extract<Occurrence, { type: 'run-ended' }>, 'runId' | 'reportPath' | 'fault'>> = {},
): Occurrence {
  return {
    type: 'run-ended',
    runId: 'run-2',
    summary: runSummary(summary),
    previous: previous === undefined ? undefined : runSummary(previous),
    ...more,
  };
}

const failure = (test: string, outcome: 'failed' | 'errored' = 'failed') => ({
  test,
  outcome,
  message: 'got no answer',
  location: 'suite.yaml:12:7',
});
const failed = (...tests: string[]): Partial<RunSummary> => ({
  verdict: 'failed',
  suites: [suiteSummary({ failed: tests.length })],
  failures: tests.map((test) => failure(test)),
});
const latency = (p95Ms: number, n = 100) => ({ n, p50Ms: p95Ms / 2, p95Ms, p99Ms: p95Ms });
const suite = (more: Parameters<typeof suiteSummary>[0]): Partial<RunSummary> => ({
  suites: [suiteSummary(more)],
});

describe('thresholds', () => {
  it.each<[string, Partial<RunSummary>, string | undefined]>([
    ['a p95 of 31 % over its baseline', suite({ latency: latency(131), baselineP95Ms: 100 }), 'regression'],
    ['a p95 of 30 % over its baseline', suite({ latency: latency(130), baselineP95Ms: 100 }), undefined],
    ['a p95 of 29 % over its baseline', suite({ latency: latency(129), baselineP95Ms: 100 }), undefined],
    ['a p95 of too few calls', suite({ latency: latency(200, 19), baselineP95Ms: 100 }), undefined],
    ['a p95 without a baseline', suite({ latency: latency(131) }), undefined],
    ['6 % of errors', suite({ errored: 6 }), 'failure'],
    ['5 % of errors', suite({ errored: 5 }), undefined],
    ['94 % of successes', suite({ failed: 6 }), 'failure'],
    ['95 % of successes', suite({ failed: 5 }), undefined],
    ['a p95 of 10.1 s', suite({ latency: latency(10_100) }), 'regression'],
    ['a p95 of 10.0 s', suite({ latency: latency(10_000) }), undefined],
    ['a suite without tests', suite({ passed: 0 }), undefined],
    [
      'a benchmark of 31 %',
      { regressions: [{ id: 'echo', metric: 'p95', changePercent: 31, severity: 'warning' }] },
      'regression',
    ],
    [
      'a benchmark of 29 %',
      { regressions: [{ id: 'echo', metric: 'p95', changePercent: 29, severity: 'warning' }] },
      undefined,
    ],
    [
      'a benchmark that the comparison calls an error',
      { regressions: [{ id: 'echo', metric: 'p95', changePercent: 20, severity: 'error' }] },
      'regression',
    ],
  ])('%s', (_what, summary, kind) => {
    expect(tell(ended(summary)).map((message) => message.kind)).toEqual(kind === undefined ? [] : [kind]);
  });

  it('say what was crossed, and by how much', () => {
    const [message] = tell(ended(suite({ errored: 6 })));
    expect(message).toMatchObject({
      severity: 'critical',
      title: 'core-protocol: 6 of 100 tests could not be judged',
      lines: [
        'core-protocol on demo: error rate 6 %, more than 5 %',
        'core-protocol on demo: success rate 94 %, less than 95 %',
      ],
    });
    const slow = suite({ latency: latency(10_100), baselineP95Ms: 5000 });
    expect(tell(ended(slow))[0]).toMatchObject({
      severity: 'warning',
      title: 'core-protocol is slow',
      lines: [
        'core-protocol on demo: p95 10.1 s, more than 10 s',
        'core-protocol on demo: p95 10.1 s, 102 % slower than its baseline of 5 s',
      ],
    });
  });

  it('are critical where the comparison says so', () => {
    const regressions = [{ id: 'echo', metric: 'p95', changePercent: 120, severity: 'critical' }] as const;
    expect(tell(ended({ kind: 'benchmark', regressions }))[0]).toMatchObject({
      severity: 'critical',
      title: 'core-protocol (benchmark) is slow',
      lines: ['echo: p95 +120 % against its baseline'],
    });
  });
});

describe('a run', () => {
  it('that passes tells nothing', () => {
    expect(tell(ended({}))).toEqual([]);
    expect(tell(ended({}, {}))).toEqual([]);
  });

  it('that fails is told, with what failed and where', () => {
    expect(tell(ended(failed('ping', 'echo'), {}, { reportPath: 'runs/2026-11-26/run-2-a1' }))).toEqual([
      {
        id: 'failure run-2',
        kind: 'failure',
        severity: 'warning',
        title: 'core-protocol: 2 of 100 tests failed',
        lines: [
          'the run failed',
          'ping: got no answer (suite.yaml:12:7)',
          'echo: got no answer (suite.yaml:12:7)',
        ],
        at: noon,
        runId: 'run-2',
        reportPath: 'runs/2026-11-26/run-2-a1/report.html',
      },
    ]);
  });

  it('that fails as the one before tells nothing', () => {
    expect(tell(ended(failed('ping'), failed('ping')))).toEqual([]);
  });

  it('in which more fails than before is told, with what still fails', () => {
    expect(tell(ended(failed('ping', 'echo'), failed('ping')))[0]?.lines).toEqual([
      'echo: got no answer (suite.yaml:12:7)',
      'still: the run failed',
      'still: ping: got no answer (suite.yaml:12:7)',
    ]);
  });

  it('that passes again is told as a recovery', () => {
    const [message, ...others] = tell(ended({}, failed('ping')));
    expect(message).toMatchObject({
      kind: 'recovery',
      severity: 'info',
      title: 'core-protocol: passes again',
      lines: ['before: the run failed', 'before: ping: got no answer (suite.yaml:12:7)'],
    });
    expect(others).toEqual([]);
  });

  it('that is fast again is told, though it fails', () => {
    const slow = { ...failed('ping'), suites: [suiteSummary({ failed: 1, latency: latency(10_100) })] };
    expect(tell(ended(failed('ping'), slow)).map(({ title }) => title)).toEqual([
      'core-protocol: as fast as before',
    ]);
  });

  it('without tests that fail says what failed', () => {
    const [message] = tell(ended({ verdict: 'failed', notes: ['echo: an argument is required now'] }));
    expect(message).toMatchObject({
      title: 'core-protocol failed',
      lines: ['the run failed; echo: an argument is required now'],
    });
  });

  it('does not tell of tests that may only have changed places in a list that was cut', () => {
    const many = (from: number) =>
      failed(...Array.from({ length: 50 }, (_, index) => `test ${from + index}`));
    expect(tell(ended(many(7), many(0)))).toEqual([]);
    expect(tell(ended(many(7), failed('test 1')))).toHaveLength(1);
  });

  it('names its suites, or how many they are', () => {
    const named = (...names: string[]) =>
      tell(ended({ verdict: 'errored', suites: names.map((name) => suiteSummary({ suite: name })) }))[0]
        ?.title;
    expect(named('a', 'b')).toBe('a, b could not be judged');
    expect(named('a', 'b', 'c', 'd')).toBe('a and 3 more suites could not be judged');
  });
});

describe('what lasts', () => {
  const at = (time: string): Partial<RunSummary> => ({ ...failed('ping'), startedAt: Date.parse(time) });

  // The daily summary goes out at 07:00 in Berlin.
  it.each([
    ['2026-11-26T05:40:00Z', '2026-11-26T05:50:00Z', 0],
    ['2026-11-26T05:50:00Z', '2026-11-26T06:00:00Z', 1],
    ['2026-11-26T22:50:00Z', '2026-11-26T23:10:00Z', 0],
    ['2026-11-24T12:00:00Z', '2026-11-26T12:00:00Z', 1],
  ])('after %s, at %s it is told again %i times', (before, now, times) => {
    const messages = tell(ended(at(now), at(before)));
    expect(messages.map(({ title }) => title)).toEqual(
      Array.from({ length: times }, () => 'Still: core-protocol: 1 of 100 tests failed'),
    );
  });

  it('is told again once a day, whichever run finds it', () => {
    const keys = ['run-8', 'run-9'].flatMap((runId) =>
      rules(ended(at('2026-11-26T06:00:00Z'), at('2026-11-26T05:50:00Z'), { runId }), noon).map(
        ({ dedupKey }) => dedupKey,
      ),
    );
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('a run that could not be carried out', () => {
  const lost = (code: string, runId = 'run-3'): Occurrence => ({
    type: 'run-failed',
    runId,
    kind: 'test',
    suites: ['core-protocol'],
    error: { code, message: 'the worker was lost three times' },
  });
  const keysAt = (occurrence: Occurrence, now: number) =>
    rules(occurrence, now).map(({ dedupKey }) => dedupKey);

  it('is told', () => {
    expect(tell(lost('crashed'))[0]).toMatchObject({
      kind: 'failure',
      severity: 'critical',
      title: 'core-protocol could not be carried out',
      lines: ['crashed: the worker was lost three times'],
      runId: 'run-3',
    });
  });

  it('is told once an hour for one cause', () => {
    const first = keysAt(lost('crashed'), noon);
    expect(keysAt(lost('crashed', 'run-4'), noon + 60_000)).toEqual(first);
    expect(keysAt(lost('IO_WRITE', 'run-4'), noon + 60_000)).not.toEqual(first);
    expect(keysAt(lost('crashed', 'run-4'), noon + 3_600_000)).not.toEqual(first);
  });

  it('is over with the next one that is without a failure', () => {
    const fault = { code: 'IO_WRITE', message: 'no space' };
    expect(tell(ended({}, {}, { fault }))).toMatchObject([
      { kind: 'recovery', title: 'core-protocol: carried out again', lines: ['before: IO_WRITE: no space'] },
    ]);
    expect(tell(ended({}, failed('ping'), { fault }))).toMatchObject([
      { kind: 'recovery', title: 'core-protocol: carried out again, passes again' },
    ]);
    expect(tell(ended(failed('ping'), {}, { fault })).map(({ kind }) => kind)).toEqual(['failure']);
  });

  it('is not told when somebody cancelled it', () => {
    expect(tell(lost('cancelled'))).toEqual([]);
  });
});

it('tells when a server goes down and when it is up again, each once', () => {
  const since = noon - 90_000;
  expect(tell({ type: 'server-down', server: 'demo', since, error: 'no answer in 10 s' })[0]).toMatchObject({
    kind: 'failure',
    severity: 'critical',
    title: 'demo is down',
    lines: ['since 2026-11-26T11:59:30Z', 'no answer in 10 s'],
  });
  const up = { type: 'server-up', server: 'demo', downSince: since } as const;
  expect(tell(up)[0]).toMatchObject({
    kind: 'recovery',
    title: 'demo is up again',
    lines: ['down since 2026-11-26T11:59:30Z, for 1 min 30 s'],
  });
  expect(rules(up, noon)[0]?.dedupKey).toBe(rules(up, noon + 5000)[0]?.dedupKey);
});

it.each([
  ['daily', 'Daily summary of 2026-11-26'],
  ['weekly', 'Weekly summary of 2026-11-26'],
] as const)('tells the %s summary, once for a period', (period, title) => {
  const occurrence: Occurrence = {
    type: 'summary',
    period,
    periodKey: '2026-11-26',
    lines: ['12 of 13 runs passed', 'Runs: 12 passed, 1 failed'],
    reportPath: `${period}/2026-11-26.html`,
  };
  expect(tell(occurrence)[0]).toMatchObject({
    kind: 'summary',
    severity: 'info',
    title,
    lines: ['12 of 13 runs passed', 'Runs: 12 passed, 1 failed'],
    reportPath: `${period}/2026-11-26.html`,
  });
  expect(rules(occurrence, noon)[0]?.dedupKey).toBe(rules(occurrence, noon + 5000)[0]?.dedupKey);
});

describe('channels', () => {
  const occasions = [
    ['onFailure', ended(failed('ping'))],
    ['onRegression', ended(suite({ latency: latency(10_100) }))],
    ['onRecovery', ended({}, failed('ping'))],
    ['dailySummary', { type: 'summary', period: 'daily', periodKey: 'x', lines: [] }],
    ['weeklySummary', { type: 'summary', period: 'weekly', periodKey: 'x', lines: [] }],
  ] as const satisfies readonly (readonly [string, Occurrence])[];

  it.each(occasions)('hear of %s when they want to, and of nothing else', (wanted, occurrence) => {
    const webhook = { name: 'one', url: 'https://example.org', secret: undefined, allowNetworks: [] };
    const chosen = createNotificationRules({
      alerts: thresholds,
      distribution: distribution({
        email: undefined,
        webhooks: [
          { ...webhook, ...noOccasion, [wanted]: true },
          { ...webhook, ...everyOccasion, [wanted]: false, name: 'other' },
        ],
      }),
    });
    expect(chosen(occurrence, noon).map(({ channel }) => channel)).toEqual(['webhook:one']);
  });

  it('each have a notification of their own', () => {
    const slack = {
      ...everyOccasion,
      webhookUrl: 'https://example.org',
      allowNetworks: [],
      channel: undefined,
      mode: 'app',
    } as const;
    const both = createNotificationRules({ alerts: thresholds, distribution: distribution({ slack }) });
    const made = both(ended(failed('ping')), noon);
    expect(made.map(({ channel, dedupKey }) => [channel, dedupKey])).toEqual([
      ['email', 'failure run-2 email'],
      ['slack', 'failure run-2 slack'],
    ]);
    expect(made[0]?.payload).toEqual(made[1]?.payload);
  });
});

it('takes secrets out, and cuts what is long', () => {
  const careful = createNotificationRules({
    alerts: thresholds,
    distribution: distribution(),
    scrub: (text) => text.replaceAll('canary-secret', '***'),
    urlOf: (runId) => `https://harness.example.org/runs/${runId}`,
  });
  const failures = Array.from({ length: 50 }, (_, index) => ({
    ...failure(`test ${index} canary-secret`),
    message: `${'x'.repeat(280)} canary-secret ${'y'.repeat(5000)}`,
  }));
  const notifications = careful(ended({ verdict: 'failed', failures }), noon);
  const text = JSON.stringify(notifications);
  expect(text).not.toContain('canary');
  expect(text.length).toBeLessThan(20_000);
  const [message] = notifications.map(({ payload }) => readPayload(payload));
  expect(message?.url).toBe('https://harness.example.org/runs/run-2');
  expect(message?.lines.at(-1)).toBe('… and 12 more');
});
