import { describe, expect, it } from 'vitest';
import type { Finding } from '../protocol/types.ts';
import type { SuiteResult, TestResult } from './result.ts';
import { testResult } from './testing/results.ts';
import { concludeRun, successRateOf, suiteOutcome, totalsOf } from './verdict.ts';
import type { ConclusionInput } from './verdict.ts';

type What = Parameters<typeof testResult>[0];

describe('totalsOf', () => {
  it('counts each outcome, and flaky tests among the passed ones', () => {
    const tests = (['passed', 'flaky', 'failed', 'errored', 'disabled', 'interrupted'] as const).map((what) =>
      testResult(what),
    );
    const totals = totalsOf(tests);
    expect(totals).toEqual({ tests: 6, passed: 2, failed: 1, errored: 1, skipped: 2, flaky: 1 });
    expect(successRateOf(totals)).toBe(0.5);
  });

  it('knows no success rate when nothing was executed', () => {
    expect(successRateOf(totalsOf([testResult('disabled')]))).toBeUndefined();
  });
});

describe('suiteOutcome', () => {
  it.each<[string, readonly What[], number, SuiteResult['outcome']]>([
    ['all passed', ['passed', 'passed'], 1, 'passed'],
    ['passed at the second attempt', ['flaky'], 1, 'passed'],
    ['one failed', ['passed', 'failed'], 1, 'failed'],
    ['one errored', ['passed', 'errored'], 1, 'errored'],
    ['failed and errored', ['failed', 'errored'], 1, 'failed'],
    ['as many passed as are required', ['passed', 'failed'], 0.5, 'passed'],
    ['fewer passed than are required', ['passed', 'failed', 'failed'], 0.5, 'failed'],
    ['skipped tests do not count', ['passed', 'disabled', 'condition', 'dependency'], 1, 'passed'],
    ['all skipped', ['disabled', 'condition'], 1, 'skipped'],
    ['no tests', [], 1, 'skipped'],
    ['time was up before any test', ['timeout', 'timeout'], 1, 'errored'],
    ['time was up after a good beginning', ['passed', 'timeout'], 1, 'errored'],
    ['time was up, though the rate is reached', ['passed', 'errored', 'timeout'], 0.5, 'errored'],
    [
      'its own failure stopped it, though the rate is reached',
      ['passed', 'failed', 'fail-fast'],
      0.5,
      'failed',
    ],
    [
      'its own error stopped it, though the rate is reached',
      ['passed', 'errored', 'fail-fast'],
      0.5,
      'errored',
    ],
    ['a failure elsewhere stopped it', ['passed', 'fail-fast'], 1, 'passed'],
    ['a failure elsewhere kept it from running', ['fail-fast'], 1, 'skipped'],
    ['interrupted', ['passed', 'errored', 'interrupted'], 1, 'errored'],
  ])('%s', (_what, tests, requiredSuccessRate, outcome) => {
    expect(suiteOutcome({ tests: tests.map((what) => testResult(what)), requiredSuccessRate })).toBe(outcome);
  });
});

describe('concludeRun', () => {
  const suite = (...tests: readonly (What | TestResult)[]): SuiteResult => {
    const results = tests.map((test) => (typeof test === 'string' ? testResult(test) : test));
    return {
      name: 'suite',
      server: 'server',
      outcome: suiteOutcome({ tests: results, requiredSuccessRate: 1 }),
      requiredSuccessRate: 1,
      successRate: 1,
      startedAt: '',
      durationMs: 0,
      totals: totalsOf(results),
      tests: results,
    };
  };
  const tolerant = (...tests: readonly What[]): SuiteResult => ({ ...suite(...tests), outcome: 'passed' });
  const startError = { code: 'TARGET_NOT_STARTED', kind: 'transport', message: 'not found' } as const;
  const broken: Pick<Finding, 'severity'> = { severity: 'error' };

  const table: readonly [string, Partial<ConclusionInput>, string][] = [
    ['all passed', { suites: [suite('passed'), suite('flaky')] }, 'passed 0'],
    ['a suite failed', { suites: [suite('passed'), suite('failed')] }, 'failed 1'],
    ['a suite errored', { suites: [suite('passed'), suite('errored')] }, 'errored 1'],
    ['a suite failed and another errored', { suites: [suite('failed'), suite('errored')] }, 'failed 1'],
    ['a suite tolerates a failure', { suites: [tolerant('passed', 'failed')] }, 'passed 0'],
    [
      'a tolerated failure stopped the other suites',
      { suites: [tolerant('passed', 'failed'), suite('fail-fast')] },
      'failed 1',
    ],
    [
      'all skipped by the configuration',
      { suites: [suite('disabled', 'condition', 'dependency')] },
      'passed 0',
    ],
    ['a skip without a cause', { suites: [suite('skipped')] }, 'failed 1'],
    ['nothing to run', { suites: [] }, 'failed 1'],
    ['an empty share of a sharded run', { suites: [], shard: { index: 3, count: 3 } }, 'passed 0'],
    ['the only share is empty', { suites: [], shard: { index: 1, count: 1 } }, 'failed 1'],
    ['a planned test has no result', { suites: [suite('passed')], plannedTests: 2 }, 'errored 1'],
    ['cut off', { suites: [suite('passed')], complete: false }, 'errored 1'],
    ['cut off after a failure', { suites: [suite('failed')], complete: false }, 'failed 1'],
    [
      'interrupted after a failure',
      { suites: [suite('failed')], interrupted: true, complete: false },
      'interrupted 130',
    ],
    [
      'the only server did not start',
      { suites: [suite('errored', 'errored', 'disabled')], servers: [{ name: 'server', startError }] },
      'errored 3',
    ],
    [
      'the server started at the second attempt, and its tests errored',
      { suites: [suite('errored')], servers: [{ name: 'server', startError }, { name: 'server' }] },
      'errored 1',
    ],
    [
      'one of two servers did not start',
      {
        suites: [suite('errored'), suite(testResult('passed', { server: 'other' }))],
        servers: [{ name: 'server', startError }, { name: 'other' }],
      },
      'errored 1',
    ],
    [
      'neither of two servers started',
      {
        suites: [suite('errored'), suite(testResult('errored', { server: 'other' }))],
        servers: [
          { name: 'server', startError },
          { name: 'other', startError },
        ],
      },
      'errored 3',
    ],
    ['no server was tried, since setup failed', { suites: [suite('errored')], servers: [] }, 'errored 1'],
    [
      'a MUST is broken',
      { suites: [suite('passed')], findings: [broken], protocolChecks: 'warn' },
      'passed 0',
    ],
    [
      'a MUST is broken, and protocol_checks is error',
      { suites: [suite('passed')], findings: [broken], protocolChecks: 'error' },
      'failed 1',
    ],
    [
      'a SHOULD is broken, and protocol_checks is error',
      { suites: [suite('passed')], findings: [{ severity: 'warning' }], protocolChecks: 'error' },
      'passed 0',
    ],
  ];

  it.each(table)('%s', (_what, facts, expected) => {
    const input: ConclusionInput = {
      suites: [],
      servers: [{ name: 'server' }],
      findings: [],
      protocolChecks: 'warn',
      complete: true,
      interrupted: false,
      plannedTests: 0,
      ...facts,
    };
    const { verdict, exitCode } = concludeRun(input);
    expect(`${verdict} ${exitCode}`).toBe(expected);
  });
});
