import { matchesUriTemplate } from './match-uri-template.ts';
import { featureKinds } from './types.ts';
import type { FeatureKind, FeatureList, ListCoverage, RunCoverage, ServerCoverage } from './types.ts';
import type { UsedFeatures } from './used-features.ts';

/**
 * Holds what was used to what is listed. A template counts as used when a URI was read that it can expand to, a
 * resource when its URI was.
 */
export function coverLists(lists: readonly FeatureList[], used: UsedFeatures): readonly ListCoverage[] {
  return lists.map((list): ListCoverage => {
    const { kind } = list;
    if ('notRead' in list) return { kind, exercised: [], uncovered: [], notMeasured: list.notRead };
    const isUsed = judgeUse(kind, used);
    const parts = Map.groupBy(list.names, (name) => isUsed(name));
    return { kind, exercised: parts.get(true) ?? [], uncovered: parts.get(false) ?? [] };
  });
}

function judgeUse(kind: FeatureKind, used: UsedFeatures): (name: string) => boolean {
  if (kind !== 'resource-templates') {
    const names = used.of(kind);
    return (name) => names.has(name);
  }
  const uris = [...used.of('resources')];
  return (template) => uris.some((uri) => matchesUriTemplate(template, uri));
}

/**
 * One entry a server, where several looked at it: variants of it, several revisions, the shards of a run. What
 * anybody used is used; what nobody could measure is not measured.
 */
export function unionCoverage(parts: readonly ServerCoverage[]): readonly ServerCoverage[] {
  const servers = Map.groupBy(parts, ({ server }) => server);
  return [...servers].map(([server, entries]): ServerCoverage => {
    const lists = entries.flatMap((entry) => entry.lists);
    if (lists.length === 0) {
      // One that was asked and offers nothing knows better than one that could not be asked.
      const asked = entries.some(({ notMeasured }) => notMeasured === undefined);
      return asked ? { server, lists } : { server, lists, notMeasured: entries[0]?.notMeasured };
    }
    const kinds = featureKinds.filter((kind) => lists.some((list) => list.kind === kind));
    return { server, lists: kinds.map((kind) => unionLists(kind, lists)) };
  });
}

function unionLists(kind: FeatureKind, lists: readonly ListCoverage[]): ListCoverage {
  const same = lists.filter((list) => list.kind === kind);
  const measured = same.filter(({ notMeasured }) => notMeasured === undefined);
  const exercised = new Set(measured.flatMap((list) => list.exercised));
  const uncovered = new Set(measured.flatMap((list) => list.uncovered));
  return {
    kind,
    exercised: [...exercised],
    uncovered: [...uncovered].filter((name) => !exercised.has(name)),
    ...(measured.length > 0 ? {} : { notMeasured: same[0]?.notMeasured }),
  };
}

/** The whole of a run. */
export function totalCoverage(
  servers: readonly ServerCoverage[],
  { minPercent, leftOutTests }: Pick<RunCoverage, 'minPercent' | 'leftOutTests'>,
): RunCoverage {
  const lists = servers.flatMap((server) => server.lists);
  const exercised = lists.reduce((sum, list) => sum + list.exercised.length, 0);
  const listed = lists.reduce((sum, list) => sum + list.uncovered.length, exercised);
  return {
    listed,
    exercised,
    percent: listed === 0 ? undefined : (exercised / listed) * 100,
    minPercent,
    leftOutTests,
    servers,
  };
}
