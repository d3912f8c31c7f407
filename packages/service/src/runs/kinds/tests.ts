import type { Connect, RunResult as TestRun } from '@mcp-test-harness/core';
import { createSnapshotStore } from '@mcp-test-harness/core/assertions';
import { connect } from '@mcp-test-harness/core/protocol';
import { runPlan } from '@mcp-test-harness/core/runner';
import { testsWithBaselines } from '@mcp-test-harness/core/verdict';
import { summariseTests } from '../summarise/summarise-tests.ts';
import { openJobBaselines } from './baselines.ts';
import type { RunCarrier, RunPort } from './define.ts';
import { harnessOf, renderTests } from './reports.ts';

/**
 * Runs suites. They are held against the baselines that benchmarks keep, and are not added to them: tests that run every
 * few minutes would soon have driven the measured runs out of the history.
 */
const carryOutTests: RunCarrier = async (job, port) => {
  const { plan, env, withholdsBodies } = job;
  const baselines = await openJobBaselines(
    'compare',
    plan.suites.map(({ name }) => name),
    job,
  );
  const ran = await runPlan(plan, {
    env,
    cwd: plan.baseDir,
    signal: port.signal,
    harness: harnessOf(job),
    snapshots: createSnapshotStore({ dir: plan.baseDir, update: false, ci: true }),
    connect: tellingServers(port),
  });
  const result = await conclude(ran);
  const { baselineOf, notes } = baselines;
  return {
    ...summariseTests(result, { plan, baselineOf, notes, withholdsBodies }),
    reports: await renderTests(result, job),
    interrupted: result.verdict === 'interrupted',
  };

  async function conclude(tests: TestRun): Promise<TestRun> {
    const comparisons = await baselines.conclude({ tests });
    const known = comparisons.filter(({ baseline }) => baseline !== undefined);
    return known.length === 0 ? tests : testsWithBaselines(tests, known);
  }
};

export default carryOutTests;

/** Opens sessions, and tells which processes came of it. */
export function tellingServers({ onServer }: RunPort): Connect {
  return async (options) => {
    const session = await connect(options);
    const { pid } = session.process();
    if (pid !== undefined) onServer(session.name, pid);
    return session;
  };
}
