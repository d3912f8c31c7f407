import * as core from '@actions/core';
import type { Plan, RunResult } from '@mcp-test-harness/core';
import type { BaselineComparison, FailOnPolicy, FoundParts } from '@mcp-test-harness/core/baseline';
import { isHarnessError } from '@mcp-test-harness/core/errors';
import {
  annotationsOf,
  buildJobReport,
  type JobOutcome,
  type JobReport,
  type ReportedBaseline,
} from '@mcp-test-harness/report/job';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDocuments, writeJobReport, type FoundResults } from '../documents.ts';
import { JobBaseline } from '../job-baseline.ts';
import { runAudit } from '../parts/run-audit.ts';
import { runBenchmarks } from '../parts/run-benchmarks.ts';
import { runCompliance, type Judgement } from '../parts/run-compliance.ts';
import { journalFile, runTests } from '../parts/run-tests.ts';
import { publish, reportArtifactName } from '../publish.ts';
import { findPullRequest } from '../services/index.ts';
import { stateName, type JobState } from '../state.ts';
import { timeoutError } from '../stop.ts';
import { explainError } from '../tell-error.ts';
import { onlyServer, plainName, readTarget, type Target } from '../target.ts';
import type { Workplace } from '../workplace.ts';

/** What has been found so far: kept as it comes, since a later part may fail. */
interface Findings {
  target?: Target;
  tests?: RunResult;
  judgement?: Judgement;
  audit?: Awaited<ReturnType<typeof runAudit>>;
  benchmark?: Awaited<ReturnType<typeof runBenchmarks>>;
  comparisons: readonly BaselineComparison[];
  baseline?: ReportedBaseline;
  error?: unknown;
  readonly notes: string[];
}

/** Runs what is to be run, compares it, and tells it everywhere. */
export async function runJob(place: Workplace): Promise<JobOutcome> {
  const beganMs = performance.now();
  leaveState(place, false);
  const found: Findings = { comparisons: [], notes: [] };
  await attempt(place, found, () => work(place, found));
  if (place.stop.cause === 'timeout') found.error = timeoutError(place.inputs.timeoutMs ?? 0);
  const report = await conclude(place, found, performance.now() - beganMs);
  for (const failure of report.failures) place.log.line(failure);
  const results = resultsOf(found);
  await writeDocuments(place.reports, results, place.root);
  rmSync(join(place.reports, journalFile), { force: true });
  writeJobReport(place.reports, report);
  // The runner gives a cancelled job a few seconds: the post step uploads and tells.
  if (report.outcome === 'cancelled') return report.outcome;
  await publish(
    {
      reports: [report],
      details: { ...results, root: place.root },
      pullRequest: await pullRequestOf(place),
      version: { runId: place.event.runId, attempt: place.event.attempt },
      artifact: reportArtifactName(place),
      annotations: annotationsOf(report),
    },
    place,
  );
  leaveState(place, true);
  return report.outcome;
}

/** Said again, the later one counts. */
function leaveState({ reports, job }: Workplace, isPublished: boolean): void {
  core.saveState(stateName, JSON.stringify({ reports, job, isPublished } satisfies JobState));
}

async function work(place: Workplace, found: Findings): Promise<void> {
  const target = await readTarget(place);
  found.target = target;
  const baseline = await JobBaseline.restore(place, target);
  found.baseline = baseline.describe([], undefined);
  // What was found until something failed is worth comparing too.
  await attempt(place, found, () => runParts(target, baseline, place, found));
  found.comparisons = await compare(target, baseline, place, found);
  found.baseline = baseline.describe(found.comparisons, found.benchmark?.comparison?.base.commit);
}

/** The first error is the one to tell; what a cancelled part throws is none. */
async function attempt(place: Workplace, found: Findings, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (place.stop.cause !== 'cancelled') found.error ??= explainError(error, place.log);
  }
}

async function runParts(
  target: Target,
  baseline: JobBaseline,
  place: Workplace,
  found: Findings,
): Promise<void> {
  const { parts } = target;
  const plan = withSecrets(target.plan, place);
  const goesOn = (): boolean => !place.stop.signal.aborted;
  if (parts.includes('test') && plan !== undefined) found.tests = await runTests(plan, place);
  if (parts.includes('compliance') && goesOn())
    found.judgement = await runCompliance(onlyServer(target, 'compliance'), place);
  if (parts.includes('audit') && goesOn())
    found.audit = await runAudit(onlyServer(target, 'audit'), found.judgement?.compliance, place);
  if (!parts.includes('benchmark') || !goesOn()) return;
  const toMeasure = plan ?? withSecrets(await planTools(target, place, found), place);
  if (toMeasure === undefined) return;
  found.benchmark = await runBenchmarks(toMeasure, target, place, { forBaseline: baseline.isKept });
}

