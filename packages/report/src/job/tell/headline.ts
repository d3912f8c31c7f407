import { inlineCode } from '../../markdown/escape.ts';
import { cutMiddle } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import { outcomeOf } from '../reports.ts';
import type { JobReport } from '../types.ts';
import type { Changes } from './changes.ts';
import type { Shared, SharedList } from './shared.ts';
import { listWords, outcomeIcons, sayChange } from './words.ts';

/** So many facts fit into a heading. */
const factsShown = 2;

/** The verdict and what matters most, on one line of Markdown without the sign of a heading. */
export function renderHeadline(reports: readonly JobReport[], changes: Changes): string {
  const outcome = outcomeOf(reports);
  const facts = listBadFacts(changes, reports);
  switch (outcome) {
    case 'failed':
      return `${outcomeIcons.failed} ${begin(`${ofJobs(reports, 'failed')}${sayFacts(facts) ?? sayReason(reports)}`)}`;
    case 'errored':
      return `${outcomeIcons.errored} ${begin(`${ofJobs(reports, 'errored', 'without a verdict') || 'no verdict: '}${sayError(changes)}`)}`;
    case 'cancelled':
      return `${outcomeIcons.cancelled} ${begin(`${ofJobs(reports, 'cancelled') || 'cancelled: '}${sayCancelled(reports)}`)}`;
    case 'passed': {
      const allowed = sayFacts(facts);
      return allowed === undefined
        ? `${outcomeIcons.passed} ${begin(sayAllClear(reports, changes))}`
        : `🟡 Passed, though with ${allowed}`;
    }
  }
}

