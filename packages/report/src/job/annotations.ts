import { cleanLine, cleanText } from '../text/clean-text.ts';
import { count, formatCount } from '../text/format.ts';
import { lacksBaseline } from './reports.ts';
import { shorten } from './build/texts.ts';
import { gatherChanges, type Changes } from './tell/changes.ts';
import type { SharedList } from './tell/shared.ts';
import type { JobReport, ReportedLocation, ReportedTest } from './types.ts';

/** A remark at a line of a file, as plain text; without a place it is one on the whole job. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  /** At most 4,096 UTF-16 units. */
  readonly message: string;
  /** Relative to the repository. */
  readonly file?: string | undefined;
  /** Counts from 1. */
  readonly startLine?: number | undefined;
  readonly startColumn?: number | undefined;
}

/** GitHub shows so many of a level a step, and drops the others without a word. */
const mostOfLevel = 10;
const longestMessage = 4096;
const longestTitle = 200;

/** One kind of remark: some in full, and how many there are. */
interface Remarks {
  readonly total: number;
  readonly shown: readonly Annotation[];
}

/**
 * What of a job belongs to a line: faults of the configuration, failing tests, regressions at the line of their test,
 * breaking changes, findings; what fails the job as errors, what does not as warnings. The most important first, at most
 * ten of a level, the last of which counts the rest.
 */
export function annotationsOf(report: JobReport): readonly Annotation[] {
  const remarks = listRemarks(report, gatherChanges([report]));
  return (['error', 'warning', 'notice'] as const).flatMap((level) => limitLevel(remarks, level));
}

function limitLevel(remarks: readonly Remarks[], level: Annotation['level']): readonly Annotation[] {
  const own = remarks
    .map(({ total, shown }) => ({
      // Lists are cut at their end.
      hidden: shown.at(-1)?.level === level ? total - shown.length : 0,
      shown: shown.filter((one) => one.level === level),
    }))
    .filter(({ shown }) => shown.length > 0);
  const all = own.flatMap(({ shown }) => shown);
  const kept = all.slice(0, mostOfLevel);
  const rest = all.length - kept.length + own.reduce((sum, { hidden }) => sum + hidden, 0);
  const last = kept.at(-1);
  if (last === undefined || rest === 0) return kept;
  const note = `\n(${count(rest, `more ${level}`)} in the summary of the job)`;
  const message = `${shorten(last.message, longestMessage - note.length)}${note}`;
  return [...kept.slice(0, -1), { ...last, message }];
}

function listRemarks(report: JobReport, changes: Changes): readonly Remarks[] {
  const { failOn, baseline } = report;
  const ofTests = failOn.tests ? 'error' : 'warning';
  const test =
    (words: (test: ReportedTest) => string) =>
    (one: ReportedTest): Annotation =>
      remark(ofTests, `${one.id} ${words(one)}`, one.message, one.location);
  return [
    remarks(changes.errors, ({ code, message, hint, location }) =>
      remark('error', code, [message, ...(hint === undefined ? [] : [hint])].join('\n'), location),
    ),
    remarks(
      changes.newlyFailing,
      test(() => 'newly failing'),
    ),
    remarks(changes.breaking, ({ server, code, path, reason }) =>
      remark(
        failOn.breakingChanges ? 'error' : 'warning',
        `Breaking change of ${path}`,
        `${reason} (${code} of ${server})`,
      ),
    ),
    remarks(changes.regressed, ({ id, fails, sentence, method, location }) =>
      remark(fails ? 'error' : 'warning', `${id} regressed`, `${sentence}\nMeasured ${method}.`, location),
    ),
    remarks(
      changes.failing,
      test(() => 'failing'),
    ),
    remarks(
      changes.requirements,
      test(() => 'is broken'),
    ),
    remarks(
      changes.failedBenchmarks,
      test(() => 'could not be measured'),
    ),
    remarks(changes.findings, ({ rule, server, message, severity, isNew, count: seen }) =>
      remark(
        failOn.findings && (isNew === true || severity === 'error') ? 'error' : 'warning',
        `${isNew === true ? 'New finding' : 'Finding'} ${rule}`,
        `${message} (${server === undefined ? '' : `${server}, `}seen ${formatCount(seen)} ${seen === 1 ? 'time' : 'times'})`,
      ),
    ),
    lacksBaseline(report)
      ? { total: 1, shown: [remark('notice', 'No baseline yet', sayNoBaseline(baseline))] }
      : { total: 0, shown: [] },
  ];
}

function sayNoBaseline({ saved, notes }: JobReport['baseline']): string {
  const next = saved
    ? 'This run was kept as the first one.'
    : 'The next run on the default branch is kept as one.';
  return ['Nothing was compared.', next, ...notes.slice(0, 1)].join(' ');
}

function remarks<T>({ total, shown }: SharedList<T>, toAnnotation: (item: T) => Annotation): Remarks {
  return { total, shown: shown.map(({ item }) => toAnnotation(item)) };
}

function remark(
  level: Annotation['level'],
  title: string,
  message: string,
  location?: ReportedLocation,
): Annotation {
  return {
    level,
    title: shorten(cleanLine(title), longestTitle),
    message: shorten(cleanText(message).trim() || cleanLine(title), longestMessage),
    ...(location === undefined
      ? {}
      : { file: location.file, startLine: location.line, startColumn: location.column }),
  };
}
