import { describe, expect, it } from 'vitest';
import { toRunResult } from './to-run-result.ts';
import { concludeCompliance, scoreOf, totalsOf } from './totals.ts';
import type { ComplianceResult, ExpectedFailureProblem, RequirementResult, Status } from './types.ts';

const harness = { version: '0', node: '24', platform: 'linux-x64' };
const location = { file: '/project/known.yaml', line: 3, column: 3 };

function requirement(id: string, status: Status, more: Partial<RequirementResult> = {}): RequirementResult {
  const broken = status === 'failed' || status === 'warning';
  return {
    id,
    level: status === 'warning' ? 'SHOULD' : 'MUST',
    revisions: { from: '2024-11-05' },
    spec: 'basic',
    title: 'it is so',
    remedy: 'Do it.',
    status,
    message: status === 'passed' ? undefined : `it is ${status}`,
    evidence: broken ? { sent: '{"method":"ping"}', received: '{}' } : undefined,
    url: 'https://modelcontextprotocol.io/specification/2025-11-25/basic',
    durationMs: 2,
    ...more,
  };
}

function resultOf(
  results: readonly RequirementResult[],
  expectedFailureProblems: readonly ExpectedFailureProblem[] = [],
): ComplianceResult {
  return {
    schemaVersion: 1,
    server: { name: 's', target: 'node s.js', info: {}, revision: '2025-11-25', transport: 'stdio' },
    startedAt: '2026-11-26T10:00:00.000Z',
    durationMs: 10,
    results,
    expectedFailureProblems,
    totals: totalsOf(results),
    score: scoreOf(results),
    findings: [{ rule: 'stdio.noise', severity: 'error', message: 'noise', count: 1 }],
    crashes: [],
  };
}

const problem = (kind: ExpectedFailureProblem['kind'], id: string): ExpectedFailureProblem => ({
  kind,
  id,
  message: `${id} is ${kind}`,
  location,
});

describe('a compliance result as a run', () => {
  const all = resultOf([
    requirement('a.passed', 'passed'),
    requirement('a.failed', 'failed'),
    requirement('b.warning', 'warning'),
    requirement('b.absent', 'not applicable'),
    requirement('b.unknown', 'not testable'),
    requirement('b.known', 'failed', { expected: { reason: 'soon' } }),
  ]);

  it('has a suite an area and a test a requirement, the five statuses kept apart', () => {
    const { suites, totals } = toRunResult(all, { harness });
    expect(suites.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['a', 'failed'],
      ['b', 'passed'],
    ]);
    const tests = suites.flatMap((suite) => suite.tests);
    expect(
      tests.map(({ id, outcome, skipCause, warnings }) => [id, outcome, skipCause, warnings.length]),
    ).toEqual([
      ['a/a.passed', 'passed', undefined, 0],
      ['a/a.failed', 'failed', undefined, 0],
      ['b/b.warning', 'passed', undefined, 1],
      ['b/b.absent', 'skipped', 'not-applicable', 0],
      ['b/b.unknown', 'skipped', 'not-testable', 0],
      ['b/b.known', 'skipped', 'expected-failure', 0],
    ]);
    expect(totals).toMatchObject({ tests: 6, passed: 2, failed: 1, skipped: 3 });
  });

  it('says of a broken one what was expected, what was seen, the frames and the link', () => {
    const broken = toRunResult(all, { harness }).suites[0]?.tests[1];
    expect(broken).toMatchObject({
      requirement: { id: 'a.failed', level: 'MUST', remedy: 'Do it.' },
      failures: [
        {
          type: 'MUST',
          message: 'it is failed',
          expected: 'MUST: it is so (https://modelcontextprotocol.io/specification/2025-11-25/basic). Do it.',
        },
      ],
      exchanges: [{ method: 'ping', request: '{"method":"ping"}', response: '{}' }],
    });
  });

  it('fails at the line of an expected failure that excuses nothing any more', () => {
    const result = resultOf([requirement('a.passed', 'passed')], [problem('stale', 'a.passed')]);
    expect(toRunResult(result, { harness })).toMatchObject({
      verdict: 'failed',
      suites: [
        {
          tests: [{ outcome: 'failed', location, failures: [{ type: 'stale-expected-failure', location }] }],
        },
      ],
    });
  });

  const cases: readonly (readonly [string, ComplianceResult, normal: 0 | 1, strict: 0 | 1])[] = [
    ['everything kept', resultOf([requirement('a.x', 'passed')]), 0, 0],
    ['a MUST broken', resultOf([requirement('a.x', 'failed'), requirement('a.y', 'passed')]), 1, 1],
    ['a warning', resultOf([requirement('a.x', 'warning'), requirement('a.y', 'passed')]), 0, 1],
    ['a warning alone', resultOf([requirement('a.x', 'warning')]), 0, 1],
    ['a known failure', resultOf([requirement('a.x', 'failed', { expected: { reason: 'r' } })]), 0, 0],
    ['a stale entry', resultOf([requirement('a.x', 'passed')], [problem('stale', 'a.x')]), 1, 1],
    ['an expired entry', resultOf([requirement('a.x', 'warning')], [problem('expired', 'a.x')]), 1, 1],
    [
      'an expired entry of what does not apply',
      resultOf(
        [requirement('a.x', 'not applicable'), requirement('a.y', 'passed')],
        [problem('expired', 'a.x')],
      ),
      1,
      1,
    ],
    ['nothing that applies', resultOf([requirement('a.x', 'not applicable')]), 0, 0],
    ['nothing that can be told', resultOf([requirement('a.x', 'not testable')]), 1, 1],
    [
      'nothing told but what was known',
      resultOf([
        requirement('a.x', 'not testable'),
        requirement('a.y', 'failed', { expected: { reason: 'r' } }),
      ]),
      1,
      1,
    ],
    ['no requirement at all', resultOf([]), 1, 1],
  ];
  it.each(cases)('has the verdict that the result has: %s', (_, result, normal, strict) => {
    for (const [isStrict, exitCode] of [
      [false, normal],
      [true, strict],
    ] as const) {
      const verdict = concludeCompliance(result, { strict: isStrict });
      expect([isStrict, verdict.exitCode, verdict.reasons.length > 0]).toEqual([
        isStrict,
        exitCode,
        exitCode === 1,
      ]);
      const run = toRunResult(result, { harness, strict: isStrict });
      expect([isStrict, run.exitCode, run.verdict]).toEqual([
        isStrict,
        exitCode,
        exitCode === 0 ? 'passed' : 'failed',
      ]);
    }
  });
});
