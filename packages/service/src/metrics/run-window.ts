import { selectQuantile } from './select-quantile.ts';

/** What one run found of a suite. */
interface RunRecord {
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly timesMs: readonly number[];
  readonly baselineP95Ms: number | undefined;
}

/** What can be said of the runs in a window. Undefined is what there is nothing to say of. */
export interface WindowFigures {
  /** Of the tests that were executed. */
  readonly errorRate: number | undefined;
  readonly successRate: number | undefined;
  readonly p95Ms: number | undefined;
  readonly baselineP95Ms: number | undefined;
}

/** How many response times a window keeps; with more, the percentile is of the newest. */
const timesLimit = 10_000;

interface Entry extends Omit<RunRecord, 'timesMs'> {
  readonly at: number;
  timesMs: Float64Array;
}

/** The runs of one suite on one server in the last few minutes. */
export class RunWindow {
  #entries: Entry[] = [];
  #figures: WindowFigures | undefined;

  add(record: RunRecord, now: number): void {
    // A clock that was set back must not bring the order of the entries into disorder.
    const at = Math.max(now, this.#entries.at(-1)?.at ?? now);
    this.#entries.push({ ...record, at, timesMs: Float64Array.from(record.timesMs) });
    this.#dropOldTimes();
    this.#figures = undefined;
  }

  /** Undefined when no run ended since then; what is older is forgotten. */
  figures(since: number): WindowFigures | undefined {
    if ((this.#entries[0]?.at ?? Infinity) <= since) {
      this.#entries = this.#entries.filter(({ at }) => at > since);
      this.#figures = undefined;
    }
    if (this.#entries.length === 0) return undefined;
    this.#figures ??= compute(this.#entries);
    return this.#figures;
  }

  #dropOldTimes(): void {
    let room = timesLimit;
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const entry = this.#entries[index];
      if (entry === undefined) break;
      if (entry.timesMs.length > room) entry.timesMs = entry.timesMs.slice(entry.timesMs.length - room);
      room -= entry.timesMs.length;
    }
  }
}

function compute(entries: readonly Entry[]): WindowFigures {
  const sum = (of: (entry: Entry) => number): number =>
    entries.reduce((total, entry) => total + of(entry), 0);
  const [passed, errored] = [sum((entry) => entry.passed), sum((entry) => entry.errored)];
  const executed = passed + errored + sum((entry) => entry.failed);
  return {
    errorRate: executed === 0 ? undefined : errored / executed,
    successRate: executed === 0 ? undefined : passed / executed,
    p95Ms: p95Of(entries.map(({ timesMs }) => timesMs)),
    baselineP95Ms: entries.findLast(({ baselineP95Ms }) => baselineP95Ms !== undefined)?.baselineP95Ms,
  };
}

function p95Of(parts: readonly Float64Array[]): number | undefined {
  const times = new Float64Array(parts.reduce((total, { length }) => total + length, 0));
  if (times.length === 0) return undefined;
  let offset = 0;
  for (const part of parts) {
    times.set(part, offset);
    offset += part.length;
  }
  return selectQuantile(times, 0.95);
}
