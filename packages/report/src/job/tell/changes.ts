import { lacksBaseline } from '../reports.ts';
import type {
  Capped,
  JobReport,
  ReportedChange,
  ReportedComparison,
  ReportedContextCost,
  ReportedError,
  ReportedFinding,
  ReportedTest,
} from '../types.ts';
import { joined, only, share, type SharedList } from './shared.ts';

/** A change of a benchmark, and against what. */
export type TellableChange = ReportedChange & Pick<ReportedComparison, 'against' | 'method'>;
export type TellableContractChange = { readonly server: string } & Readonly<
  Record<'code' | 'path' | 'reason', string>
>;
type FlakyTest = JobReport['flaky']['shown'][number];

/** All that jobs have to tell, by kind, each thing once. */
export interface Changes {
  readonly errors: SharedList<ReportedError>;
  readonly newlyFailing: SharedList<ReportedTest>;
  /** Failed before too, or were never seen, or nobody knows. */
  readonly failing: SharedList<ReportedTest>;
  readonly requirements: SharedList<ReportedTest>;
  readonly failedBenchmarks: SharedList<ReportedTest>;
  readonly breaking: SharedList<TellableContractChange>;
  readonly risky: SharedList<TellableContractChange>;
  readonly compatible: SharedList<TellableContractChange>;
  readonly regressed: SharedList<TellableChange>;
  readonly improved: SharedList<TellableChange>;
  readonly inconclusive: SharedList<TellableChange>;
  /** New ones, and errors where nobody knows what is new. */
  readonly findings: SharedList<ReportedFinding>;
  readonly knownFindings: SharedList<ReportedFinding>;
  readonly contextCost: SharedList<ReportedContextCost & { readonly before: number }>;
  readonly flaky: SharedList<FlakyTest>;
  readonly fixed: SharedList<string>;
  /** Why jobs failed of which no other list tells it, such as a coverage that was missed. */
  readonly reasons: SharedList<string>;
  /** What readers should know of how it was done. */
  readonly notes: SharedList<string>;
}

/** Gathers what the jobs tell. */
export function gatherChanges(reports: readonly JobReport[]): Changes {
  const ofTest = ({ id }: ReportedTest): string => id;
  const ofChange = ({ id, metric, against }: TellableChange): string => JSON.stringify([id, metric, against]);
  const ofContract = ({ server, code, path }: TellableContractChange): string =>
    JSON.stringify([server, code, path]);
  const ofFinding = ({ rule, server }: ReportedFinding): string => JSON.stringify([rule, server]);
  const contract = (kind: 'breaking' | 'risky' | 'compatible'): SharedList<TellableContractChange> =>
    share(reports, (report) => contractChanges(report, kind), ofContract);
  const change = (verdict: TellableChange['verdict']): SharedList<TellableChange> =>
    share(reports, (report) => benchmarkChanges(report, verdict), ofChange);
  return {
    errors: share(
      reports,
      ({ errors }) => errors,
      ({ code, message }) => `${code} ${message}`,
    ),
    newlyFailing: share(reports, newlyFailing, ofTest),
    failing: share(reports, (report) => otherFailing(report, 'test'), ofTest),
    requirements: share(reports, (report) => otherFailing(report, 'compliance'), ofTest),
    failedBenchmarks: share(reports, ({ benchmarks }) => benchmarks?.failing ?? nothing, ofTest),
    breaking: contract('breaking'),
    risky: contract('risky'),
    compatible: contract('compatible'),
    regressed: change('regressed'),
    improved: change('improved'),
    inconclusive: change('inconclusive'),
    findings: share(reports, ({ findings }) => only(findings, isNews), ofFinding),
    knownFindings: share(
      reports,
      ({ findings }) => only(findings, (one) => !isNews(one), { hidden: true }),
      ofFinding,
    ),
    contextCost: share(
      reports,
      ({ contextCost }) => {
        const known = contextCost.flatMap(({ before, ...rest }) =>
          before === undefined || before === rest.after ? [] : [{ before, ...rest }],
        );
        return whole(known);
      },
      ({ server, before, after }) => JSON.stringify([server, before, after]),
    ),
    flaky: share(
      reports,
      ({ flaky }) => flaky,
      ({ test }) => test,
    ),
    fixed: share(reports, ({ fixed }) => fixed, itself),
    reasons: share(reports, (report) => (tellsWhy(report) ? nothing : whole(report.failures)), itself),
    notes: share(reports, notesOf, itself),
  };
}

