import { systemClock, type Clock } from '../../clock/index.ts';
import type { NotificationRules } from '../../alerts/define.ts';
import type { Logger } from '../../logging/define.ts';
import type { ServiceSettings } from '../../settings/define.ts';
import type { Store } from '../../store/index.ts';
import { makeReportFolder, writeReportFile } from '../report-folder.ts';
import { collectSummary } from './collect.ts';
import { summaryCalendar, type Period, type PeriodKind, type SummaryCalendar } from './period.ts';
import { renderSummary, summaryFiles } from './render.ts';
import { linesOf } from './words.ts';

export interface SummariesSettings {
  readonly store: Pick<Store, 'runs' | 'serverHealth' | 'outbox' | 'locks'>;
  readonly settings: () => ServiceSettings;
  /** The present ones: they change with the settings. */
  readonly rules: () => NotificationRules;
  readonly log: Logger;
  /** Of the harness. */
  readonly version: string;
  /** Unique for every process that was ever started. */
  readonly owner: string;
  readonly clock?: Clock | undefined;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const periods: readonly PeriodKind[] = ['daily', 'weekly'];

/** What was due this long ago, and nobody was there, is made up for; older ones nobody asks for any more. */
const catchUpMs: Readonly<Record<PeriodKind, number>> = { daily: dayMs, weekly: 7 * dayMs };
/** A replica that is lost while it makes a summary is followed by another after this. */
const leaseMs = 10 * minuteMs;
/** How soon it is looked whether another replica has made it. */
const lookAgainMs = 60 * minuteMs;
/** Longer than anything is made up for. */
const doneMs = 40 * dayMs;
/** Settings may change, and the clock be set. */
const longestSleepMs = 15 * minuteMs;
const retryMs = minuteMs;

/**
 * Makes the summaries of days and weeks when they are due: files among the reports, and notifications to whoever wants
 * them. Each once over all replicas and restarts: whoever makes it holds its lock, and keeps it when it is done; a
 * notification that was added before a crash has the same key the second time, and is the same.
 */
export function startSummaries(options: SummariesSettings): { stop(): Promise<void> } {
  const { settings, log, clock = systemClock } = options;
  const stopped = new AbortController();

  const looks = new Map<PeriodKind, Look>();
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      for (const kind of periods) {
        const look = lookOf(kind, settings(), looks.get(kind));
        looks.set(kind, look);
        if (clock.now() < look.next) continue;
        try {
          const latest = look.calendar.latest(clock.now());
          const isWanted = latest !== undefined && clock.now() - latest.dueAt < catchUpMs[kind];
          const isMine = isWanted && (await makeOnce(latest.period, options));
          // Not after now: it may have taken long.
          look.next = look.calendar.nextAfter(latest?.dueAt ?? clock.now());
          // Whoever has it may have made it, or be lost over it.
          if (isWanted && !isMine) look.next = Math.min(look.next, clock.now() + lookAgainMs);
        } catch (error) {
          log.error('a summary could not be made', { period: kind, error });
          look.next = clock.now() + retryMs;
        }
      }
      const next = Math.min(...[...looks.values()].map((look) => look.next));
      const sleepMs = Math.min(next - clock.now(), longestSleepMs);
      // One of them may have taken until the other was due.
      if (sleepMs > 0) await clock.sleep(sleepMs, stopped.signal);
    }
  };

  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/** When it is to be looked whether a summary is due. */
interface Look {
  readonly timezone: string;
  readonly atMinutes: number;
  readonly calendar: SummaryCalendar;
  next: number;
}

/** The one of before, unless the settings have changed. */
function lookOf(kind: PeriodKind, { distribution }: ServiceSettings, before: Look | undefined): Look {
  const { timezone, summaryAtMinutes: atMinutes } = distribution;
  if (before?.timezone === timezone && before.atMinutes === atMinutes) return before;
  return {
    timezone,
    atMinutes,
    calendar: summaryCalendar(kind, timezone, atMinutes),
    next: Number.NEGATIVE_INFINITY,
  };
}

/** False when another replica has made it, or is about to. */
async function makeOnce(period: Period, options: SummariesSettings): Promise<boolean> {
  const { store, log, owner, clock = systemClock } = options;
  const lock = `summary:${period.kind}:${period.key}`;
  // What this process itself has done it would be given again.
  const holder = `${owner} ${clock.now()}`;
  if (!(await store.locks.acquire(lock, holder, leaseMs))) return false;
  try {
    if (await isOlderThanService(period, store))
      log.debug('no summary of a time before the first run', { ...period });
    else await make(period, options);
  } catch (error) {
    await store.locks.release(lock, holder);
    throw error;
  }
  await store.locks.acquire(lock, holder, doneMs);
  log.info('summary made', { period: period.kind, key: period.key });
  return true;
}

/** A service that has just been set up does not begin with the news that nothing ran yesterday. */
async function isOlderThanService({ until }: Period, store: SummariesSettings['store']): Promise<boolean> {
  const { items } = await store.runs.list({ until }, { limit: 1 });
  return items.length === 0;
}

async function make(
  period: Period,
  { store, settings, rules, log, version, clock = systemClock }: SummariesSettings,
): Promise<void> {
  const { distribution, baselineDir, baselines, reporting } = settings();
  const { timezone } = distribution;
  const document = await collectSummary(period, {
    store,
    baselineDir,
    timezone,
    trend: baselines?.trend ?? true,
  });
  let reportPath: string | undefined;
  try {
    const folder = await makeReportFolder(reporting.outputDir, period.kind);
    for (const [format, extension] of Object.entries(summaryFiles))
      await writeReportFile(
        folder,
        `${period.key}.${extension}`,
        renderSummary(document, format as keyof typeof summaryFiles, version),
      );
    reportPath = `${period.kind}/${period.key}.${summaryFiles.html}`;
  } catch (error) {
    // Whoever is to be told is told, whatever the disk says.
    log.error('the files of a summary could not be written', { key: period.key, error });
  }
  const notifications = rules()(
    {
      type: 'summary',
      period: period.kind,
      periodKey: period.key,
      lines: linesOf(document),
      reportPath,
    },
    clock.now(),
  );
  for (const notification of notifications) await store.outbox.add(notification);
}
