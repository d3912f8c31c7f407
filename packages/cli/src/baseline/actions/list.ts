import type { Baseline } from '@mcp-test-harness/core/baseline';
import { basename, dirname } from 'node:path';
import { count } from '../../count.ts';
import type { BaselineActionRun } from '../actions.ts';
import { openBaselines } from '../open.ts';
import { renderTable } from '../table.ts';
import { sayCommit, sayDate, sayTrend } from '../words.ts';

/** One line a suite; a document that cannot be read is a line too. */
const list: BaselineActionRun = async (options, io) => {
  const { findHistoryTrends } = await import('@mcp-test-harness/core/baseline');
  const { store, settings } = await openBaselines(options, io);
  const found = (await store.list()).filter(
    ({ suite }) => options.suite === undefined || suite === options.suite,
  );
  const trendOf = ({ history }: Baseline) => (settings.trend ? findHistoryTrends(history) : []);
  if (options.json === true) {
    const shown = found.map(({ suite, place, baseline, error }) => ({
      suite,
      place,
      error: error?.message,
      approved: baseline === undefined ? undefined : summarise(baseline),
      trend: baseline === undefined ? undefined : trendOf(baseline),
    }));
    io.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
    return 0;
  }
  if (found.length === 0) {
    io.stdout(`${store.place} holds no baselines\n`);
    return 0;
  }
  const rows = found.map(({ suite, place, baseline }) =>
    baseline === undefined
      ? [suite ?? basename(dirname(place)), 'corrupt', '-', '-', '-', '-']
      : [
          baseline.suite,
          sayDate(baseline.approved.run.at),
          sayCommit(baseline.approved.run),
          String(baseline.approved.run.outcomes.length),
          String(baseline.history.length),
          sayTrend(trendOf(baseline)),
        ],
  );
  const lines = renderTable(
    [
      { title: 'suite', flexible: true },
      { title: 'approved run' },
      { title: 'commit' },
      { title: 'tests', right: true },
      { title: 'runs', right: true },
      { title: 'trend' },
    ],
    rows,
    io,
  );
  for (const { error } of found) if (error !== undefined) io.stderr(`${error.message}\n`);
  io.stdout(`${lines.join('\n')}\n\n${count(found.length, 'baseline')} in ${store.place}\n`);
  return 0;
};
export default list;

function summarise({ approved, history }: Baseline) {
  const { run, at, by } = approved;
  return { run: run.id, at, by, commit: run.commit, benchmarks: run.benchmarks.length, runs: history.length };
}
