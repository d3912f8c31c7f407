import type { Baseline, BaselineComparison, BaselineStore } from '@mcp-test-harness/core/baseline';
import type { BaselineActionRun } from '../actions.ts';
import { openBaselines, requireSuites } from '../open.ts';
import { readVersion } from '../read-version.ts';

/** The newest run against the baseline, or the approved run against that of an earlier version. */
const diff: BaselineActionRun = async (options, io) => {
  const opened = await openBaselines(options, io);
  const comparisons: BaselineComparison[] = [];
  for (const suite of requireSuites(opened)) {
    const baseline = await opened.store.read(suite);
    if (baseline === undefined) continue;
    const sides = await sidesOf(opened.store, baseline, options.to);
    if (sides === undefined) {
      io.stderr(`${suite}: no run has been recorded since the approved one\n`);
      continue;
    }
    const { compareWithBaseline } = await import('@mcp-test-harness/core/baseline');
    comparisons.push(
      compareWithBaseline(suite, sides.before, sides.run, {
        thresholds: opened.settings.rules.thresholds,
        failOn: opened.settings.policy,
        trend: opened.settings.trend,
      }),
    );
  }
  if (options.json === true) io.stdout(`${JSON.stringify(comparisons, undefined, 2)}\n`);
  else if (comparisons.length > 0) {
    const { renderBaselineTerminal } = await import('@mcp-test-harness/report/benchmark');
    io.stdout(renderBaselineTerminal(comparisons, io));
  }
  return comparisons.some(({ failures }) => failures.length > 0) ? 1 : 0;
};
export default diff;

async function sidesOf(store: BaselineStore, baseline: Baseline, to: number | undefined) {
  if (to !== undefined)
    return { before: await readVersion(store, baseline.suite, to), run: baseline.approved.run };
  const newest = baseline.history.at(-1);
  if (newest === undefined || newest.id === baseline.approved.run.id) return undefined;
  return { before: { ...baseline, history: baseline.history.slice(0, -1) }, run: newest };
}
