/** A schedule, for as much as it matters here. */
export interface RunSchedule {
  /** The instant after another at which it is due. */
  readonly nextDue: (after: number) => number | undefined;
  /** Names of suites; every one when empty. */
  readonly suites: readonly string[];
}

/** How far is looked ahead for the longest gap: a week of hourly runs. */
const instants = 7 * 24;

/**
 * The longest time that lies between two runs of a suite, of those that run by themselves; undefined when none does.
 * @param from when to begin, in ms since 1970
 */
export function longestRunInterval(
  schedules: readonly RunSchedule[],
  suites: readonly string[],
  from: number,
): number | undefined {
  const gaps = schedules.map((schedule) => ({ schedule, gap: longestGap(schedule, from) }));
  const ofSuites = suites.flatMap((suite) => {
    const own = gaps.filter(
      ({ schedule }) => schedule.suites.length === 0 || schedule.suites.includes(suite),
    );
    return own.length === 0 ? [] : [Math.min(...own.map(({ gap }) => gap))];
  });
  const longest = Math.max(...ofSuites.filter((gap) => gap < Infinity));
  return longest > 0 ? longest : undefined;
}

/** Infinity for what is not due twice. */
function longestGap({ nextDue }: RunSchedule, from: number): number {
  let longest = 0;
  let last = nextDue(from);
  for (let index = 0; index < instants && last !== undefined; index += 1) {
    const next = nextDue(last);
    if (next === undefined) break;
    longest = Math.max(longest, next - last);
    last = next;
  }
  return longest === 0 ? Infinity : longest;
}
