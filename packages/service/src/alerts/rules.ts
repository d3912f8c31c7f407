/** Which notifications follow from what happens. Without a clock, a store or a network: the same answer each time. */
import { createHash } from 'node:crypto';
import { count, cutText, formatDuration } from '@mcp-test-harness/report/text';
import type { RunSummary } from '../runs/define.ts';
import type { AlertThresholds, DistributionSettings, Occasions } from '../settings/define.ts';
import type { NewNotification } from '../store/index.ts';
import { channelsOf } from './channels.ts';
import { begunSince, conditionsOf, type Condition } from './conditions.ts';
import type { Message, NotificationRules, Occurrence } from './define.ts';
import { toPayload } from './message.ts';

export interface RuleSettings {
  readonly alerts: AlertThresholds;
  readonly distribution: DistributionSettings;
  /** Takes secrets out of all that is told. */
  readonly scrub?: ((text: string) => string) | undefined;
  /** Where people read more of a run. */
  readonly urlOf?: ((runId: string) => string | undefined) | undefined;
}

/** What is told, and to whom. */
interface Told {
  /** Makes it one notification a channel, whoever finds out and however often. */
  readonly key: string;
  readonly to: (occasions: Occasions) => boolean;
  readonly message: Omit<Message, 'id' | 'at'>;
}

const mostLines = 40;
const longestLine = 300;
const longestTitle = 150;
const mostSuitesInTitle = 3;
const hourMs = 3_600_000;

/**
 * The rules of a configuration:
 * - A run that fails is told when that begins, and when something more is wrong with it than with the run before. What
 *   lasts is told again once a day, by the first run after the time of the daily summary. When nothing is wrong any
 *   more, that is told as a recovery. Regressions and response times alike.
 * - A run that could not be carried out is told at most once an hour for each cause, and when the next one is without a
 *   failure, that is a recovery. One that somebody cancelled is not told.
 * - A server is told when it goes down, and when it is up again.
 */
export function createNotificationRules(settings: RuleSettings): NotificationRules {
  const channels = channelsOf(settings.distribution);
  const { scrub = (text) => text } = settings;
  return (occurrence, now) =>
    tell(occurrence, now, settings).flatMap(({ key, to, message }) => {
      const finished: Message = {
        ...message,
        id: key,
        at: now,
        title: cutText(scrub(message.title), longestTitle),
        lines: shorten(message.lines.map((line) => cutText(scrub(line), longestLine))),
      };
      return channels
        .filter(({ occasions }) => to(occasions))
        .map(({ name }): NewNotification => ({
          dedupKey: `${key} ${name}`,
          channel: name,
          payload: toPayload(finished),
        }));
    });
}

function tell(occurrence: Occurrence, now: number, settings: RuleSettings): readonly Told[] {
  switch (occurrence.type) {
    case 'run-ended':
      return tellOfRun(occurrence, settings);
    case 'run-failed':
      return tellOfFailedRun(occurrence, now, settings);
    case 'server-down': {
      const { server, since, error } = occurrence;
      return [
        {
          key: `server-down ${digest(server)} ${since}`,
          to: onFailure,
          message: {
            kind: 'failure',
            severity: 'critical',
            title: `${server} is down`,
            lines: [`since ${instant(since)}`, ...(error === undefined ? [] : [error])],
          },
        },
      ];
    }
    case 'server-up': {
      const { server, downSince } = occurrence;
      return [
        {
          key: `server-up ${digest(server)} ${downSince}`,
          to: onRecovery,
          message: {
            kind: 'recovery',
            severity: 'info',
            title: `${server} is up again`,
            lines: [`down since ${instant(downSince)}, for ${formatDuration(now - downSince)}`],
          },
        },
      ];
    }
    case 'summary': {
      const { period, periodKey, lines, reportPath } = occurrence;
      return [
        {
          key: `${period} ${digest(periodKey)}`,
          to: period === 'daily' ? onDailySummary : onWeeklySummary,
          message: {
            kind: 'summary',
            severity: 'info',
            title: `${period === 'daily' ? 'Daily' : 'Weekly'} summary of ${periodKey}`,
            lines,
            reportPath,
          },
        },
      ];
    }
  }
}

const onFailure = (occasions: Occasions): boolean => occasions.onFailure;
const onRecovery = (occasions: Occasions): boolean => occasions.onRecovery;
const onRegression = (occasions: Occasions): boolean => occasions.onRegression;
const onDailySummary = (occasions: Occasions): boolean => occasions.dailySummary;
const onWeeklySummary = (occasions: Occasions): boolean => occasions.weeklySummary;

const kindsOfCondition = ['failure', 'regression'] as const;
const occasionOf = { failure: onFailure, regression: onRegression } as const;

type RunEnded = Extract<Occurrence, { readonly type: 'run-ended' }>;
type RunFailed = Extract<Occurrence, { readonly type: 'run-failed' }>;

