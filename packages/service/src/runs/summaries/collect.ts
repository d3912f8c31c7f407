import { defaultRetention, findHistoryTrends, openBaselineStore } from '@mcp-test-harness/core/baseline';
import { median } from '@mcp-test-harness/core/statistics';
import { describeTrend } from '@mcp-test-harness/report/benchmark';
import type { JsonValue, Run, Store } from '../../store/index.ts';
import type { RegressionSummary, RunSummary } from '../define.ts';
import { shortLine } from '../summarise/limits.ts';
import type { SummaryDocument, SummaryFailure, SummarySuite } from './define.ts';
import { trendPercent, type TimedValue } from './p95-trend.ts';
import type { Period } from './period.ts';

export interface CollectSettings {
  readonly store: Pick<Store, 'runs' | 'serverHealth'>;
  readonly baselineDir: string;
  readonly timezone: string;
  /** Look for what moved over time. */
  readonly trend: boolean;
}

/** So many results are read at most: what did not pass first, then as many that did, evenly drawn. */
const mostResults = 4000;
const mostSuites = 100;
const mostLines = 20;

/** What happened in a period, as the store and the baselines tell it. */
export async function collectSummary(
  period: Period,
  { store, baselineDir, timezone, trend }: CollectSettings,
): Promise<SummaryDocument> {
  const ended = await listEnded(period, store);
  const toRead = chooseResults(ended.finished);
  const tally = new Tally();
  for (const { id } of toRead) {
    const summary = readSummary((await store.runs.result(id))?.summary);
    if (summary !== undefined) tally.add(summary);
  }
  const servers = await store.serverHealth.list();
  return {
    version: 1,
    period: period.kind,
    key: period.key,
    timezone,
    from: new Date(period.from).toISOString(),
    until: new Date(period.until).toISOString(),
    runs: ended.counts,
    ...tally.finish(),
    servers: servers.map(({ server, state, since }) => ({
      server,
      state,
      since: new Date(since).toISOString(),
    })),
    trends: trend ? [...tally.trends(), ...(await baselineTrends(baselineDir))].slice(0, mostLines) : [],
    resultsRead: { read: toRead.length, of: ended.finished.length },
  };
}

interface EndedRuns {
  readonly counts: SummaryDocument['runs'];
  /** Newest first. */
  readonly finished: readonly Pick<Run, 'id' | 'verdict'>[];
}

const wordOfState = { failed: 'lost', cancelled: 'cancelled', skipped: 'skipped' } as const;

