/** The one place where the outcome of a job is decided. The verdicts of the results are taken as they are. */
import type { RunResult } from '@mcp-test-harness/core';
import { findFailures } from '@mcp-test-harness/core/baseline';
import { fails } from '@mcp-test-harness/core/benchmark';
import { isHarnessError, toHarnessError, type HarnessError } from '@mcp-test-harness/core/errors';
import { describeVerdict as describeBenchmarks } from '../../benchmark/outcome.ts';
import { count } from '../../text/format.ts';
import { describeVerdict } from '../../text/outcome.ts';
import type { JobOutcome } from '../types.ts';
import { comparisonsOf, type JobReportParts } from './parts.ts';

/** An error as it was thrown, or as a result holds it. */
type JobError = Pick<HarnessError, 'code' | 'message'> & Partial<Pick<HarnessError, 'hint' | 'location'>>;

export interface Conclusion {
  readonly outcome: JobOutcome;
  /** A sentence each. */
  readonly failures: readonly string[];
  readonly errors: readonly JobError[];
}

/**
 * cancelled, or a result was interrupted for no reason that is told (out of time is one): cancelled; something kept the job from a verdict, or nothing was run: errored;
 * something that `fail-on` names: failed; otherwise passed. `fail-on: never` leaves errors red: without a verdict there is
 * nothing that it could allow.
 */
export function concludeJob(parts: JobReportParts): Conclusion {
  const failures = findJobFailures(parts);
  const errors = findErrors(parts);
  const results = [parts.tests, parts.compliance, parts.benchmark].filter((one) => one !== undefined);
  const wasInterrupted = results.some(({ verdict }) => verdict === 'interrupted');
  if (parts.cancelled === true || (wasInterrupted && errors.length === 0))
    return { outcome: 'cancelled', failures, errors };
  if (errors.length > 0) return { outcome: 'errored', failures, errors };
  if (results.length === 0 && parts.audit === undefined) {
    return { outcome: 'errored', failures, errors: [nothingRan] };
  }
  return { outcome: failures.length > 0 ? 'failed' : 'passed', failures, errors };
}

const nothingRan: JobError = {
  code: 'USAGE',
  message: 'Nothing was run.',
  hint: 'Give a configuration with test suites or benchmarks, or a server to look over.',
};

function findErrors({ error, tests, compliance, benchmark }: JobReportParts): readonly JobError[] {
  const results = [tests, compliance].filter((one) => one !== undefined);
  return [
    ...(error === undefined ? [] : flatten(toHarnessError(error))),
    ...results.flatMap((result) => whyNoServer(result)),
    ...(benchmark?.verdict === 'errored' ? [whyNotMeasured(benchmark)] : []),
  ];
}

/** Several faults of a configuration travel as one error. */
function flatten(error: HarnessError): readonly JobError[] {
  const { errors } = error as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 && errors.every(isHarnessError) ? errors : [error];
}

/** Exit code 3: no test could run, since no server could be started or reached. */
function whyNoServer({ verdict, exitCode, servers }: RunResult): readonly JobError[] {
  if (verdict !== 'errored' || exitCode !== 3) return [];
  const reasons = servers.flatMap(({ name, startError }) =>
    startError === undefined
      ? []
      : [{ code: startError.code, message: `${name}: ${startError.message}`, hint: startError.hint }],
  );
  return reasons.length > 0
    ? reasons
    : [{ code: 'TARGET_NOT_STARTED', message: 'No server could be started or reached.' }];
}

function whyNotMeasured({ error, incompleteReason }: NonNullable<JobReportParts['benchmark']>): JobError {
  return (
    error ?? {
      code: 'INTERNAL',
      message: `The benchmarks could not be run to their end: ${incompleteReason ?? 'no reason is known'}`,
    }
  );
}

function findJobFailures(parts: JobReportParts): readonly string[] {
  const { tests, compliance, audit, benchmark, failOn } = parts;
  const { sideBySideLevel = failOn.regressions } = parts;
  const testsFail = failOn.tests && hasFailed(tests);
  const calls = benchmark?.benchmarks.filter(({ state }) => state === 'failed').length ?? 0;
  const against = [
    // A test that fails is told by the verdict of its run already.
    ...comparisonsOf(parts).flatMap((one) =>
      testsFail ? findFailures(one, { ...one.failOn, tests: false }) : one.failures,
    ),
    ...(benchmark?.verdict === 'regressed' ? listRegressions(benchmark, sideBySideLevel) : []),
  ];
  return [
    ...(testsFail ? [`${describeVerdict(tests)}.`] : []),
    ...(failOn.tests && hasFailed(compliance)
      ? [`Requirements of the specification: ${describeVerdict(compliance)}.`]
      : []),
    ...(failOn.tests && compliance === undefined ? listBrokenMusts(audit) : []),
    ...(failOn.tests && benchmark?.verdict === 'failed'
      ? [calls > 0 ? `${describeBenchmarks(benchmark)}.` : whyUseless(benchmark)]
      : []),
    ...(benchmark?.verdict === 'invalid' && (failOn.tests || sideBySideLevel !== 'never')
      ? [`${describeBenchmarks(benchmark)}.`]
      : []),
    ...against,
    ...(benchmark?.verdict === 'regressed' && against.length === 0
      ? [`${describeBenchmarks(benchmark)}.`]
      : []),
    ...(failOn.findings ? listBadFindings(parts) : []),
  ];
}

function hasFailed(result: RunResult | undefined): result is RunResult {
  return result?.verdict === 'failed' || (result?.verdict === 'errored' && result.exitCode !== 3);
}

/** A benchmark run that failed although each call was answered: it was no good as a baseline, or not to be believed. */
function whyUseless(benchmark: NonNullable<JobReportParts['benchmark']>): string {
  const refused = (benchmark.baselines ?? []).flatMap(({ suite, action }) =>
    action?.kind === 'refused' ? [`${suite} became no baseline: ${action.reasons.join('; ')}`] : [],
  );
  return refused[0] ?? `${describeBenchmarks(benchmark)}.`;
}

function listRegressions(
  { comparison }: NonNullable<JobReportParts['benchmark']>,
  level: JobReportParts['failOn']['regressions'],
): readonly string[] {
  return (comparison?.benchmarks ?? []).flatMap(({ id, severity, sentence }) =>
    severity !== undefined && fails(severity, level) ? [`${id} ${sentence}`] : [],
  );
}

function listBrokenMusts(audit: JobReportParts['audit']): readonly string[] {
  const failed = audit?.compliance.totals.failed ?? 0;
  return failed === 0 ? [] : [`The server breaks ${count(failed, 'requirement')} of the specification.`];
}

/** Without a baseline there is no telling what is new: errors count then. New ones are failures of the comparison. */
function listBadFindings(parts: JobReportParts): readonly string[] {
  const { tests, benchmark, audit } = parts;
  const isCompared = comparisonsOf(parts).some(({ baseline }) => baseline !== undefined);
  const ofRuns = isCompared ? [] : [...(tests?.findings ?? []), ...(benchmark?.findings ?? [])];
  return [
    ...ofRuns
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, message }) => `${rule}: ${message}`),
    ...(audit?.findings ?? [])
      .filter(({ severity }) => severity === 'error')
      .map(({ code, subject, message }) => `${code} of ${subject.kind} ${subject.name}: ${message}`),
    ...(audit?.unreadable ?? []).map(({ list, reason }) => `${list} could not be read: ${reason}`),
  ];
}
