import type { Capped, JobReport } from '../types.ts';

/** Something that one or several jobs say; told once. */
export interface Shared<T> {
  /** As the first job says it. */
  readonly item: T;
  /** As each says it, in the order of `jobs`. */
  readonly items: readonly T[];
  /** Titles. */
  readonly jobs: readonly string[];
}

/** What all jobs say of one kind. */
export interface SharedList<T> {
  /** Distinct things, those that are in no list since it was cut included. */
  readonly total: number;
  /** Those of most jobs first. */
  readonly shown: readonly Shared<T>[];
}

/**
 * Brings together what is the same in several jobs.
 * @param pick the lists of one job that are meant
 * @param keyOf what makes two things the same
 */
export function share<T>(
  reports: readonly JobReport[],
  pick: (report: JobReport) => Capped<T>,
  keyOf: (item: T) => string,
): SharedList<T> {
  const byKey = new Map<string, { items: T[]; jobs: string[] }>();
  let hidden = 0;
  for (const report of reports) {
    const { total, shown } = pick(report);
    hidden = Math.max(hidden, total - shown.length);
    const seen = new Set<string>();
    for (const item of shown) {
      const key = keyOf(item);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = byKey.get(key) ?? { items: [], jobs: [] };
      known.items.push(item);
      known.jobs.push(report.job.title);
      byKey.set(key, known);
    }
  }
  const shown = [...byKey.values()].flatMap(({ items, jobs }) => {
    const [item] = items;
    return item === undefined ? [] : [{ item, items, jobs }];
  });
  return {
    total: shown.length + hidden,
    shown: shown.toSorted((a, b) => b.jobs.length - a.jobs.length),
  };
}

/** A list of which some are meant: those that are cut off are counted only where `hidden` says so. */
export function only<T>(
  { total, shown }: Capped<T>,
  isMeant: (item: T) => boolean,
  { hidden = false } = {},
): Capped<T> {
  const kept = shown.filter(isMeant);
  return { total: kept.length + (hidden ? total - shown.length : 0), shown: kept };
}

export function joined<T>(lists: readonly Capped<T>[]): Capped<T> {
  return {
    total: lists.reduce((sum, { total }) => sum + total, 0),
    shown: lists.flatMap(({ shown }) => shown),
  };
}
