import { expect, it } from 'vitest';
import type { SummaryDocument } from './define.ts';
import { linesOf } from './words.ts';

const suite = (name: string) => ({
  suite: name,
  server: 'demo',
  runs: 12,
  passed: 99,
  failed: 1,
  errored: 0,
  successRate: 0.99,
  p95Ms: 12,
});

const document: SummaryDocument = {
  version: 1,
  period: 'daily',
  key: '2026-11-25',
  timezone: 'UTC',
  from: '2026-11-25T00:00:00.000Z',
  until: '2026-11-26T00:00:00.000Z',
  runs: { total: 13, passed: 12, failed: 1, errored: 0, lost: 0, cancelled: 0, skipped: 0 },
  tests: { passed: 99, failed: 1, errored: 0, skipped: 0, flaky: 0 },
  successRate: 0.99,
  suites: [suite('core')],
  failures: [{ test: 'core/ping', times: 3, outcome: 'failed', message: 'got no answer' }],
  regressions: [],
  servers: [{ server: 'demo', state: 'down', since: '2026-11-25T12:00:00.000Z' }],
  trends: ['the 95th percentile of core on demo went up by 12 % over this time'],
  resultsRead: { read: 13, of: 13 },
};

it('a summary as lines of a message', () => {
  expect(linesOf(document)).toEqual([
    '12 of 13 runs passed, 99.0 % of the tests, 1 server is down',
    'From: 2026-11-25T00:00:00.000Z',
    'Until: 2026-11-26T00:00:00.000Z (days of UTC)',
    'Runs: 12 passed, 1 failed',
    'Tests: 99 passed, 1 failed',
    'Servers that are down:',
    '  demo, 2026-11-25T12:00:00.000Z',
    'Suites:',
    '  core, demo: runs 12, success 99.0 %, failed 1, errored 0, p95 12 ms',
    'Tests that did not pass:',
    '  core/ping, failed, got no answer: times 3',
    'the 95th percentile of core on demo went up by 12 % over this time',
  ]);
});

it('a summary as lines says how much of a long table is missing', () => {
  const suites = Array.from({ length: 15 }, (_, index) => suite(`suite ${index}`));
  expect(linesOf({ ...document, suites })).toContain('  … and 5 more');
});
