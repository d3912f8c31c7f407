/** Reports of jobs in the forms that reviewers meet, for tests and for looking at. */
import { HarnessError, HarnessErrorList } from '@mcp-test-harness/core/errors';
import { buildJobReport } from '../job/build/build-job-report.ts';
import type { JobReportParts } from '../job/build/parts.ts';
import type { JobReport } from '../job/types.ts';
import { buildAgainst, buildAgainstMetric, buildBaseline, worseBaseline } from './example-baselines.ts';
import { brokenRun, comparedRun, hostileBenchmarks, quietRun } from './example-benchmarks.ts';
import { greenRun, hostileRun, mixedRun } from './example-runs.ts';
import { everyHostileText, hostile } from './hostile.ts';
import { buildFailure, buildFinding, buildRun, buildSuite, buildTest } from './results.ts';

export const repositoryUrl = 'https://github.com/example/weather-server';
const baseSha = '0123456789abcdef0123456789abcdef01234567';

/** A job of which nothing but the identity is set. */
export function buildParts(init: Partial<JobReportParts> = {}): JobReportParts {
  return {
    job: {
      key: 'default',
      title: 'test',
      os: 'Linux',
      arch: 'X64',
      runId: '9000000001',
      attempt: 1,
      runUrl: `${repositoryUrl}/actions/runs/9000000001`,
      headSha: 'fedcba9876543210fedcba9876543210fedcba98',
    },
    harness: { version: '0.1.0' },
    root: '/project',
    finishedAt: new Date('2026-11-26T17:40:12.345Z'),
    durationMs: 74_200,
    baseline: {
      source: 'cache',
      sha: baseSha,
      at: '2026-11-24T08:00:00.000Z',
      runs: 40,
      wanted: true,
      saved: false,
      notes: [],
    },
    failOn: { regressions: 'error', breakingChanges: true, tests: true, findings: false },
    links: [{ name: 'report', url: `${repositoryUrl}/actions/runs/9000000001/artifacts/77` }],
    ...init,
  };
}

const noBaseline: JobReportParts['baseline'] = { source: 'none', wanted: true, saved: false, notes: [] };

/** Forty tests that passed, but for those named. */
function runWith(...failing: readonly string[]): NonNullable<JobReportParts['tests']> {
  const tests = Array.from({ length: 40 - failing.length }, (_, index) =>
    buildTest('core-tools', `case-${index}`),
  );
  const bad = failing.map((name, index) =>
    buildTest('core-tools', name, 'failed', {
      location: { file: '/project/test/mcp/core-tools.yaml', line: 12 + 9 * index, column: 9 },
      failures: [buildFailure({ message: `expected text to equal "${index}", got "none"` })],
    }),
  );
  return buildRun([buildSuite('core-tools', [...tests, ...bad])]);
}

/** All passed, nothing changed. */
export function allClearJob(): JobReport {
  return buildJobReport(
    buildParts({ tests: runWith(), benchmark: quietRun(), baselineComparisons: [buildBaseline()] }),
  );
}

/** What failed before was mended. */
export function fixedJob(): JobReport {
  const outcomes = { newlyFailing: [], fixed: ['core-tools/sum', 'core-tools/weather'], flaky: [] };
  return buildJobReport(
    buildParts({ tests: runWith(), baselineComparisons: [buildBaseline({ outcomes, benchmarks: [] })] }),
  );
}

/** Base and head measured in turns: some got slower. */
export function regressedJob(): JobReport {
  const baseline = {
    ...buildParts().baseline,
    source: 'merge-base',
    runs: undefined,
    at: undefined,
  } as const;
  return buildJobReport(buildParts({ tests: runWith(), benchmark: comparedRun(), baseline }));
}

/** One test fails that passed before, one that failed before, one is flaky. */
export function newlyFailingJob(init: Partial<JobReportParts> = {}): JobReport {
  const comparison = buildBaseline({
    benchmarks: [],
    outcomes: {
      newlyFailing: ['core-tools/sum'],
      fixed: [],
      flaky: [{ test: 'core-tools/odd', failures: 3, runs: 8 }],
    },
    failures: ['core-tools/sum fails, and passed before'],
  });
  return buildJobReport(
    buildParts({ tests: runWith('old-trouble', 'sum'), baselineComparisons: [comparison], ...init }),
  );
}

/** The first run of all. */
export function firstJob(): JobReport {
  return buildJobReport(buildParts({ tests: runWith(), baseline: noBaseline }));
}

