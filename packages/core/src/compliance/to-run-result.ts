import type {
  ExchangeRecord,
  LocatedFailure,
  RunResult,
  ServerResult,
  SuiteResult,
  TestResult,
} from '../runner/result.ts';
import { cutText } from '../runner/records.ts';
import { resultSchemaVersion } from '../runner/result.ts';
import { concludeRun, successRateOf, suiteOutcome, totalsOf } from '../runner/verdict.ts';
import { areaOf } from './totals.ts';
import type { ComplianceResult, Evidence, ExpectedFailureProblem, RequirementResult } from './types.ts';

/** What a {@link RunResult} says besides. */
export interface RunResultOptions {
  readonly harness: RunResult['harness'];
  /** Warnings fail. */
  readonly strict?: boolean | undefined;
  readonly config?: RunResult['config'] | undefined;
}

/** Longest frame in a record, in UTF-16 units. */
const longestFrame = 64 * 1024;

/**
 * The same result as a run of suites, for every report: a suite an area, a test a requirement. A warning passes with a
 * warning (with `strict` it fails); what does not apply, cannot be tested or is expected to fail is skipped, with the
 * reason; an entry of the expected failures that excuses nothing any more fails, at its line. Violations of the protocol
 * decide nothing here: the requirements that they break do.
 */
export function toRunResult(result: ComplianceResult, options: RunResultOptions): RunResult {
  const suites = groupByArea(result.results).map(([area, results]) =>
    toSuite(
      area,
      results.map((one) => toTest(one, result, options.strict === true)),
      result,
    ),
  );
  const servers = [toServer(result)];
  const plannedTests = result.results.length;
  const conclusion = concludeRun({
    suites,
    servers,
    findings: result.findings,
    protocolChecks: 'warn',
    complete: true,
    interrupted: false,
    plannedTests,
  });
  return {
    schemaVersion: resultSchemaVersion,
    harness: options.harness,
    config: options.config ?? {},
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    complete: true,
    plannedTests,
    ...conclusion,
    suites,
    servers,
    protocolChecks: 'warn',
    findings: result.findings,
    warnings: [],
  };
}

function groupByArea(
  results: readonly RequirementResult[],
): readonly (readonly [area: string, results: readonly RequirementResult[]])[] {
  const groups = new Map<string, RequirementResult[]>();
  for (const result of results) {
    const area = areaOf(result);
    const group = groups.get(area);
    if (group === undefined) groups.set(area, [result]);
    else group.push(result);
  }
  return [...groups];
}

function toSuite(
  name: string,
  tests: readonly TestResult[],
  { server, startedAt }: ComplianceResult,
): SuiteResult {
  const totals = totalsOf(tests);
  return {
    name,
    server: server.name,
    outcome: suiteOutcome({ tests, requiredSuccessRate: 1 }),
    requiredSuccessRate: 1,
    successRate: successRateOf(totals),
    startedAt,
    durationMs: tests.reduce((sum, { durationMs }) => sum + durationMs, 0),
    totals,
    tests,
  };
}

function toTest(result: RequirementResult, run: ComplianceResult, strict: boolean): TestResult {
  const { id, level, title, remedy, quote, url, durationMs, evidence } = result;
  const area = areaOf(result);
  const problem = run.expectedFailureProblems.find((one) => one.id === id);
  const verdict = verdictOf(result, problem, strict);
  return {
    id: `${area}/${id}`,
    suite: area,
    test: id,
    description: title,
    tags: [level],
    server: run.server.name,
    requirement: { id, level, title, remedy, ...(quote !== undefined && { quote }), url },
    flaky: false,
    attempts: 1,
    startedAt: run.startedAt,
    durationMs,
    requestDurationsMs: [],
    exchanges: evidence === undefined ? [] : [toExchange(evidence, durationMs)],
    failures: [],
    warnings: [],
    ...verdict,
  };
}

type TestVerdict = Pick<TestResult, 'outcome'> &
  Partial<Pick<TestResult, 'failures' | 'warnings' | 'skipReason' | 'skipCause' | 'location'>>;

function verdictOf(
  result: RequirementResult,
  problem: ExpectedFailureProblem | undefined,
  strict: boolean,
): TestVerdict {
  const { status, message = '', expected } = result;
  const excuse = problem === undefined ? [] : [toExcuseFailure(problem)];
  const broken = (severity: LocatedFailure['severity']): LocatedFailure => toFailure(result, severity);
  if (expected !== undefined) {
    const skipReason = `broken as expected (${expected.reason}): ${message}`;
    return { outcome: 'skipped', skipReason, skipCause: 'expected-failure' };
  }
  if (status === 'failed' || (status === 'warning' && strict))
    return { outcome: 'failed', failures: [broken('failure'), ...excuse] };
  const warnings = status === 'warning' ? [broken('warning')] : [];
  if (problem !== undefined) {
    return { outcome: 'failed', failures: excuse, warnings, location: problem.location };
  }
  if (status === 'not applicable')
    return { outcome: 'skipped', skipReason: message, skipCause: 'not-applicable' };
  if (status === 'not testable')
    return { outcome: 'skipped', skipReason: message, skipCause: 'not-testable' };
  return { outcome: 'passed', warnings };
}

function toFailure(
  { level, title, remedy, quote, url, message = '', spec }: RequirementResult,
  severity: LocatedFailure['severity'],
): LocatedFailure {
  return {
    severity,
    key: spec,
    type: level,
    message,
    expected: `${level}: ${title} (${url}).${quote === undefined ? '' : ` “${quote}”`} ${remedy}`,
    actual: message,
    configKey: '',
  };
}

function toExcuseFailure({ kind, id, message, location }: ExpectedFailureProblem): LocatedFailure {
  return {
    severity: 'failure',
    key: id,
    type: `${kind}-expected-failure`,
    message,
    configKey: '',
    location,
  };
}

/** The frames that show it. A check may have shown one of them only. */
function toExchange({ sent, received }: Evidence, durationMs: number): ExchangeRecord {
  return {
    phase: 'test',
    method: /"method"\s*:\s*"([^"]+)"/.exec(sent?.slice(0, longestFrame) ?? '')?.[1] ?? '(raw)',
    startedAtMs: 0,
    durationMs,
    request: cutText(sent ?? '', longestFrame),
    response: received === undefined ? undefined : cutText(received, longestFrame),
    notifications: 0,
  };
}

function toServer({ server }: ComplianceResult): ServerResult {
  return {
    name: server.name,
    transport: server.transport,
    target: server.target,
    protocolVersion: server.revision,
    serverInfo: server.info,
    limits: [],
    stderrTail: '',
  };
}
