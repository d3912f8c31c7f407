import { readPolicy } from '@mcp-test-harness/core/baseline';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { describe, expect, it } from 'vitest';
import { buildBaseline, worseBaseline } from '../../testing/example-baselines.ts';
import {
  brokenRun,
  busyRun,
  comparedRun,
  measuredRun,
  openLoopRun,
  quietRun,
} from '../../testing/example-benchmarks.ts';
import { buildParts, hostileJob, regressedJob } from '../../testing/example-jobs.ts';
import { greenRun, mixedRun } from '../../testing/example-runs.ts';
import { hostile } from '../../testing/hostile.ts';
import {
  buildFailure,
  buildFinding,
  buildRun,
  buildServer,
  buildSuite,
  buildTest,
} from '../../testing/results.ts';
import { jobReportLimits } from '../limits.ts';
import type { JobOutcome } from '../types.ts';
import { parseJobReport } from '../parse-job-report.ts';
import { buildJobReport } from './build-job-report.ts';
import type { AuditedServer, JobReportParts } from './parts.ts';

const all = readPolicy(['tests', 'regressions', 'breaking-changes', 'findings']);
const never = readPolicy(['never']);
const newFailure = buildBaseline({
  benchmarks: [],
  outcomes: { newlyFailing: ['core-tools/sum'], fixed: [], flaky: [] },
  failures: ['core-tools/sum fails, and passed before'],
});
const noServer = buildRun([buildSuite('s', [buildTest('s', 't', 'errored')])], {
  servers: [
    buildServer({
      startError: {
        code: 'TARGET_EXITED',
        kind: 'crash',
        message: 'ended with exit code 1',
        hint: 'Build it first.',
      },
    }),
  ],
});

/** A server that was looked over: a credential in a description, one MUST broken. */
function buildAudit(failed: number, severity: 'error' | 'warning'): AuditedServer {
  const subject = { kind: 'tool', name: 'search' } as const;
  return {
    server: { name: 'default' },
    findings: [
      { code: 'secret.in-text', severity, subject, message: 'it holds a credential', remedy: 'Take it out.' },
      {
        code: 'secret.in-text',
        severity,
        subject: { ...subject, name: 'find' },
        message: 'it holds one too',
        remedy: 'Take it out.',
      },
    ],
    context: { tokenizer: 'o200k_base', tools: [{ name: 'search', tokens: 200 }], totalTokens: 240 },
    unreadable: [],
    compliance: {
      totals: { passed: 60, failed, warnings: 2, notApplicable: 10, notTestable: 3, expectedFailures: 0 },
      results: [],
    },
  };
}

