import type {
  Baseline,
  BaselineEvent,
  BaselineRun,
  BaselineVersion,
  TrendChange,
} from '@mcp-test-harness/core/baseline';
import { paint, type Io } from '../../io.ts';
import { visible } from '../../visible.ts';
import { wrap } from '../../wrap.ts';
import type { BaselineActionRun } from '../actions.ts';
import { openBaselines, requireSuites } from '../open.ts';
import { renderTable } from '../table.ts';
import { sayCommit, sayDate, sayMs } from '../words.ts';

/** Runs that are shown without -v. */
const shownRuns = 10;

/** One baseline in full. */
const show: BaselineActionRun = async (options, io) => {
  const { findHistoryTrends } = await import('@mcp-test-harness/core/baseline');
  const opened = await openBaselines(options, io);
  const documents: unknown[] = [];
  for (const suite of requireSuites(opened)) {
    const { store, settings } = opened;
    const baseline = await store.read(suite);
    if (baseline === undefined) continue;
    const [events, versions] = await Promise.all([store.events(suite), store.versions(suite)]);
    const trend = settings.trend ? findHistoryTrends(baseline.history) : [];
    if (options.json === true) documents.push({ ...baseline, trend, journal: events.map(withoutRun) });
    else io.stdout(`${(await render(baseline, trend, events, versions, io)).join('\n')}\n`);
  }
  if (options.json === true) io.stdout(`${JSON.stringify(documents, undefined, 2)}\n`);
  return 0;
};
export default show;

function withoutRun({ run, ...event }: BaselineEvent) {
  return { ...event, run: run.id };
}

async function render(
  baseline: Baseline,
  trend: readonly TrendChange[],
  events: readonly BaselineEvent[],
  versions: readonly BaselineVersion[],
  io: Io,
): Promise<readonly string[]> {
  const { describeTrend } = await import('@mcp-test-harness/report/benchmark');
  const { approved, anchor, history, suite } = baseline;
  const { machine } = approved.run;
  const runs = io.verbosity > 0 ? history : history.slice(-shownRuns);
  const decisions = events.filter(({ event }) => event !== 'recorded');
  return [
    paint(io, 'bold', visible(suite)),
    `  approved  ${sayApproval(approved)}`,
    `  anchor    ${sayApproval(anchor)}`,
    ...(machine === undefined
      ? []
      : paragraph(`  machine   ${machine.cpuModel}, ${machine.cores} cores, Node ${machine.node}`, io)),
    ...paragraph(`  tests     ${sayOutcomes(approved.run)}`, io),
    '',
    ...renderBenchmarks(approved.run, io),
    '',
    ...renderRuns(runs, baseline, io),
    ...(runs.length < history.length ? [`  and ${history.length - runs.length} older (-v shows all)`] : []),
    '',
    ...(trend.length === 0
      ? ['  no step and no drift over the history']
      : trend.flatMap((change) => paragraph(`  ${describeTrend(change)}`, io))),
    '',
    ...decisions.flatMap((event) => paragraph(`  ${describe(event)}`, io)),
    ...versions.map(
      ({ number, baseline: version }) =>
        `  version ${number}: ${version === undefined ? 'cannot be read' : `approved run of ${sayDate(version.approved.run.at)}, ${sayCommit(version.approved.run)}`}`,
    ),
    '',
  ];
}

/** `12 passed, 1 failed`. */
function sayOutcomes({ outcomes }: BaselineRun): string {
  const counts = Map.groupBy(outcomes, ({ outcome }) => outcome);
  const said = [...counts].map(([outcome, those]) => `${those.length} ${outcome}`);
  return said.length === 0 ? 'none' : said.join(', ');
}

function renderBenchmarks({ benchmarks }: BaselineRun, io: Io): readonly string[] {
  if (benchmarks.length === 0) return ['  no benchmark was measured'];
  return renderTable(
    [
      { title: 'benchmark', flexible: true },
      { title: 'n', right: true },
      { title: 'p50', right: true },
      { title: 'p95', right: true },
      { title: 'CV', right: true },
      { title: 'CPU', right: true },
    ],
    benchmarks.map(({ id, n, p50Ms, p95Ms, cvPercent, cpuMsPerCall }) => [
      id,
      String(n),
      sayMs(p50Ms),
      p95Ms === undefined ? 'n/a' : sayMs(p95Ms),
      `${cvPercent.toFixed(0)} %`,
      cpuMsPerCall === undefined ? 'n/a' : sayMs(cpuMsPerCall),
    ]),
    io,
  );
}

function renderRuns(runs: readonly BaselineRun[], { approved }: Baseline, io: Io): readonly string[] {
  return renderTable(
    [
      { title: 'run' },
      { title: 'commit' },
      { title: 'branch', flexible: true },
      { title: 'green' },
      { title: '' },
    ],
    runs.map((run) => [
      sayDate(run.at),
      sayCommit(run),
      run.branch ?? '-',
      run.green ? 'yes' : 'no',
      run.id === approved.run.id ? 'approved' : '',
    ]),
    io,
  );
}

function sayApproval({ run, by, forced, reason }: Baseline['approved']): string {
  const why = reason === undefined ? '' : `: ${visible(reason)}`;
  return `run of ${sayDate(run.at)} (${sayCommit(run)}), by ${visible(by)}${forced === true ? ', by force' : ''}${why}`;
}

function describe(event: BaselineEvent): string {
  const { reason, forced } = event as { readonly reason?: string; readonly forced?: boolean };
  return `${sayDate(event.at)}  ${event.event}${forced === true ? ' by force' : ''}  ${visible(event.by)}${reason === undefined ? '' : `: ${visible(reason)}`}`;
}

function paragraph(text: string, io: Io): readonly string[] {
  const width = Math.max(60, Math.min(io.columns, 100)) - 4;
  return wrap(text.trimStart(), width).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}