/** A tool was removed, and the others cost more. */
export function breakingJob(): JobReport {
  const { contracts } = worseBaseline();
  const failures = ['default: breaking change of /tools/retired: callers of it fail'];
  const comparison = buildBaseline({ benchmarks: [], contracts, failures });
  return buildJobReport(buildParts({ tests: runWith(), baselineComparisons: [comparison] }));
}

/** Everything at once. */
export function worseJob(): JobReport {
  return buildJobReport(
    buildParts({
      tests: runWith('sum', 'old-trouble'),
      benchmark: { ...comparedRun(), baselines: [worseBaseline()] },
      baselineComparisons: [],
      notes: ['the cache could not be reached for 12 s, and was then'],
    }),
  );
}

/** Stopped half-way. */
export function cancelledJob(): JobReport {
  const tests = greenRun(12);
  return buildJobReport(
    buildParts({
      tests: { ...tests, verdict: 'interrupted', exitCode: 130, complete: false, plannedTests: 40 },
      baseline: noBaseline,
      cancelled: true,
    }),
  );
}

/** Two faults in the configuration, each at its place. */
export function configErrorJob(): JobReport {
  const at = (line: number) => ({ file: '/project/mcp-test-harness.yaml', line, column: 9 });
  const error = new HarnessErrorList([
    new HarnessError({
      code: 'CONFIG_UNKNOWN_KEY',
      message: 'test_suites[0].test_cases[1].timout_override_seconds is unknown',
      hint: 'Did you mean timeout_override_seconds?',
      location: at(14),
    }),
    new HarnessError({
      code: 'CONFIG_INVALID',
      message: 'performance.fail_on: unknown word "sometimes"',
      location: at(41),
    }),
  ]);
  return buildJobReport(buildParts({ error, baseline: noBaseline }));
}

/** The server ended before it could be measured. */
export function brokenServerJob(): JobReport {
  return buildJobReport(buildParts({ benchmark: brokenRun(), baseline: noBaseline }));
}

/** Failing tests, findings, no baseline: what a first look at a poor server shows. */
export function poorJob(): JobReport {
  const tests = {
    ...mixedRun(),
    findings: [buildFinding(), buildFinding({ rule: 'stdout.noise', severity: 'warning' })],
  };
  return buildJobReport(buildParts({ tests, baseline: noBaseline }));
}

/** Six jobs: the same test fails newly in all, one is slower too, one was cancelled. */
export function matrixJobs(): readonly JobReport[] {
  return [
    'ubuntu, node 22',
    'ubuntu, node 24',
    'macos, node 22',
    'macos, node 24',
    'windows, node 22',
    'windows, node 24',
  ].map((title, index) => {
    const job = { ...buildParts().job, key: `job-${index}`, title };
    if (index === 5) return newlyFailingJob({ job, cancelled: true });
    const slower = buildBaseline({
      benchmarks: [
        buildAgainst(
          'core-tools/search',
          [buildAgainstMetric('cpu', 'regressed', 31 + index, { severity: 'error' })],
          { severity: 'error', sentence: 'regressed by 31 % (CPU time per call)' },
        ),
        buildAgainst('core-tools/echo', [buildAgainstMetric('cpu', 'unchanged', 0.3)]),
      ],
      failures: ['core-tools/search regressed by 31 % (CPU time per call)'],
    });
    const benchmark = {
      ...quietRun(),
      comparison: undefined,
      baselines: index < 2 ? [slower] : [buildBaseline()],
    };
    return newlyFailingJob({ job, benchmark });
  });
}

/** Every text that a server, a pull request or an artifact controls is hostile. */
export function hostileJob(): JobReport {
  const job = { ...buildParts().job, key: hostile.script, title: everyHostileText };
  return buildJobReport(
    buildParts({
      job,
      harness: { version: hostile.markdown },
      tests: hostileRun(),
      compliance: hostileRun(),
      benchmark: hostileBenchmarks(),
      baseline: { ...buildParts().baseline, notes: [everyHostileText] },
      error: new HarnessError({ code: 'INTERNAL', message: everyHostileText, hint: hostile.markdown }),
      notes: [everyHostileText],
      links: [
        { name: hostile.markdown, url: 'https://evil.example/actions/runs/1' },
        { name: hostile.markdown, url: `${repositoryUrl}/actions/runs/1/artifacts/2` },
        { name: 'a trap', url: `${repositoryUrl}/settings/delete` },
      ],
    }),
  );
}
