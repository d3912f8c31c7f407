import type { SuiteSummary } from '../runs/define.ts';
import { BucketCounts } from './bucket-counts.ts';
import type { Family, Sample } from './exposition.ts';
import { LabelledNumbers } from './labelled-numbers.ts';
import { RunWindow, type WindowFigures } from './run-window.ts';

const statuses = ['passed', 'failed', 'errored', 'skipped'] as const;

/**
 * In seconds. Each one costs two series for every suite, and 50 suites are to stay below 2,000. 5 s is an objective and
 * 10 s a threshold of the deployment guide: what is told about them must not be interpolated.
 */
const responseTimeBounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface SuiteLabels {
  readonly server: string;
  readonly suite: string;
  readonly [name: string]: string;
}

/** All that is counted of one suite on one server. */
export class SuiteSeries {
  readonly labels: SuiteLabels;
  readonly #counts = new LabelledNumbers<SuiteLabels & { readonly status: string }>();
  #retries = 0;
  #flaky = 0;
  readonly #violations = new LabelledNumbers<SuiteLabels & { readonly limit: string }>();
  readonly #responseTimes: BucketCounts;
  readonly #window = new RunWindow();
  #lastRunAt: number | undefined;

  constructor(labels: SuiteLabels) {
    this.labels = labels;
    this.#responseTimes = new BucketCounts(responseTimeBounds, labels);
  }

  /**
   * @param endedAt when the run ended, in ms since 1970
   * @param now when this is told
   */
  record(
    summary: SuiteSummary,
    run: { readonly timesMs: readonly number[]; readonly endedAt: number; readonly now: number },
  ): void {
    for (const status of statuses) this.#counts.add({ ...this.labels, status }, summary[status]);
    this.#retries += summary.retries;
    this.#flaky += summary.flaky;
    for (const [limit, count] of Object.entries(summary.violations))
      this.#violations.add({ ...this.labels, limit }, count);
    const timesMs = run.timesMs.filter((time) => time >= 0 && time < Infinity);
    for (const time of timesMs) this.#responseTimes.observe(time / 1000);
    const { passed, failed, errored, baselineP95Ms } = summary;
    this.#window.add({ passed, failed, errored, timesMs, baselineP95Ms }, run.now);
    this.#lastRunAt = run.endedAt;
  }

  /** @param since the window begins after this */
  read(since: number): SuiteReading {
    const { labels } = this;
    const samples = (value: number | undefined): readonly Sample[] =>
      value === undefined ? [] : [{ labels, value }];
    const figures = this.#window.figures(since);
    return {
      total: this.#counts.samples(),
      retries: samples(this.#retries),
      flaky: samples(this.#flaky),
      violations: this.#violations.samples(),
      responseTimes: this.#responseTimes.samples(),
      lastRun: samples(toSeconds(this.#lastRunAt)),
      errorRate: samples(figures?.errorRate),
      successRate: samples(figures?.successRate),
      p95: samples(toSeconds(figures?.p95Ms)),
      baselineP95: samples(baselineOf(figures)),
    };
  }
}

type SuiteReading = Readonly<
  Record<
    | 'total'
    | 'retries'
    | 'flaky'
    | 'violations'
    | 'responseTimes'
    | 'lastRun'
    | 'errorRate'
    | 'successRate'
    | 'p95'
    | 'baselineP95',
    readonly Sample[]
  >
>;

/** Only beside a p95: the two are compared, and neither has a label that the other has not. */
function baselineOf(figures: WindowFigures | undefined): number | undefined {
  return figures?.p95Ms === undefined ? undefined : toSeconds(figures.baselineP95Ms);
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/**
 * What is told of suites.
 * @param compatNames the histogram also under the name of the deployment guide, which lacks the unit
 */
export function suiteFamilies(
  series: Iterable<SuiteSeries>,
  { since, compatNames }: { readonly since: number; readonly compatNames: boolean },
): readonly Family[] {
  const readings = [...series].map((one) => one.read(since));
  const all = (key: keyof SuiteReading): readonly Sample[] => readings.flatMap((reading) => reading[key]);
  const histogram = { type: 'histogram', samples: all('responseTimes') } as const;
  return [
    {
      name: 'mcp_test_total',
      help: 'Tests that ended, by how.',
      type: 'counter',
      samples: all('total'),
    },
    {
      name: 'mcp_test_error_rate',
      help: 'Tests without a verdict (timeout, crash, transport, protocol) by executed ones, of the last minutes.',
      type: 'gauge',
      samples: all('errorRate'),
    },
    {
      name: 'mcp_test_success_rate',
      help: 'Passed tests by executed ones, of the last minutes.',
      type: 'gauge',
      samples: all('successRate'),
    },
    {
      name: 'mcp_test_response_time_p95',
      help: '95th percentile of the response times of the last minutes, in seconds.',
      type: 'gauge',
      samples: all('p95'),
    },
    {
      name: 'mcp_test_baseline_p95',
      help: '95th percentile of the approved baseline, in seconds; beside mcp_test_response_time_p95 only.',
      type: 'gauge',
      samples: all('baselineP95'),
    },
    {
      name: 'mcp_test_response_time_seconds',
      help: 'Response times of the calls of tests.',
      ...histogram,
    },
    ...(compatNames
      ? [
          {
            name: 'mcp_test_response_time',
            help: 'The same as mcp_test_response_time_seconds, under its old name.',
            ...histogram,
          },
        ]
      : []),
    {
      name: 'mcp_test_last_run_timestamp_seconds',
      help: 'When the last run of the suite ended, since 1970.',
      type: 'gauge',
      samples: all('lastRun'),
    },
    {
      name: 'mcp_test_retries_total',
      help: 'Attempts at tests after the first one.',
      type: 'counter',
      samples: all('retries'),
    },
    {
      name: 'mcp_test_flaky_total',
      help: 'Tests that passed on a repetition only.',
      type: 'counter',
      samples: all('flaky'),
    },
    {
      name: 'mcp_test_resource_violations_total',
      help: 'Limits that servers under test went beyond.',
      type: 'counter',
      samples: all('violations'),
    },
  ];
}
