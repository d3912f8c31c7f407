import type { RunSummary, SuiteSummary } from '../../runs/define.ts';
import type {
  AlertThresholds,
  DistributionSettings,
  EmailSettings,
  Occasions,
} from '../../settings/define.ts';
import type { Message } from '../define.ts';

/** Those of the deployment guide. */
export const thresholds: AlertThresholds = {
  performanceRegressionPercent: 30,
  errorRatePercent: 5,
  successRatePercent: 95,
  responseTimeMs: 10_000,
};

export const everyOccasion: Occasions = {
  onFailure: true,
  onRecovery: true,
  onRegression: true,
  dailySummary: true,
  weeklySummary: true,
};

export const noOccasion: Occasions = {
  onFailure: false,
  onRecovery: false,
  onRegression: false,
  dailySummary: false,
  weeklySummary: false,
};

export const emailSettings: EmailSettings = {
  ...everyOccasion,
  host: '127.0.0.1',
  port: 25,
  encryption: 'none',
  caFile: undefined,
  username: undefined,
  password: undefined,
  from: 'MCP Test Harness <harness@example.org>',
  recipients: ['team@example.org'],
};

/** One channel, `email`, that wants to hear of everything. */
export function distribution(more: Partial<DistributionSettings> = {}): DistributionSettings {
  return {
    email: emailSettings,
    slack: undefined,
    webhooks: [],
    summaryAtMinutes: 7 * 60,
    timezone: 'Europe/Berlin',
    ...more,
  };
}

/** 100 tests that all passed, unless it is said otherwise. */
export function suiteSummary(more: Partial<SuiteSummary> = {}): SuiteSummary {
  return {
    suite: 'core-protocol',
    server: 'demo',
    passed: 100 - (more.failed ?? 0) - (more.errored ?? 0),
    failed: 0,
    errored: 0,
    skipped: 0,
    flaky: 0,
    retries: 0,
    violations: {},
    latency: undefined,
    baselineP95Ms: undefined,
    ...more,
  };
}

/** A run of a minute at noon that passed, unless it is said otherwise. */
export function runSummary(more: Partial<RunSummary> = {}): RunSummary {
  return {
    version: 1,
    kind: 'test',
    verdict: 'passed',
    startedAt: Date.parse('2026-11-26T12:00:00Z'),
    durationMs: 60_000,
    suites: [suiteSummary()],
    failures: [],
    regressions: [],
    notes: [],
    reports: ['report.html', 'report.json'],
    ...more,
  };
}

export function exampleMessage(more: Partial<Message> = {}): Message {
  return {
    id: 'failure run-1',
    kind: 'failure',
    severity: 'warning',
    title: 'core-protocol: 1 of 100 tests failed',
    lines: ['ping: got no answer (suite.yaml:12:7)'],
    at: Date.parse('2026-11-26T12:00:00Z'),
    ...more,
  };
}