/** What the job knows besides the configuration, for results to hide too. */
function withSecrets(plan: Plan | undefined, { inputs }: Workplace): Plan | undefined {
  if (plan === undefined || inputs.token === '') return plan;
  return { ...plan, secrets: [...plan.secrets, inputs.token] };
}

/** Without a configuration, the read-only tools of the server; undefined (with a note) when there are none. */
async function planTools(target: Target, place: Workplace, found: Findings) {
  const [{ planFromServer }, { openSession }] = await Promise.all([
    import('@mcp-test-harness/core/benchmark'),
    import('../parts/open-session.ts'),
  ]);
  const server = await openSession(onlyServer(target, 'benchmark'), place);
  try {
    return await planFromServer(server, {
      policy: 'read-only',
      mayBeSlow: false,
      signal: place.stop.signal,
      baseDir: place.directory,
      name: plainName,
      words: {
        policy: undefined,
        toName: 'annotate them with readOnlyHint: true',
        toMeasureSlow: 'write a test of it',
      },
    });
  } catch (error) {
    if (target.isExplicit || !isHarnessError(error) || error.code !== 'USAGE') throw error;
    found.notes.push(`Nothing was measured: ${error.message}.`);
    return undefined;
  }
}

/** Holds what was found against the baselines of its suites. */
async function compare(
  target: Target,
  baseline: JobBaseline,
  place: Workplace,
  found: Findings,
): Promise<readonly BaselineComparison[]> {
  const { tests, judgement, benchmark } = found;
  const isNothing = tests === undefined && judgement === undefined && benchmark === undefined;
  if (place.stop.signal.aborted || !baseline.isWanted || isNothing) return [];
  const [{ complianceSuite }, { toolSuite }] = await Promise.all([
    import('@mcp-test-harness/core/baseline'),
    import('@mcp-test-harness/core/benchmark'),
  ]);
  const parts: FoundParts = {
    tests,
    benchmark,
    compliance: judgement === undefined ? undefined : [judgement.asRun],
    contracts: baseline.wantsContracts ? await takeContracts(target, place, found) : undefined,
  };
  const suites = [
    ...(target.plan?.suites.map(({ name }) => name) ?? [toolSuite]),
    ...(judgement === undefined ? [] : [complianceSuite(judgement.compliance.server.name)]),
  ];
  return await baseline.conclude(parts, suites);
}

async function takeContracts({ plan, servers }: Target, place: Workplace, found: Findings) {
  const { takeContracts: take } = await import('@mcp-test-harness/core/contract');
  const { contracts, warnings } = await take(plan?.servers ?? servers, {
    env: place.env,
    mask: (text) => place.log.masker.text(text),
    signal: place.stop.signal,
  });
  found.notes.push(...warnings);
  return contracts;
}

async function conclude(place: Workplace, found: Findings, durationMs: number): Promise<JobReport> {
  const { job, harness, root, log, stop } = place;
  const { defaultPolicy } = await import('@mcp-test-harness/core/baseline');
  const failOn: FailOnPolicy = found.target?.failOn ?? defaultPolicy;
  const { tests, compliance, audit, benchmark } = resultsOf(found);
  const report = buildJobReport({
    job,
    harness,
    root,
    finishedAt: new Date(),
    durationMs,
    tests,
    compliance,
    audit,
    benchmark,
    baselineComparisons: benchmark === undefined ? found.comparisons : [],
    baseline: found.baseline ?? { source: 'none', wanted: false, saved: false, notes: [] },
    failOn,
    sideBySideLevel: found.target?.sideBySideLevel,
    error: found.error,
    cancelled: stop.cause === 'cancelled',
    notes: found.notes,
  });
  return log.masker.record(report);
}

/** With what the baselines say of them. */
function resultsOf({ tests, judgement, audit, benchmark, comparisons }: Findings): FoundResults {
  const baselines = comparisons.length === 0 ? {} : { baselines: comparisons };
  return {
    tests: tests === undefined ? undefined : { ...tests, ...baselines },
    compliance: judgement?.asRun,
    audit,
    benchmark: benchmark === undefined ? undefined : { ...benchmark, ...baselines },
  };
}

async function pullRequestOf({ event, inputs, github, log }: Workplace): Promise<number | undefined> {
  if (event.pullRequest !== undefined) return event.pullRequest.number;
  const api = event.name === 'workflow_run' && inputs.comment !== 'never' ? await github.api() : undefined;
  if (api === undefined) return undefined;
  const lookup = await findPullRequest({ name: event.name, payload: event.payload }, { api });
  if (lookup.status === 'failed') log.fault(lookup.fault);
  return lookup.status === 'found' ? lookup.pullRequest.number : undefined;
}
