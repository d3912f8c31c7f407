import { totalCoverage } from '../coverage/index.ts';
import type { RunCoverage } from '../coverage/index.ts';
import { expandRevisions } from '../plan/expand-revisions.ts';
import type { Plan, PlannedSuite } from '../plan/types.ts';
import { toHarnessError } from '../errors.ts';
import { findRevisions } from './find-revisions.ts';
import type { FoundRevisions } from './find-revisions.ts';
import { resultSchemaVersion } from './result.ts';
import type { RunResult, SuiteResult } from './result.ts';
import { armBrakes } from './brakes.ts';
import { createRunContext } from './run-context.ts';
import type { RunContext } from './run-context.ts';
import type { RunOptions } from './run-options.ts';
import { runSuite } from './run-suite.ts';
import { runScheduled } from './schedule.ts';
import { SessionPool } from './session-pool.ts';
import { inheritEnvironment } from './server-target.ts';
import { describeTimeout } from './stop.ts';
import { beginNow } from './test-result.ts';
import { concludeRun } from './verdict.ts';

/**
 * Executes a plan: suites in the order of their dependencies and priorities, tests with bounded parallelism, each
 * event as it happens to `onEvent`. Everything in events and result is masked. All servers that it started are gone
 * when it returns.
 * @throws nothing that a server, script or listener does; only faults of ours
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunResult> {
  const found = await findAllRevisions(plan, options);
  if (found.length === 0) return await runExpanded(plan, found, options);
  const toRun = new Map(found.map(({ server, toRun: revisions }) => [server, revisions]));
  return await runExpanded(expandRevisions(plan, toRun), found, options);
}

/** What the servers of `protocol_version: all` speak. */
async function findAllRevisions(plan: Plan, options: RunOptions): Promise<readonly FoundRevisions[]> {
  const servers = plan.servers.filter(({ everyRevision }) => everyRevision);
  if (servers.length === 0) return [];
  const { connect, masker } = createRunContext(plan, { ...options, onEvent: undefined });
  return await Promise.all(
    servers.map(async (server) => {
      const session = inheritEnvironment(server.session, options.env);
      const found = await findRevisions(server, { ...session, signal: options.signal }, connect);
      // Tokens of these sessions are known here alone.
      return masker.record(found);
    }),
  );
}

/** A plan whose every server is asked for one revision, or for the newest. */
async function runExpanded(
  plan: Plan,
  found: readonly FoundRevisions[],
  options: RunOptions,
): Promise<RunResult> {
  const context = createRunContext(plan, options);
  const begin = beginNow(context);
  const startedAt = new Date(begin.epochMs).toISOString();
  announce(context, startedAt);
  const brakes = armBrakes(context);
  const pool = new SessionPool(context);
  const suites = new Map<PlannedSuite, SuiteResult>();
  try {
    await runScheduled(plan.suites, {
      // An open suite holds a server: no more of them than tests may run at once.
      capacity: plan.maxConcurrency,
      idOf: (suite) => suite.name,
      waitsFor: (suite) => suite.after,
      run: async (suite) => {
        suites.set(suite, await runSuite(suite, pool, context));
        await pool.leave(suite);
      },
    });
  } finally {
    // Ending the servers is no work that time could run out for; an interruption still counts.
    brakes.cancelTimer();
    await pool.close();
    brakes.release();
  }
  const ended = plan.suites.map((suite) => suites.get(suite)).filter((suite) => suite !== undefined);
  await finishSnapshots(ended, context);
  const coverage = options.coverage === false ? undefined : measureCoverage(pool, context);
  const revisions = found.map(({ toRun: _toRun, ...revisions }) => revisions);
  const result = conclude(
    ended,
    { coverage, revisions },
    context,
    startedAt,
    context.clock.nowMs() - begin.nowMs,
  );
  context.emit({ type: 'run-end', result });
  return result;
}

function announce(context: RunContext, startedAt: string): void {
  const { plan, options, masker } = context;
  context.emit(
    masker.record({
      type: 'run-start',
      startedAt,
      configFile: plan.configFile,
      suites: plan.suites.length,
      tests: plan.testCount,
      harnessVersion: options.harness.version,
      node: options.harness.node,
      platform: options.harness.platform,
      environment: plan.environment,
      shard: plan.shard,
      protocolChecks: plan.protocolChecks,
    }),
  );
  for (const warning of plan.warnings) context.warn(warning);
}

/** Only in a suite that ran and passed whole has every snapshot been asked for that is still needed. */
async function finishSnapshots(suites: readonly SuiteResult[], context: RunContext): Promise<void> {
  const { snapshots } = context.options;
  if (snapshots.finish === undefined) return;
  const whole = new Set(context.plan.suites.filter((suite) => suite.whole).map((suite) => suite.name));
  const passed = suites.filter(({ tests }) => tests.every(({ outcome }) => outcome === 'passed'));
  const names = passed.map((suite) => suite.name).filter((name) => whole.has(name));
  try {
    const { obsolete, removed } = await snapshots.finish(names);
    if (removed) return;
    for (const { suite, key } of obsolete) {
      context.warn(
        `the snapshot "${key}" of suite "${suite}" is used by no test; --update-snapshots removes it`,
      );
    }
  } catch (error) {
    context.warn(`snapshots: ${toHarnessError(error).message}`);
  }
}

function measureCoverage(pool: SessionPool, { plan, masker }: RunContext): RunCoverage {
  const { leftOutTests, minCoveragePercent: minPercent } = plan;
  return masker.record(totalCoverage(pool.coverage(), { leftOutTests, minPercent }));
}

function conclude(
  suites: readonly SuiteResult[],
  learnt: Pick<RunResult, 'coverage' | 'revisions'>,
  context: RunContext,
  startedAt: string,
  durationMs: number,
): RunResult {
  const { plan, options, stop, servers, masker } = context;
  const { cause } = stop;
  const interrupted = cause?.kind === 'interrupted';
  const incompleteReason = interrupted
    ? 'the run was interrupted'
    : cause?.kind === 'timeout'
      ? describeTimeout(cause)
      : undefined;
  const complete = incompleteReason === undefined;
  const facts = {
    plannedTests: plan.testCount,
    protocolChecks: plan.protocolChecks,
    shard: plan.shard,
    complete,
    suites,
    servers,
    coverage: learnt.coverage,
    findings: context.findings.list(),
  };
  const { verdict, exitCode, totals } = concludeRun({ ...facts, interrupted });
  return Object.freeze({
    schemaVersion: resultSchemaVersion,
    harness: options.harness,
    config: masker.record({ file: plan.configFile, environment: plan.environment }),
    shard: plan.shard,
    startedAt,
    durationMs,
    complete,
    incompleteReason,
    plannedTests: facts.plannedTests,
    verdict,
    exitCode,
    totals,
    suites,
    servers,
    revisions: learnt.revisions?.length ? masker.record(learnt.revisions) : undefined,
    coverage: learnt.coverage,
    protocolChecks: facts.protocolChecks,
    findings: masker.record(facts.findings),
    warnings: [...context.warnings],
  });
}