/** Those that are not over yet belong to no summary. */
async function listEnded({ from, until }: Period, store: CollectSettings['store']): Promise<EndedRuns> {
  const counts = { total: 0, passed: 0, failed: 0, errored: 0, lost: 0, cancelled: 0, skipped: 0 };
  const finished: Pick<Run, 'id' | 'verdict'>[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.runs.list(
      { states: ['finished', 'failed', 'cancelled', 'skipped'], since: from, until },
      { limit: 200, cursor },
    );
    for (const { id, state, verdict } of page.items) {
      counts.total += 1;
      if (state === 'finished') {
        counts[verdict === 'passed' || verdict === 'failed' ? verdict : 'errored'] += 1;
        finished.push({ id, verdict });
      } else if (state === 'failed' || state === 'cancelled' || state === 'skipped')
        counts[wordOfState[state]] += 1;
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return { counts, finished };
}

/** Oldest first. */
function chooseResults(finished: EndedRuns['finished']): EndedRuns['finished'] {
  if (finished.length <= mostResults) return finished.toReversed();
  const bad = finished.filter(({ verdict }) => verdict !== 'passed').slice(0, mostResults / 2);
  const good = finished.filter(({ verdict }) => verdict === 'passed');
  const step = good.length / (mostResults - bad.length);
  const chosen = new Set(bad);
  for (let at = 0; at < good.length; at += step) {
    const one = good[Math.floor(at)];
    if (one !== undefined) chosen.add(one);
  }
  return finished.filter((one) => chosen.has(one)).toReversed();
}

/** Stores may be older than this program: what is no summary of ours is none. */
function readSummary(value: JsonValue | undefined): RunSummary | undefined {
  const summary = value as Partial<RunSummary> | null | undefined;
  return summary?.version === 1 && Array.isArray(summary.suites) ? (summary as RunSummary) : undefined;
}

interface SuiteTally {
  readonly suite: string;
  readonly server: string;
  runs: number;
  passed: number;
  failed: number;
  errored: number;
  readonly p95: TimedValue[];
}

class Tally {
  readonly #tests = { passed: 0, failed: 0, errored: 0, skipped: 0, flaky: 0 };
  readonly #suites = new Map<string, SuiteTally>();
  readonly #failures = new Map<string, SummaryFailure>();
  readonly #regressions = new Map<string, RegressionSummary>();

  /** In the order of time. */
  add({ suites, failures, regressions, startedAt }: RunSummary): void {
    for (const one of suites) {
      for (const outcome of ['passed', 'failed', 'errored', 'skipped', 'flaky'] as const)
        this.#tests[outcome] += one[outcome];
      const key = JSON.stringify([one.suite, one.server]);
      let suite = this.#suites.get(key);
      if (suite === undefined) {
        const { suite: name, server } = one;
        suite = { suite: name, server, runs: 0, passed: 0, failed: 0, errored: 0, p95: [] };
        this.#suites.set(key, suite);
      }
      suite.runs += 1;
      for (const outcome of ['passed', 'failed', 'errored'] as const) suite[outcome] += one[outcome];
      if (one.latency !== undefined) suite.p95.push({ at: startedAt, value: one.latency.p95Ms });
    }
    for (const { test, outcome, message } of failures) {
      const times = (this.#failures.get(test)?.times ?? 0) + 1;
      this.#failures.set(test, { test, outcome, message, times });
    }
    for (const one of regressions) {
      const key = JSON.stringify([one.id, one.metric]);
      const known = this.#regressions.get(key);
      if (known === undefined || known.changePercent < one.changePercent) this.#regressions.set(key, one);
    }
  }

  finish(): Pick<SummaryDocument, 'tests' | 'successRate' | 'suites' | 'failures' | 'regressions'> {
    return {
      tests: { ...this.#tests },
      successRate: rateOf(this.#tests),
      suites: [...this.#suites.values()].map(toSuite).toSorted(worseFirst).slice(0, mostSuites),
      failures: [...this.#failures.values()]
        .toSorted((one, other) => other.times - one.times)
        .slice(0, mostLines),
      regressions: [...this.#regressions.values()]
        .toSorted((one, other) => other.changePercent - one.changePercent)
        .slice(0, mostLines),
    };
  }

  trends(): readonly string[] {
    return [...this.#suites.values()]
      .flatMap(({ suite, server, p95 }) => {
        const percent = trendPercent(p95);
        return percent === undefined ? [] : [{ suite, server, percent }];
      })
      .toSorted((one, other) => other.percent - one.percent)
      .map(({ suite, server, percent }) =>
        shortLine(
          `the 95th percentile of ${suite} on ${server} went ${percent > 0 ? 'up' : 'down'} by ${Math.abs(percent).toFixed(0)} % over this time`,
        ),
      );
  }
}

function toSuite({ p95, ...suite }: SuiteTally): SummarySuite {
  const p95Ms = p95.length === 0 ? null : median(p95.map(({ value }) => value));
  return { ...suite, successRate: rateOf(suite), p95Ms };
}

function rateOf({
  passed,
  failed,
  errored,
}: Pick<SummarySuite, 'passed' | 'failed' | 'errored'>): number | null {
  const executed = passed + failed + errored;
  return executed === 0 ? null : passed / executed;
}

function worseFirst(one: SummarySuite, other: SummarySuite): number {
  return (one.successRate ?? 2) - (other.successRate ?? 2) || (other.p95Ms ?? 0) - (one.p95Ms ?? 0);
}

/** What moved over the histories of all baselines; one that cannot be read is another command's finding. */
async function baselineTrends(directory: string): Promise<readonly string[]> {
  const store = await openBaselineStore('file', { directory }, { retention: defaultRetention });
  const found = await store.list().catch(() => []);
  return found
    .flatMap(({ baseline }) => (baseline === undefined ? [] : findHistoryTrends(baseline.history)))
    .filter(({ direction }) => direction === 'up')
    .map((change) => shortLine(describeTrend(change)));
}