describe('the outcome of a job', () => {
  it.each<[string, Partial<JobReportParts>, JobOutcome]>([
    ['all tests passed', { tests: greenRun() }, 'passed'],
    ['tests failed', { tests: mixedRun() }, 'failed'],
    [
      'tests failed, and fail-on does not name tests',
      { tests: mixedRun(), failOn: readPolicy(['regressions']) },
      'passed',
    ],
    ['tests failed, fail-on: never', { tests: mixedRun(), failOn: never }, 'passed'],
    ['tests passed, and a requirement is broken', { tests: greenRun(), compliance: mixedRun() }, 'failed'],
    ['something regressed', { benchmark: comparedRun() }, 'failed'],
    [
      'something regressed less than fail-on names',
      { benchmark: { ...comparedRun(), verdict: 'passed' } },
      'passed',
    ],
    ['calls of a benchmark failed', { benchmark: measuredRun() }, 'failed'],
    ['the load generator was late', { benchmark: openLoopRun() }, 'failed'],
    ['the load generator was late, fail-on: never', { benchmark: openLoopRun(), failOn: never }, 'passed'],
    ['nothing changed', { benchmark: quietRun() }, 'passed'],
    [
      'a test is newly failing within the required success rate',
      { tests: greenRun(), baselineComparisons: [newFailure] },
      'failed',
    ],
    ['the audit found an error', { audit: buildAudit(0, 'error'), failOn: all }, 'failed'],
    [
      'the audit found an error, and fail-on does not name findings',
      { audit: buildAudit(0, 'error') },
      'passed',
    ],
    ['the audit found a warning', { audit: buildAudit(0, 'warning'), failOn: all }, 'passed'],
    ['the audit found a broken requirement', { audit: buildAudit(1, 'warning') }, 'failed'],
    [
      'the protocol is broken, without a baseline',
      { tests: { ...greenRun(), findings: [buildFinding()] }, failOn: all },
      'failed',
    ],
    [
      'the protocol is broken as it was before',
      {
        tests: { ...greenRun(), findings: [buildFinding()] },
        failOn: all,
        baselineComparisons: [buildBaseline()],
      },
      'passed',
    ],
    ['no server started', { tests: noServer }, 'errored'],
    ['no server started, fail-on: never', { tests: noServer, failOn: never }, 'errored'],
    ['the benchmarks broke off', { benchmark: brokenRun() }, 'errored'],
    [
      'the configuration is wrong',
      { error: new HarnessError({ code: 'CONFIG_INVALID', message: 'no' }) },
      'errored',
    ],
    [
      'something unforeseen was thrown',
      { tests: mixedRun(), error: new TypeError('x is undefined') },
      'errored',
    ],
    ['nothing was run', {}, 'errored'],
    ['the job was cancelled', { tests: mixedRun(), cancelled: true }, 'cancelled'],
    ['the run was interrupted', { benchmark: busyRun(), cancelled: false }, 'cancelled'],
    [
      'the run was interrupted since its time was up',
      { benchmark: busyRun(), error: new Error('out of time') },
      'errored',
    ],
    [
      'it was cancelled, and threw for that reason',
      { cancelled: true, error: new Error('aborted') },
      'cancelled',
    ],
  ])('%s', (_, parts, outcome) => {
    const report = buildJobReport(buildParts(parts));
    expect(report.outcome).toBe(outcome);
    if (outcome === 'failed') expect(report.failures).not.toEqual([]);
    if (outcome === 'passed') expect(report.failures).toEqual([]);
    if (outcome === 'errored') expect(report.errors.total).toBeGreaterThan(0);
  });

  it('says a failing test once, as the verdict of its run', () => {
    const failures = (tests: JobReportParts['tests']) =>
      buildJobReport(buildParts({ tests, baselineComparisons: [newFailure] })).failures;
    expect(failures(mixedRun())).toEqual(['2 failed and 1 errored of 14 tests.']);
    expect(failures(greenRun())).toEqual(['core-tools/sum fails, and passed before']);
  });

  it('says why a server did not start, and what to do', () => {
    expect(buildJobReport(buildParts({ tests: noServer })).errors.shown).toEqual([
      { code: 'TARGET_EXITED', message: 'default: ended with exit code 1', hint: 'Build it first.' },
    ]);
  });
});

