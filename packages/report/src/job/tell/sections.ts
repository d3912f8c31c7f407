import { inlineCode } from '../../markdown/escape.ts';
import { formatChange, formatInterval } from '../../benchmark/values.ts';
import { cutMiddle, cutText } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import type { JobReport, ReportedLocation, ReportedTest } from '../types.ts';
import type { Changes, TellableChange, TellableContractChange } from './changes.ts';
import type { Linker } from './links.ts';
import type { Shared, SharedList } from './shared.ts';
import { sayChange, sayValues } from './words.ts';

/** One kind of change, and an entry each that is a whole line of a list. */
export interface Section {
  /** As it follows the number one, and other numbers. */
  readonly kind: readonly [one: string, many: string];
  readonly entries: readonly string[];
  /** Entries that no report has since its lists are cut. */
  readonly hidden: number;
  /** Worth a look at once; the others are folded. */
  readonly isNews: boolean;
}

/** All kinds of change that there are, the most important first. */
export function listSections(
  reports: readonly JobReport[],
  changes: Changes,
  linker: Linker,
): readonly Section[] {
  const context: Context = { jobs: reports.length, linker, sha: reports[0]?.job.headSha ?? '' };
  const section = <T>(
    kind: string | readonly [one: string, many: string],
    icon: string,
    list: SharedList<T>,
    render: (shared: Shared<T>, context: Context) => string,
    isNews = true,
  ): Section => ({
    kind: typeof kind === 'string' ? [kind, kind] : kind,
    entries: list.shown.map(
      (shared) => `- ${icon} ${render(shared, context)}${describeJobs(shared, context.jobs)}\n`,
    ),
    hidden: list.total - list.shown.length,
    isNews,
  });
  const labelled =
    <T>(label: string, render: (shared: Shared<T>, context: Context) => string) =>
    (shared: Shared<T>, own: Context): string =>
      `**${label}** ${render(shared, own)}`;
  return [
    section(['reason', 'reasons'], '❌', changes.reasons, renderText),
    section('newly failing', '❌', changes.newlyFailing, labelled('newly failing', renderTest)),
    section(
      ['breaking change', 'breaking changes'],
      '💔',
      changes.breaking,
      labelled('breaking change', renderContractChange),
    ),
    section('regressed', '🔴', changes.regressed, renderChange),
    section('failing', '❌', changes.failing, labelled('failing', renderTest)),
    section(
      ['broken requirement', 'broken requirements'],
      '❌',
      changes.requirements,
      labelled('requirement broken', renderTest),
    ),
    section(
      ['failed benchmark', 'failed benchmarks'],
      '❌',
      changes.failedBenchmarks,
      labelled('benchmark failed', renderTest),
    ),
    section(['finding', 'findings'], '⚠️', changes.findings, renderFinding),
    section(['context cost', 'context costs'], '🧮', changes.contextCost, renderContextCost),
    section('fixed', '✅', changes.fixed, labelled('fixed', renderId)),
    section('improved', '🟢', changes.improved, renderChange),
    section('flaky', '🎲', changes.flaky, labelled('flaky', renderFlaky)),
    section(
      ['risky change', 'risky changes'],
      '🟠',
      changes.risky,
      labelled('risky change', renderContractChange),
      false,
    ),
    section('inconclusive', '🟡', changes.inconclusive, renderSentence, false),
    section(['other finding', 'other findings'], '⚠️', changes.knownFindings, renderFinding, false),
    section(
      ['compatible change', 'compatible changes'],
      '⚪',
      changes.compatible,
      labelled('compatible change', renderContractChange),
      false,
    ),
    section(['note', 'notes'], 'ℹ️', changes.notes, renderText, false),
  ].filter(({ entries, hidden }) => entries.length + hidden > 0);
}

interface Context {
  /** How many there are. */
  readonly jobs: number;
  readonly linker: Linker;
  readonly sha: string;
}

/** Names of jobs on one line. */
const jobsShown = 3;

/** ` · in all 6 jobs`, ` · in linux, mac`; nothing for a single job. */
export function describeJobs({ jobs }: Pick<Shared<unknown>, 'jobs'>, all: number): string {
  if (all < 2) return '';
  if (jobs.length === all) return ` · in all ${formatCount(all)} jobs`;
  const names = jobs.slice(0, jobsShown).map((title) => inlineCode(cutMiddle(title, 40)));
  const more = jobs.length - names.length;
  return ` · in ${names.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

function renderTest({ item }: Shared<ReportedTest>, context: Context): string {
  const { id, message, location } = item;
  const reason = message === '' ? '' : `: ${inlineCode(cutText(message, 160))}`;
  return `${name(id)}${reason}${renderPlace(location, context)}`;
}

function renderPlace(location: ReportedLocation | undefined, { linker, sha }: Context): string {
  return location === undefined ? '' : ` · ${linker.place(location, sha)}`;
}

function renderId({ item }: Shared<string>): string {
  return name(item);
}

function renderText({ item }: Shared<string>): string {
  return inlineCode(cutText(item, 240));
}

function renderFlaky({ item: { test, failures, runs } }: Changes['flaky']['shown'][number]): string {
  return `${name(test)} failed in ${formatCount(failures)} of ${count(runs, 'run')}`;
}

/** `core-tools/search **34 % slower**: latency 1.62 → 2.17 ms, 95 % interval +31 to +37 %, 12 pairs`. */
function renderChange({ item, items }: Shared<TellableChange>, context: Context): string {
  const { id, severity, location, against, samples } = item;
  const weight = severity === undefined || severity === 'minor' ? '' : ` (${severity})`;
  const change = sayChange(items);
  const values = sayValues(item);
  const numbers = [
    ...(values === undefined ? [] : [values]),
    ...(item.intervalPercent === undefined ? [] : [`95 % interval ${formatInterval(item)}`]),
    ...(samples === undefined ? [] : [count(samples, against === 'base' ? 'pair' : 'earlier run')]),
  ].join(', ');
  return `${name(id)} **${change ?? item.verdict}**${weight}${numbers === '' ? '' : `: ${numbers}`}${renderPlace(location, context)}`;
}

function renderSentence({ item }: Shared<TellableChange>): string {
  return `${name(item.id)} ${inlineCode(cutText(item.sentence, 240))}`;
}

function renderContractChange({ item: { server, path, reason } }: Shared<TellableContractChange>): string {
  return `${name(path)} of ${inlineCode(cutMiddle(server, 40))}: ${inlineCode(cutText(reason, 160))}`;
}

function renderFinding({ item }: Shared<JobReport['findings']['shown'][number]>): string {
  const { rule, severity, server, message, count: seen, isNew } = item;
  const of = server === undefined ? '' : ` of ${inlineCode(cutMiddle(server, 40))}`;
  const times = seen > 1 ? `, ${formatCount(seen)} times` : '';
  const label = isNew === true ? 'new finding' : 'finding';
  return `**${label}** (${severity}) ${name(rule)}${of}${times}: ${inlineCode(cutText(message, 160))}`;
}

function renderContextCost({ item }: Changes['contextCost']['shown'][number]): string {
  const { server, before, after } = item;
  const growth = after - before;
  const share = before === 0 ? '' : `, ${formatChange((growth / before) * 100)}`;
  const words = `${growth > 0 ? '+' : '−'}${count(Math.abs(growth), 'token')}`;
  return `**${words}** of context for ${name(server)}: ${formatCount(before)} → ${formatCount(after)}${share}`;
}

function name(id: string): string {
  return inlineCode(cutMiddle(id, 120));
}