const itself = (text: string): string => text;

function whole<T>(shown: readonly T[]): Capped<T> {
  return { total: shown.length, shown };
}

/** Whether some list has what is wrong. */
function tellsWhy({ tests, newlyFailing, breakingChanges, findings, benchmarks }: JobReport): boolean {
  const { failing, comparisons } = benchmarks ?? { failing: nothing, comparisons: [] };
  const listed = [newlyFailing, findings, failing, ...tests.map((run) => run.failing)];
  return (
    breakingChanges > 0 ||
    listed.some(({ total }) => total > 0) ||
    comparisons.some(({ verdicts }) => verdicts.regressed > 0)
  );
}

/** Those on a baseline that is missing stand where its absence is told. */
function notesOf(report: JobReport): Capped<string> {
  return whole([...(lacksBaseline(report) ? [] : report.baseline.notes), ...report.notes]);
}

const nothing = { total: 0, shown: [] } as const;

type FailingTests = JobReport['tests'][number]['failing'];

/** What the comparison calls newly failing, with what is known of it from the run. */
function newlyFailing(report: JobReport): FailingTests {
  const known = new Map(report.tests.flatMap(({ failing }) => failing.shown).map((test) => [test.id, test]));
  const { total, shown } = report.newlyFailing;
  return {
    total,
    shown: shown.map((id) => known.get(id) ?? { id, outcome: 'failed', message: '', isNew: true }),
  };
}

/** Of those that no list shows the comparison does not say which kind they are: they count as newly failing there. */
function otherFailing({ tests, newlyFailing: news }: JobReport, kind: 'test' | 'compliance'): FailingTests {
  const { total, shown } = joined(tests.flatMap((run) => (run.kind === kind ? [run.failing] : [])));
  const kept = shown.filter(({ isNew }) => isNew !== true);
  const newOnes = Math.max(shown.length - kept.length, kind === 'test' ? news.total : 0);
  return { total: Math.max(kept.length, total - newOnes), shown: kept };
}

function contractChanges(
  { contracts, breakingChanges }: JobReport,
  kind: 'breaking' | 'risky' | 'compatible',
): Capped<TellableContractChange> {
  const shown = contracts.flatMap(({ server, changes }) =>
    changes.shown.filter((one) => one.kind === kind).map((one) => ({ server, ...one })),
  );
  const counted = contracts.reduce((sum, one) => sum + one[kind], 0);
  const total = kind === 'breaking' ? Math.max(counted, breakingChanges) : counted;
  return { total: Math.max(total, shown.length), shown };
}

/** A benchmark that its base tells of already is not told again for its history. */
function benchmarkChanges(
  { benchmarks }: JobReport,
  verdict: TellableChange['verdict'],
): Capped<TellableChange> {
  const all = (benchmarks?.comparisons ?? []).map(({ against, method, verdicts, changes }) => ({
    total: verdicts[verdict],
    shown: changes.shown
      .filter((one) => one.verdict === verdict)
      .map((one): TellableChange => ({ ...one, against, method })),
  }));
  const base = new Set(
    all.flatMap(({ shown }) => shown.filter(({ against }) => against === 'base').map(({ id }) => id)),
  );
  return joined(
    all.map(({ total, shown }) => {
      const kept = shown.filter(({ id, against }) => against === 'base' || !base.has(id));
      return { total: Math.max(kept.length, total - (shown.length - kept.length)), shown: kept };
    }),
  );
}

function isNews({ isNew, severity, source }: ReportedFinding): boolean {
  return isNew ?? (severity === 'error' && source !== 'compliance');
}
