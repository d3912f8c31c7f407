import type { Approval, Baseline, BaselineEvent, BaselineRun } from './document-schema.ts';
import { baselineSchemaUrl, baselineVersion } from './document-version.ts';

/** How long runs stay in the history. */
export interface Retention {
  /** The newest so many runs; at least {@link fewestRuns}. */
  readonly runs: number;
  /** None older than this, in days. What is approved, and the anchor, stay whatever their age. */
  readonly days: number;
}

/** A shorter history shows too little of what runs differ by. */
export const fewestRuns = 20;
export const defaultRetention: Retention = { runs: 50, days: 365 };

const dayMs = 86_400_000;

/**
 * The baseline after an event. Pure, and the only way a baseline changes: replaying a journal gives the same document
 * again, whenever that is done, since runs age by the event's time.
 */
export function applyEvent(
  current: Baseline | undefined,
  event: BaselineEvent,
  suite: string,
  retention: Retention,
): Baseline | undefined {
  const history = retain([...(current?.history ?? []), event.run], event.at, retention);
  if (event.event === 'recorded') {
    // A journal whose beginning is lost: nothing has been approved that this run could be held against.
    return current === undefined ? undefined : { ...current, sequence: event.sequence, history };
  }
  // What a server offers stays known when the newly approved run was not asked for it.
  const known = event.event === 'approved' ? current?.approved.run.contracts : undefined;
  const approved: Approval = {
    run: known === undefined ? event.run : { contracts: known, ...event.run },
    at: event.at,
    by: event.by,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(event.forced === undefined ? {} : { forced: event.forced }),
  };
  const first = { ...approved, run: withoutContracts(event.run) };
  const anchor = event.event === 'established' ? first : (event.anchor ?? current?.anchor ?? first);
  return {
    $schema: baselineSchemaUrl,
    version: baselineVersion,
    kind: 'baseline',
    suite,
    unit: 'ms',
    response_times: event.run.responseTimes,
    sequence: event.sequence,
    approved,
    anchor,
    history,
  };
}

/** The document that a journal comes to; undefined when nothing was ever approved. */
export function replayEvents(
  events: readonly BaselineEvent[],
  suite: string,
  retention: Retention,
): Baseline | undefined {
  return events.reduce<Baseline | undefined>(
    (baseline, event) => applyEvent(baseline, event, suite, retention),
    undefined,
  );
}

/** The runs that stay, oldest first, each once. */
function retain(runs: readonly BaselineRun[], now: string, { runs: most, days }: Retention): BaselineRun[] {
  const oldest = Date.parse(now) - days * dayMs;
  const byId = new Map(runs.map((run) => [run.id, run]));
  const retained = [...byId.values()]
    .filter((run) => Date.parse(run.at) >= oldest)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(-Math.max(most, fewestRuns));
  // They are large, and only the newest is ever asked for.
  const newest = retained.findLastIndex(({ contracts }) => contracts !== undefined);
  return retained.map((run, index) => (index === newest ? run : withoutContracts(run)));
}

function withoutContracts(run: BaselineRun): BaselineRun {
  const { contracts: _, ...rest } = run;
  return rest;
}
