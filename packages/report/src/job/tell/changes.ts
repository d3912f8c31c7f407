import type {
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
  /** Failed before too, or nobody knows. */
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
    newlyFailing: share(reports, newlyFailingTests, ofTest),
    failing: share(reports, otherFailingTests, ofTest),
    requirements: share(reports, (report) => failingOf(report, 'compliance'), ofTest),
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
        const shown = contextCost.flatMap(({ before, ...rest }) =>
          before === undefined || before === rest.after ? [] : [{ before, ...rest }],
        );
        return { total: shown.length, shown };
      },
      ({ server, before, after }) => JSON.stringify([server, before, after]),
    ),
    flaky: share(
      reports,
      ({ flaky }) => flaky,
      ({ test }) => test,
    ),
    fixed: share(
      reports,
      ({ fixed }) => fixed,
      (test) => test,
    ),
  };
}

const nothing = { total: 0, shown: [] } as const;

function failingOf({ tests }: JobReport, kind: 'test' | 'compliance'): JobReport['tests'][number]['failing'] {
  return joined(tests.filter((run) => run.kind === kind).map(({ failing }) => failing));
}

/** Tests that the comparison calls newly failing, with what is known of them from the run. */
function newlyFailingTests(report: JobReport): JobReport['tests'][number]['failing'] {
  const known = new Map(failingOf(report, 'test').shown.map((test) => [test.id, test]));
  const { total, shown } = report.newlyFailing;
  return {
    total,
    shown: shown.map((id) => known.get(id) ?? { id, outcome: 'failed', message: '', isNew: true }),
  };
}

function otherFailingTests(report: JobReport): JobReport['tests'][number]['failing'] {
  const { total, shown } = failingOf(report, 'test');
  const kept = shown.filter(({ isNew }) => isNew !== true);
  const newOnes = Math.max(report.newlyFailing.total, shown.length - kept.length);
  return { total: Math.max(kept.length, total - newOnes), shown: kept };
}

function contractChanges(
  { contracts, breakingChanges }: JobReport,
  kind: 'breaking' | 'risky' | 'compatible',
): { total: number; shown: readonly TellableContractChange[] } {
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
): { total: number; shown: readonly TellableChange[] } {
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
