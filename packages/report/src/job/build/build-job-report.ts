import { cleanText } from '../../text/clean-text.ts';
import { jobReportLimits } from '../limits.ts';
import { jobReportPatterns as patterns } from '../patterns.ts';
import {
  jobReportSchemaVersion,
  type JobIdentity,
  type JobReport,
  type ReportedBaseline,
  type ReportedTests,
} from '../types.ts';
import { collectBenchmarks } from './collect-benchmarks.ts';
import { collectContextCost, collectContracts } from './collect-contracts.ts';
import { collectFindings } from './collect-findings.ts';
import { collectAuditedRequirements, collectTests } from './collect-tests.ts';
import { concludeJob, type Conclusion } from './conclude.ts';
import { comparisonsOf, type JobReportParts } from './parts.ts';
import { createTrimmer, shorten, type Bounds, type Trimmer } from './texts.ts';

/** The first with which a report is small enough is taken; the last is small enough for any. */
const ladder: readonly Bounds[] = [
  { entries: jobReportLimits.entries, text: jobReportLimits.text },
  { entries: 50, text: 250 },
  { entries: 25, text: 200 },
  { entries: 10, text: 150 },
  { entries: 4, text: 100 },
];

/**
 * What a job has to say, of what it did: frozen, at most 256 KiB as JSON. Lists are cut to 50 entries and texts to 500
 * characters, to fewer where that is too much; the counts stay true. The one place that decides the job's outcome.
 */
export function buildJobReport(parts: JobReportParts): JobReport {
  const conclusion = concludeJob(parts);
  let text = '';
  for (const bounds of ladder) {
    text = JSON.stringify(assemble(parts, conclusion, createTrimmer(parts.root, bounds)));
    if (Buffer.byteLength(text) <= jobReportLimits.bytes) break;
  }
  return JSON.parse(text, (_, value: unknown) => Object.freeze(value)) as JobReport;
}

function assemble(
  parts: JobReportParts,
  { outcome, failures, errors }: Conclusion,
  trim: Trimmer,
): JobReport {
  const { benchmark, audit, job, failOn } = parts;
  const comparisons = comparisonsOf(parts);
  const { sideBySideLevel: base = failOn.regressions } = parts;
  const levels = { base, history: failOn.regressions };
  const outcomes = comparisons.map((one) => one.outcomes);
  const newlyFailing = [...new Set(outcomes.flatMap((one) => one.newlyFailing))];
  return {
    schemaVersion: jobReportSchemaVersion,
    kind: 'job',
    harness: { version: trim.line(parts.harness.version) },
    job: collectIdentity(job, trim),
    outcome,
    failures: trim.few(failures, trim.line),
    errors: trim.list(errors, ({ code, message, hint, location }) => ({
      code,
      message: shorten(cleanText(message).trim(), jobReportLimits.error),
      hint: hint === undefined ? undefined : shorten(cleanText(hint).trim(), jobReportLimits.error),
      location: trim.place(location),
    })),
    failOn,
    finishedAt: parts.finishedAt.toISOString(),
    durationMs: parts.durationMs,
    tests: collectRuns(parts, trim),
    newlyFailing: trim.list(newlyFailing, trim.line),
    fixed: trim.list([...new Set(outcomes.flatMap((one) => one.fixed))], trim.line),
    flaky: trim.list(
      outcomes.flatMap((one) => one.flaky),
      ({ test, ...counts }) => ({ test: trim.line(test), ...counts }),
    ),
    findings: collectFindings(parts, trim),
    goneFindings: comparisons.reduce((sum, { findings }) => sum + findings.gone.length, 0),
    benchmarks: benchmark === undefined ? undefined : collectBenchmarks(benchmark, comparisons, levels, trim),
    ...collectContracts(comparisons, trim),
    contextCost: collectContextCost(comparisons, audit, trim),
    baseline: collectBaseline(parts.baseline, trim),
    notes: trim.few([...collectNotes(parts), ...(parts.notes ?? [])], trim.line),
    links: trim.few(
      (parts.links ?? []).filter(({ url }) => patterns.url.test(url)),
      ({ name, url }) => ({ name: trim.line(name), url }),
    ),
  };
}

function collectRuns(parts: JobReportParts, trim: Trimmer): readonly ReportedTests[] {
  const { tests, compliance, audit } = parts;
  const known = comparisonsOf(parts).filter(({ baseline }) => baseline !== undefined);
  const newlyFailing =
    known.length === 0 ? undefined : new Set(known.flatMap(({ outcomes }) => outcomes.newlyFailing));
  return [
    ...(tests === undefined ? [] : [collectTests(tests, 'test', newlyFailing, trim)]),
    ...(compliance === undefined ? [] : [collectTests(compliance, 'compliance', newlyFailing, trim)]),
    ...(audit === undefined || compliance !== undefined ? [] : [collectAuditedRequirements(audit, trim)]),
  ];
}

function collectIdentity(job: JobIdentity, trim: Trimmer): JobIdentity {
  const { runUrl, ...rest } = job;
  return {
    ...rest,
    key: trim.line(job.key),
    title: trim.line(job.title),
    os: trim.line(job.os),
    arch: trim.line(job.arch),
    ...(runUrl !== undefined && patterns.url.test(runUrl) ? { runUrl } : {}),
  };
}

/** What a baseline says of itself was restored from somewhere, and may be anything. */
function collectBaseline({ sha, at, notes, ...rest }: ReportedBaseline, trim: Trimmer): ReportedBaseline {
  return {
    ...rest,
    ...(sha !== undefined && patterns.sha.test(sha) ? { sha } : {}),
    ...(at !== undefined && patterns.iso8601.test(at) ? { at } : {}),
    notes: trim.few(notes, trim.line),
  };
}

/** What a reader should know of how it was measured and compared. */
function collectNotes({ tests, benchmark, ...parts }: JobReportParts): readonly string[] {
  const comparison = benchmark?.comparison;
  return [
    ...new Set([
      ...comparisonsOf({ benchmark, ...parts }).flatMap(({ baseline, notes }) =>
        baseline === undefined ? [] : notes,
      ),
      ...(comparison?.notPinned === undefined
        ? []
        : [`Measured processes were not pinned to one core: ${comparison.notPinned}`]),
      ...(tests?.warnings ?? []),
      ...(benchmark?.warnings ?? []),
    ]),
  ];
}