function tellOfRun(occurrence: RunEnded, settings: RuleSettings): readonly Told[] {
  const { runId, summary, previous, fault } = occurrence;
  const { alerts, distribution, urlOf } = settings;
  const now = conditionsOf(summary, alerts);
  const before = previous === undefined ? [] : conditionsOf(previous, alerts);
  const begun = new Set(begunSince(previous, now, alerts));
  const html = summary.reports.find((name) => name.endsWith('.html'));
  const about = {
    runId,
    url: urlOf?.(runId),
    reportPath:
      html === undefined || occurrence.reportPath === undefined
        ? undefined
        : `${occurrence.reportPath}/${html}`,
  };
  const told: Told[] = [];
  for (const kind of kindsOfCondition) {
    const holding = now.filter((one) => one.kind === kind);
    const fresh = holding.filter((one) => begun.has(one));
    const isReminder = fresh.length === 0;
    const day = dayOf(endOf(summary), distribution);
    const isNewDay = previous !== undefined && day !== dayOf(endOf(previous), distribution);
    if (holding.length === 0 || (isReminder && !isNewDay)) continue;
    const lasting = holding.filter((one) => !begun.has(one)).map(({ line }) => line);
    told.push({
      // Of several replicas or late runs that see the new day, one reminds.
      key: isReminder ? `${kind} ${subjectKey(summary)} ${day}` : `${kind} ${runId}`,
      to: occasionOf[kind],
      message: {
        kind,
        severity: worst(holding),
        title: `${isReminder ? 'Still: ' : ''}${titleOf(kind, summary)}`,
        lines: isReminder
          ? lasting
          : [...fresh.map(({ line }) => line), ...lasting.map((line) => `still: ${line}`)],
        ...about,
      },
    });
  }
  const over = kindsOfCondition.filter(
    (kind) => before.some((one) => one.kind === kind) && !now.some((one) => one.kind === kind),
  );
  const isCarriedOutAgain = fault !== undefined && !now.some((one) => one.kind === 'failure');
  if (over.length > 0 || isCarriedOutAgain) {
    const words = { failure: 'passes again', regression: 'as fast as before' } as const;
    const good = [...(isCarriedOutAgain ? ['carried out again'] : []), ...over.map((kind) => words[kind])];
    told.push({
      key: `recovery ${runId}`,
      to: onRecovery,
      message: {
        kind: 'recovery',
        severity: 'info',
        title: `${subjectOf(summary)}: ${good.join(', ')}`,
        lines: [
          ...(fault === undefined ? [] : [`before: ${fault.code}: ${fault.message}`]),
          ...before
            .filter(({ kind }) => (over as readonly string[]).includes(kind))
            .map(({ line }) => `before: ${line}`),
        ],
        ...about,
      },
    });
  }
  return told;
}

function tellOfFailedRun(
  { runId, kind, suites, error }: RunFailed,
  now: number,
  { urlOf }: RuleSettings,
): readonly Told[] {
  if (error.code === 'cancelled') return [];
  const cause = digest(JSON.stringify([kind, suites, error.code]));
  return [
    {
      key: `run-failed ${cause} ${Math.floor(now / hourMs)}`,
      to: onFailure,
      message: {
        kind: 'failure',
        severity: 'critical',
        title: `${nameRun(kind, suites)} could not be carried out`,
        lines: [`${error.code}: ${error.message}`],
        runId,
        url: urlOf?.(runId),
      },
    },
  ];
}

function titleOf(kind: Condition['kind'], summary: RunSummary): string {
  const subject = subjectOf(summary);
  if (kind === 'regression') return `${subject} is slow`;
  const sum = (of: 'passed' | 'failed' | 'errored'): number =>
    summary.suites.reduce((total, suite) => total + suite[of], 0);
  const [failed, errored] = [sum('failed'), sum('errored')];
  const total = count(sum('passed') + failed + errored, 'test');
  if (failed > 0 && errored > 0)
    return `${subject}: ${failed} failed and ${errored} could not be judged of ${total}`;
  if (failed > 0) return `${subject}: ${failed} of ${total} failed`;
  if (errored > 0) return `${subject}: ${errored} of ${total} could not be judged`;
  return `${subject} ${summary.verdict === 'failed' ? 'failed' : 'could not be judged'}`;
}

function subjectOf({ kind, suites }: RunSummary): string {
  return nameRun(kind, [...new Set(suites.map(({ suite }) => suite))]);
}

/** `core-protocol`, `core and 2 more suites (benchmark)`. */
function nameRun(kind: string, suites: readonly string[]): string {
  const shown =
    suites.length <= mostSuitesInTitle
      ? suites.join(', ')
      : `${suites[0]} and ${count(suites.length - 1, 'more suite')}`;
  const what = shown === '' ? 'Every suite' : shown;
  return kind === 'test' ? what : `${what} (${kind})`;
}

/** What a run is about: what it does not share with runs of other suites, servers or sorts. */
function subjectKey({ kind, suites }: RunSummary): string {
  return digest(
    JSON.stringify([kind, ...suites.map(({ suite, server }) => JSON.stringify([suite, server])).toSorted()]),
  );
}

function worst(conditions: readonly Condition[]): Message['severity'] {
  return conditions.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning';
}

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines - 1), `… and ${lines.length - mostLines + 1} more`];
}

function endOf({ startedAt, durationMs }: RunSummary): number {
  return startedAt + durationMs;
}

/** The day in the zone of the summaries, from the time of the daily summary on. */
function dayOf(at: number, { summaryAtMinutes, timezone }: DistributionSettings): string {
  // Sweden writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(at - summaryAtMinutes * 60_000);
}

function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Foreign names in keys: short, and of letters that every database takes. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
