import type { Clock } from '../clock/index.ts';
import type { MonitoringSettings } from '../settings/define.ts';
import { BucketCounts } from './bucket-counts.ts';
import type { RenderedMetrics, ServiceMetrics } from './define.ts';
import { contentTypes, writeExposition, type Family } from './exposition.ts';
import { LabelledNumbers } from './labelled-numbers.ts';
import { chooseFormat } from './negotiate.ts';
import { createHealthFamilies, processFamilies } from './process-families.ts';
import { suiteFamilies, SuiteSeries } from './suite-series.ts';

export interface ServiceMetricsOptions {
  /** Asked at each scrape, since a reload may change it. */
  readonly settings: () => Pick<MonitoringSettings, 'windowMs' | 'compatNames'>;
  /** Of the harness. */
  readonly version: string;
  readonly clock: Pick<Clock, 'now'>;
}

type NoLabels = Record<string, never>;

/** 5 s is what the service promises. */
const scheduleLagBounds = [0.1, 0.5, 1, 2.5, 5, 15, 60, 300];

/** Metrics of one process. Nothing is registered anywhere: what was counted is put into words at each scrape. */
export function createServiceMetrics({ settings, version, clock }: ServiceMetricsOptions): ServiceMetrics {
  const suites = new Map<string, SuiteSeries>();
  const runs = new LabelledNumbers<{ kind: string; verdict: string }>();
  const lostRuns = new LabelledNumbers<{ kind: string; reason: string }>();
  const servers = new LabelledNumbers<{ server: string }>();
  const notifications = new LabelledNumbers<{ state: string }>();
  const scheduleLag = new BucketCounts(scheduleLagBounds);
  const queued = new LabelledNumbers<NoLabels>();
  const running = new LabelledNumbers<NoLabels>();
  const reloadWorked = new LabelledNumbers<NoLabels>();
  const reloadedAt = new LabelledNumbers<NoLabels>();
  const healthFamilies = createHealthFamilies();

  function seriesOf(labels: { readonly server: string; readonly suite: string }): SuiteSeries {
    const key = JSON.stringify([labels.server, labels.suite]);
    const known = suites.get(key);
    if (known !== undefined) return known;
    const made = new SuiteSeries(labels);
    suites.set(key, made);
    return made;
  }

  function serviceFamilies(): readonly Family[] {
    return [
      {
        name: 'mcp_test_server_up',
        help: 'Whether the server under test answers: 1, or 0 after as many failures in a row as its health check allows.',
        type: 'gauge',
        samples: servers.samples(),
      },
      {
        name: 'mcp_test_queue_depth',
        help: 'Runs that wait to be carried out. All replicas have one queue: take the largest, not the sum.',
        type: 'gauge',
        samples: queued.samples(),
      },
      {
        name: 'mcp_test_harness_runs_running',
        help: 'Runs that are being carried out, by all replicas.',
        type: 'gauge',
        samples: running.samples(),
      },
      {
        name: 'mcp_test_harness_runs_total',
        help: 'Runs that ended with a result.',
        type: 'counter',
        samples: runs.samples(),
      },
      {
        name: 'mcp_test_harness_runs_lost_total',
        help: 'Runs that ended without a result, by why.',
        type: 'counter',
        samples: lostRuns.samples(),
      },
      {
        name: 'mcp_test_harness_schedule_lag_seconds',
        help: 'How much later than they were due runs began.',
        type: 'histogram',
        samples: scheduleLag.samples(),
      },
      {
        name: 'mcp_test_harness_notifications',
        help: 'Notifications in the outbox: waiting, sent, or given up. All replicas have one outbox.',
        type: 'gauge',
        samples: notifications.samples(),
      },
      {
        name: 'mcp_test_harness_config_last_reload_successful',
        help: 'Whether the last reload of the configuration took it.',
        type: 'gauge',
        samples: reloadWorked.samples(),
      },
      {
        name: 'mcp_test_harness_config_last_reload_success_timestamp_seconds',
        help: 'When the configuration in use was taken, since 1970.',
        type: 'gauge',
        samples: reloadedAt.samples(),
      },
      {
        name: 'mcp_test_harness_build_info',
        help: 'Always 1; the labels say what runs.',
        type: 'gauge',
        samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
      },
    ];
  }

  return {
    runEnded: ({ summary, samples }) => {
      const now = clock.now();
      const endedAt = summary.startedAt + summary.durationMs;
      runs.add({ kind: summary.kind, verdict: summary.verdict });
      for (const suite of summary.suites) {
        const timesMs = samples
          .filter((one) => one.suite === suite.suite && one.server === suite.server)
          .flatMap((one) => one.timesMs);
        seriesOf({ server: suite.server, suite: suite.suite }).record(suite, { timesMs, endedAt, now });
      }
    },
    runLost: (kind, reason) => lostRuns.add({ kind, reason }),
    serverHealth: (server, isUp) => servers.set({ server }, isUp ? 1 : 0),
    scheduleLag: (lagMs) => scheduleLag.observe(Math.max(0, lagMs) / 1000),
    queueDepth: (depth) => {
      queued.set({}, depth.queued);
      running.set({}, depth.running);
    },
    notifications: (counts) => {
      for (const [state, count] of Object.entries(counts)) notifications.set({ state }, count);
    },
    configReloaded: (ok, at) => {
      reloadWorked.set({}, ok ? 1 : 0);
      if (ok) reloadedAt.set({}, at / 1000);
    },
    retain: (known) => {
      const [knownServers, knownSuites] = [new Set(known.servers), new Set(known.suites)];
      servers.keep(({ server }) => knownServers.has(server));
      for (const [key, { labels }] of suites)
        if (!knownServers.has(labels.server) || !knownSuites.has(labels.suite)) suites.delete(key);
    },
    render: (accept) => {
      const { windowMs, compatNames } = settings();
      return rendered(
        [
          ...suiteFamilies(suites.values(), { since: clock.now() - windowMs, compatNames }),
          ...serviceFamilies(),
          ...processFamilies(),
        ],
        accept,
      );
    },
    renderHealth: (accept) => rendered(healthFamilies(), accept),
  };
}

function rendered(families: readonly Family[], accept: string | undefined): RenderedMetrics {
  const format = chooseFormat(accept);
  return { contentType: contentTypes[format], body: writeExposition(families, format) };
}