describe('what a report holds', () => {
  it('puts newly failing tests first, and knows which are', () => {
    const names = Array.from({ length: 80 }, (_, index) => `t${index}`);
    const tests = buildRun([
      buildSuite(
        's',
        names.map((name) => buildTest('s', name, 'failed')),
      ),
    ]);
    const comparison = buildBaseline({ outcomes: { newlyFailing: ['s/t70'], fixed: [], flaky: [] } });
    const [run] = buildJobReport(buildParts({ tests, baselineComparisons: [comparison] })).tests;
    expect(run?.failing.total).toBe(80);
    expect(run?.failing.shown).toHaveLength(jobReportLimits.entries);
    expect(run?.failing.shown.slice(0, 2).map(({ id, isNew }) => [id, isNew])).toEqual([
      ['s/t70', true],
      ['s/t0', false],
    ]);
  });

  it('knows a requirement that was kept before', () => {
    const compliance = buildRun([buildSuite('tools', [buildTest('tools', 'tools.call', 'failed')])]);
    const outcomes = { newlyFailing: ['tools/tools.call'], fixed: [], flaky: [] };
    const comparison = buildBaseline({ suite: 'compliance of default', outcomes });
    const report = buildJobReport(buildParts({ compliance, baselineComparisons: [comparison] }));
    expect(report.tests[0]?.failing.shown).toMatchObject([{ id: 'tools/tools.call', isNew: true }]);
  });

  it('lets any regression against the base fail the job, and one of the history by its level', () => {
    const report = buildJobReport(buildParts({ benchmark: comparedRun(), sideBySideLevel: 'any' }));
    const [comparison] = report.benchmarks?.comparisons ?? [];
    const regressed = comparison?.changes.shown.filter(({ verdict }) => verdict === 'regressed');
    expect(regressed?.map(({ fails }) => fails)).toEqual([true, true]);
    expect(report.failures).toHaveLength(2);
  });

  it('names which regressions fail the job, at the line of their test', () => {
    const [comparison] = regressedJob().benchmarks?.comparisons ?? [];
    expect(comparison?.changes.shown.map(({ id, verdict, fails }) => [id, verdict, fails])).toEqual([
      ['core-tools/export', 'regressed', true],
      ['core-tools/search [query=long, limit=50]', 'regressed', false],
      ['core-tools/list-everything', 'improved', false],
      ['resources/read', 'inconclusive', false],
      ['prompts/get', 'inconclusive', false],
    ]);
    expect(comparison?.changes.shown[0]?.location).toEqual({
      file: 'mcp-test-harness.yaml',
      line: 31,
      column: 9,
    });
  });

  it('tells a server that two suites speak to once', () => {
    const { breakingChanges, contracts, contextCost } = buildJobReport(
      buildParts({ tests: greenRun(), baselineComparisons: [worseBaseline(), worseBaseline()] }),
    );
    expect(breakingChanges).toBe(1);
    expect(contracts).toHaveLength(1);
    expect(contracts[0]?.changes.shown.map(({ kind }) => kind)).toEqual(['breaking', 'risky', 'compatible']);
    expect(contextCost).toEqual([{ server: 'default', tokenizer: 'o200k_base', before: 1210, after: 1450 }]);
  });

  it('makes requirements, findings and the context cost of an audit', () => {
    const report = buildJobReport(buildParts({ audit: buildAudit(1, 'error') }));
    expect(report.tests).toMatchObject([
      { kind: 'compliance', total: 76, passed: 62, failed: 1, skipped: 13 },
    ]);
    expect(report.findings.shown).toEqual([
      {
        source: 'audit',
        rule: 'secret.in-text',
        severity: 'error',
        server: 'default',
        message: 'tool search: it holds a credential',
        count: 2,
      },
    ]);
    expect(report.contextCost).toEqual([{ server: 'default', tokenizer: 'o200k_base', after: 240 }]);
  });

  it.each([
    ['below the repository', '/project/test/suite.yaml', 'test/suite.yaml'],
    ['outside of it', '/elsewhere/suite.yaml', undefined],
    ['beside it, with a name that begins alike', '/project-2/suite.yaml', undefined],
    ['no file', '<flag --set>', undefined],
    ['a file whose name would break a line', '/project/a\nb.yaml', undefined],
  ])('tells the place of a test that is %s', (_, file, expected) => {
    const test = buildTest('s', 't', 'failed', { location: { file, line: 3, column: 5 } });
    const [run] = buildJobReport(buildParts({ tests: buildRun([buildSuite('s', [test])]) })).tests;
    expect(run?.failing.shown[0]?.location).toEqual(
      expected === undefined ? undefined : { file: expected, line: 3, column: 5 },
    );
  });

  it('leaves out of a baseline what nothing should be linked to', () => {
    const baseline = { ...buildParts().baseline, sha: 'main) <b>', at: 'yesterday' };
    const { sha, at } = buildJobReport(buildParts({ baseline })).baseline;
    expect([sha, at]).toEqual([undefined, undefined]);
  });

  it('is frozen to its leaves', () => {
    const report = regressedJob();
    expect(Object.isFrozen(report.benchmarks?.comparisons[0]?.changes.shown[0]?.intervalPercent)).toBe(true);
  });

  it('stays within its limits whatever comes, with counts that are true', () => {
    const { unicode, controls, bidi, cdata, markdown } = hostile;
    const text = [unicode, controls, bidi, cdata, markdown].join(' ').repeat(10);
    const test = (index: number) =>
      buildTest(`${index}`, text, 'failed', { failures: [buildFailure({ message: text })] });
    const tests = buildRun(
      [
        buildSuite(
          's',
          Array.from({ length: 300 }, (_, index) => test(index)),
        ),
      ],
      {
        findings: Array.from({ length: 300 }, (_, index) =>
          buildFinding({ rule: `${index}${text}`, message: text }),
        ),
        warnings: Array.from({ length: 300 }, () => text),
      },
    );
    const worse = Array.from({ length: 40 }, (_, index) => {
      const one = worseBaseline();
      const change = { kind: 'breaking', code: text, path: text, reason: text, before: 1, after: 2 } as const;
      const contracts = [
        {
          server: `${index} ${text}`,
          changes: Array.from({ length: 100 }, (_, at) => ({ ...change, path: `${at} ${text}` })),
        },
      ];
      return { ...one, contracts, failures: [text], notes: [text] };
    });
    const report = buildJobReport(
      buildParts({ tests, compliance: tests, baselineComparisons: worse, error: new Error(text) }),
    );
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThanOrEqual(jobReportLimits.bytes);
    expect(report.tests.map(({ failing }) => failing.total)).toEqual([300, 300]);
    expect(report.findings.total).toBe(300);
    expect(parseJobReport(report)).toEqual(report);
    expect(report.breakingChanges).toBe(4000);
  });

  it('holds nothing that shows otherwise than it is', () => {
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(JSON.stringify(hostileJob())).not.toMatch(/[\u0000-\u001F\u202A-\u202E\u2066-\u2069]/);
  });
});
