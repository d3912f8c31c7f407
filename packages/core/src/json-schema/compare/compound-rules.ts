import type { JsonValue } from '../../json.ts';
import type { Alternative, MembersRule } from './alternative.ts';
import { demandOnMember } from './expand.ts';
import type { Report } from './scalar-rules.ts';
import type { Demand, Side } from './side.ts';

/** Compares what two alternatives demand of a part of the value, at a pointer below it. @param doubt why there may be no such part */
type ComparePart = (sub: Demand, sup: Demand, below: string, doubt?: string) => void;

/** What the rules for compound values are given. */
export interface Scene {
  readonly sub: Side;
  readonly sup: Side;
  readonly report: Report;
  /** The same at a pointer below. */
  readonly reportAt: (below: string) => Report;
  readonly comparePart: ComparePart;
  /** Members that the one side does not describe and does not rule out are not sent by its callers. */
  readonly onlyDescribed: boolean;
}

/** Longest tuples that are looked at item by item. */
const tupleLimit = 256;

/** What keeps arrays of one alternative out of another. */
export function compareArrays(sub: Alternative, sup: Alternative, scene: Scene): void {
  const { report, comparePart } = scene;
  const longest = Math.min(
    sub.maxItems,
    ...sub.items.filter(({ rest }) => rest === false).map(({ first }) => first.length),
  );
  if (sub.minItems < sup.minItems)
    report('item-count', { wider: sub.minItems, narrower: sup.minItems, detail: 'at least' });
  if (longest > sup.maxItems)
    report('item-count', {
      wider: Number.isFinite(longest) ? longest : undefined,
      narrower: sup.maxItems,
      detail: 'at most',
    });
  if (sup.isUnique && !sub.isUnique && longest > 1) report('unique');
  const described = Math.max(0, ...[...sub.items, ...sup.items].map(({ first }) => first.length));
  if (described > tupleLimit) {
    report('item-count', {
      isCertain: false,
      detail: `tuples of more than ${tupleLimit} items are not compared`,
    });
    return;
  }
  const tuple = scene.sup.dialect === 'draft-07' ? 'items' : 'prefixItems';
  for (let index = 0; index < Math.min(described, longest); index += 1)
    comparePart(demandOnItem(sub, index), demandOnItem(sup, index), `/${tuple}/${index}`);
  if (longest > described) comparePart(demandOnItem(sub, described), demandOnItem(sup, described), '/items');
}

function demandOnItem({ items }: Alternative, index: number): Demand {
  return items.map(({ first, rest }) => first[index] ?? rest);
}

/** What keeps objects of one alternative out of another. */
export function compareObjects(sub: Alternative, sup: Alternative, scene: Scene): void {
  const { report, reportAt } = scene;
  for (const name of sup.required)
    if (!sub.required.has(name)) reportAt(pointerTo(name))('required', { narrower: name });
  const fewest = Math.max(sub.minMembers, sub.required.size);
  if (fewest < sup.minMembers)
    report('member-count', { wider: fewest, narrower: sup.minMembers, detail: 'at least' });
  const most = Math.min(sub.maxMembers, ...sub.members.map(countOfClosed));
  if (most > sup.maxMembers)
    report('member-count', {
      wider: Number.isFinite(most) ? most : undefined,
      narrower: sup.maxMembers,
      detail: 'at most',
    });
  compareNamed(sub, sup, scene);
  compareOthers(sub, sup, scene);
}

function countOfClosed({ properties, patterns, additional }: MembersRule): number {
  return additional === false && Object.keys(patterns).length === 0
    ? Object.keys(properties).length
    : Infinity;
}

/** Members that one of the two names. */
function compareNamed(sub: Alternative, sup: Alternative, scene: Scene): void {
  for (const name of namesOf(sub, sup)) {
    scene.sub.work.spend(2);
    if (scene.onlyDescribed && isUndescribed(sub, name, scene.sub)) continue;
    const demanded = demandOnMember(sup.members, name, scene.sup);
    if (!demanded.isCertain)
      scene.reportAt(pointerTo(name))('pattern', {
        isCertain: false,
        detail: 'whether a pattern of patternProperties fits the name cannot be told',
      });
    scene.comparePart(
      demandOnMember(sub.members, name, scene.sub).schemas,
      demanded.schemas,
      pointerTo(name),
    );
  }
}

/** Members whose names fit some patterns of a rule, and what it demands of them. */
interface OtherMembers {
  readonly fits: readonly string[];
  readonly demand: JsonValue;
  readonly at: string;
}

/** Members that none of the two names, by the patterns of both. */
function compareOthers(sub: Alternative, sup: Alternative, { comparePart }: Scene): void {
  for (const { patterns, additional } of sup.members) {
    const own = Object.keys(patterns);
    // A name may also fit a pattern that only the one side has.
    const foreign = new Set(
      sub.members.flatMap((rule) => Object.keys(rule.patterns).filter((pattern) => !own.includes(pattern))),
    );
    const cases: OtherMembers[] = own.map((pattern) => ({
      fits: [pattern],
      demand: patterns[pattern]!,
      at: `/patternProperties/${escapePointer(pattern)}`,
    }));
    if (additional !== undefined && additional !== true)
      cases.push({ fits: [], demand: additional, at: '/additionalProperties' });
    for (const { fits, demand, at } of cases) {
      comparePart(demandOnOthers(sub.members, fits, true), [demand], at);
      for (const pattern of foreign)
        comparePart(
          demandOnOthers(sub.members, [...fits, pattern], false),
          [demand],
          at,
          'whether a name fits two patterns cannot be told',
        );
    }
  }
}

/**
 * What is demanded at least of members whose name is described by none of the two and fits some patterns.
 * @param isAll no other pattern fits, so that rules without any of these say what they say of additional members
 */
function demandOnOthers(rules: readonly MembersRule[], fits: readonly string[], isAll: boolean): Demand {
  return rules.flatMap(({ patterns, additional = true }): readonly JsonValue[] => {
    const fitting = fits.filter((pattern) => Object.hasOwn(patterns, pattern));
    if (fitting.length > 0) return fitting.map((pattern) => patterns[pattern]!);
    return isAll || Object.keys(patterns).length === 0 ? [additional] : [];
  });
}

function isUndescribed({ members }: Alternative, name: string, side: Side): boolean {
  return (
    members.some(({ isDescribed }) => isDescribed) &&
    members.every(
      ({ properties, patterns, additional }) =>
        additional === undefined &&
        !Object.hasOwn(properties, name) &&
        Object.keys(patterns).every((pattern) => side.patterns.matches(pattern, name, side.work) === false),
    )
  );
}

function namesOf(...alternatives: readonly Alternative[]): ReadonlySet<string> {
  return new Set(
    alternatives.flatMap(({ members }) => members.flatMap(({ properties }) => Object.keys(properties))),
  );
}

function pointerTo(name: string): string {
  return `/properties/${escapePointer(name)}`;
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