/** A sentence begins with a capital letter, a name stays as it is. */
function begin(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Whether nothing at all is worse than it should be, so that the heading tells what passed. */
export function isAllClear(reports: readonly JobReport[], changes: Changes): boolean {
  return outcomeOf(reports) === 'passed' && listBadFacts(changes, reports).length === 0;
}

/** `2 of 6 jobs failed: `; nothing for a single job. */
function ofJobs(
  reports: readonly JobReport[],
  outcome: JobReport['outcome'],
  word: string = outcome,
): string {
  if (reports.length < 2) return '';
  const jobs = reports.filter((report) => report.outcome === outcome).length;
  return `${formatCount(jobs)} of ${count(reports.length, 'job')} ${word}: `;
}

function sayFacts(facts: readonly string[]): string | undefined {
  if (facts.length === 0) return undefined;
  const more = facts.length - factsShown;
  return more > 0
    ? `${facts.slice(0, factsShown).join(', ')}, and more`
    : listWords(facts.slice(0, factsShown));
}

/** What is worse than it should be, the most important first. */
function listBadFacts(changes: Changes, reports: readonly JobReport[]): readonly string[] {
  const jobs = reports.length;
  const { newlyFailing, failing, requirements, failedBenchmarks, breaking, regressed, findings } = changes;
  const tell = <T>(
    list: SharedList<T>,
    one: (shared: Shared<T>) => string,
    many: (total: string, first: Shared<T> | undefined) => string,
  ): readonly string[] => {
    const [first] = list.shown;
    if (list.total === 0) return [];
    return list.total === 1 && first !== undefined
      ? [`${one(first)}${inJobs(first, jobs)}`]
      : [many(formatCount(list.total), first)];
  };
  return [
    ...tell(
      newlyFailing,
      ({ item }) => `${name(item.id)} newly failing`,
      (total) => `${total} tests newly failing`,
    ),
    ...tell(
      breaking,
      ({ item }) => `breaking change of ${name(item.path)}`,
      (total) => `${total} breaking changes`,
    ),
    ...tell(
      regressed,
      ({ item, items }) => `${name(item.id)} ${sayChange(items) ?? 'regressed'}`,
      (total, first) =>
        first === undefined
          ? `${total} benchmarks regressed`
          : `${total} benchmarks regressed, worst ${name(first.item.id)}: ${sayChange(first.items) ?? 'regressed'}`,
    ),
    ...tell(
      failing,
      ({ item }) => `${name(item.id)} failing`,
      (total) => `${total} ${newlyFailing.total > 0 ? 'others' : 'tests'} failing`,
    ),
    ...tell(
      requirements,
      ({ item }) => `requirement ${name(item.id)} broken`,
      (total) => `${total} requirements of the specification broken`,
    ),
    ...tell(
      failedBenchmarks,
      ({ item }) => `calls of benchmark ${name(item.id)} failed`,
      (total) => `calls of ${total} benchmarks failed`,
    ),
    ...tell(
      isFailing(findings, reports) ? findings : nothing,
      ({ item }) => `${item.isNew === true ? 'new finding' : 'finding'} ${name(item.rule)}`,
      (total) => `${total} findings`,
    ),
  ];
}

const nothing = { total: 0, shown: [] } as const;

/** Findings are news when they are new; others only where they fail a job. */
function isFailing({ shown }: Changes['findings'], reports: readonly JobReport[]): boolean {
  return shown.some(({ item }) => item.isNew === true) || reports.some(({ failOn }) => failOn.findings);
}

/** Where it is not in every job, only how many. */
function inJobs({ jobs }: Shared<unknown>, all: number): string {
  if (all < 2) return '';
  return jobs.length === all ? ' in all of them' : ` in ${formatCount(jobs.length)}`;
}

function name(id: string): string {
  return inlineCode(cutMiddle(id, 60));
}

/** Something that no list shows, such as a coverage that was missed. */
function sayReason(reports: readonly JobReport[]): string {
  const [reason] = reports.flatMap(({ failures }) => failures);
  return reason === undefined ? 'Failed' : inlineCode(cutMiddle(reason, 120));
}

function sayError({ errors }: Changes): string {
  const [first] = errors.shown;
  if (first === undefined) return 'nothing was reported';
  const more = errors.total > 1 ? ` (and ${formatCount(errors.total - 1)} more)` : '';
  return `${inlineCode(cutMiddle(first.item.message, 120))}${more}`;
}

function sayCancelled(reports: readonly JobReport[]): string {
  const runs = reports.flatMap(({ tests }) => tests);
  const ran = sum(runs, ({ total }) => total);
  const bad = sum(runs, ({ failed, errored }) => failed + errored);
  if (runs.length === 0) return 'no test had run';
  const planned = count(
    sum(runs, (run) => run.planned),
    'test',
  );
  return `${formatCount(ran)} of ${planned} had run, ${bad === 0 ? 'none' : formatCount(bad)} had failed`;
}

function sayAllClear(reports: readonly JobReport[], { fixed }: Changes): string {
  const runs = reports.flatMap(({ tests }) => tests);
  const passed = (kind: 'test' | 'compliance'): number =>
    sum(runs, (run) => (run.kind === kind ? run.passed : 0));
  const compared = reports.flatMap(({ benchmarks }) => benchmarks?.comparisons[0]?.verdicts ?? []);
  const benchmarks = sum(compared, (one) => Object.values(one).reduce((all, amount) => all + amount, 0));
  const measured = sum(reports, (report) => report.benchmarks?.measured ?? 0);
  const facts = [
    ...(fixed.total > 0 ? [`${count(fixed.total, 'test')} fixed`] : []),
    ...(passed('test') > 0 ? [`${count(passed('test'), 'test')} passed`] : []),
    ...(passed('compliance') > 0 ? [`${count(passed('compliance'), 'requirement')} kept`] : []),
    ...(benchmarks > 0
      ? [`no regression in ${count(benchmarks, 'benchmark')}`]
      : measured > 0
        ? [`${count(measured, 'benchmark')} measured`]
        : []),
  ];
  const where = reports.length > 1 ? ` in ${count(reports.length, 'job')}` : '';
  if (facts.length === 0) return `Passed${where}: every test was skipped, as the configuration asks`;
  const [isCompared, isWanted] = [
    reports.some(({ baseline }) => baseline.source !== 'none'),
    reports.some(({ baseline }) => baseline.wanted),
  ];
  if (!isCompared && isWanted) return `${facts.join(', ')}${where}; no baseline yet`;
  return `All clear${where}: ${facts.join(', ')}`;
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
