import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import {
  allTypes,
  anything,
  meet,
  opaqueFor,
  rangeOf,
  type Alternative,
  type MembersRule,
  type OpaqueKeyword,
} from './alternative.ts';
import { makeIncomparable, makeOpaque, readAlternative } from './read-alternative.ts';
import type { Demand, Side } from './side.ts';
import type { BasicType } from './types.ts';

/** More ways to meet a schema than this are not looked at one by one. */
const alternativeLimit = 64;
/** How far down two alternatives are looked at for a member that tells them apart. */
const depthLimit = 3;

/** A schema can be met in too many ways. */
export class TooManyAlternativesError extends Error {}

/**
 * The ways to meet all schemas of a demand; none when nothing does. Their union is what the demand accepts, except for
 * opaque keywords, which restrict it further.
 * @throws TooManyAlternativesError, WorkLimitError
 */
export function expand(demand: Demand, side: Side): readonly Alternative[] {
  return meetAll(demand.map((schema) => expandSchema(schema, side, new Set())));
}

function expandSchema(schema: JsonValue, side: Side, open: ReadonlySet<JsonObject>): readonly Alternative[] {
  side.work.spend(1);
  if (schema === false) return [];
  if (!isJsonObject(schema)) return [anything];
  // A reference that leads back to itself without a step into the value says nothing that could be judged.
  if (open.has(schema)) return [restrictedBy(makeIncomparable('$ref'))];
  const around = new Set([...open, schema]);
  const { $ref } = schema;
  const reference = typeof $ref === 'string' ? expandReference($ref, schema, side, around) : [anything];
  if (side.dialectOf(schema) === 'draft-07' && typeof $ref === 'string') return reference;
  const own = readAlternative(schema, side);
  const { allOf, anyOf, oneOf } = schema;
  const combined = [own === undefined ? [] : [own], reference];
  if (Array.isArray(allOf))
    for (const part of allOf as readonly JsonValue[]) combined.push(expandSchema(part, side, around));
  if (Array.isArray(anyOf)) combined.push(expandBranches(anyOf, side, around).flat());
  if (Array.isArray(oneOf)) {
    const branches = expandBranches(oneOf, side, around);
    combined.push(branches.flat());
    // Where no value fits two of them, one of them is any of them.
    if (!areBranchesDisjoint(branches, side))
      combined.push([restrictedBy(makeOpaque('oneOf', schema, side))]);
  }
  return meetAll(combined);
}

function expandReference(
  reference: string,
  schema: JsonObject,
  side: Side,
  open: ReadonlySet<JsonObject>,
): readonly Alternative[] {
  const target = side.resolve(reference, schema);
  return target === undefined
    ? [restrictedBy(makeOpaque('$ref', schema, side))]
    : expandSchema(target, side, open);
}

function restrictedBy(keyword: OpaqueKeyword): Alternative {
  return { ...anything, opaque: [keyword] };
}

function expandBranches(
  branches: readonly JsonValue[],
  side: Side,
  open: ReadonlySet<JsonObject>,
): readonly (readonly Alternative[])[] {
  return branches.map((branch) => expandSchema(branch, side, open));
}

function meetAll(parts: readonly (readonly Alternative[])[]): readonly Alternative[] {
  return parts.reduce<readonly Alternative[]>(
    (found, ways) => {
      if (found.length * ways.length > alternativeLimit) throw new TooManyAlternativesError();
      return found.flatMap((left) => ways.flatMap((right) => meet(left, right) ?? []));
    },
    [anything],
  );
}

function areBranchesDisjoint(branches: readonly (readonly Alternative[])[], side: Side): boolean {
  return branches.every((left, index) =>
    branches.slice(index + 1).every((right) => areAllDisjoint(left, right, side, side, 0)),
  );
}

function areAllDisjoint(
  left: readonly Alternative[],
  right: readonly Alternative[],
  leftSide: Side,
  rightSide: Side,
  depth: number,
): boolean {
  return left.every((one) =>
    right.every((other) =>
      allTypes.every(
        (type) =>
          !one.types.has(type) ||
          !other.types.has(type) ||
          areDisjoint(one, other, type, leftSide, rightSide, depth),
      ),
    ),
  );
}

/** Whether it is plain that no value of a type meets both alternatives. False says nothing. */
export function areDisjoint(
  left: Alternative,
  right: Alternative,
  type: BasicType,
  leftSide: Side,
  rightSide: Side,
  depth = 0,
): boolean {
  leftSide.work.spend(2);
  // Ways to meet values alone, whatever else they have to meet.
  if (meet({ ...anything, values: left.values }, { ...anything, values: right.values }) === undefined)
    return true;
  if (type === 'number') {
    const [{ least, most }, other] = [rangeOf(left), rangeOf(right)];
    return most.value < other.least.value || other.most.value < least.value;
  }
  if (type !== 'object' || depth >= depthLimit) return false;
  for (const name of new Set([...left.required, ...right.required])) {
    const [one, other] = [left, right].map((alternative, index) =>
      expandMember(alternative.members, name, index === 0 ? leftSide : rightSide),
    );
    if (
      one !== undefined &&
      other !== undefined &&
      areAllDisjoint(one, other, leftSide, rightSide, depth + 1)
    )
      return true;
  }
  return false;
}

function expandMember(
  rules: readonly MembersRule[],
  name: string,
  side: Side,
): readonly Alternative[] | undefined {
  try {
    return expand(demandOnMember(rules, name, side).schemas, side);
  } catch (error) {
    if (error instanceof TooManyAlternativesError) return undefined;
    throw error;
  }
}

/** Whether it is plain that no value of a type meets the alternative. False says nothing. */
export function isEmpty(alternative: Alternative, type: BasicType, side: Side): boolean {
  const { minLength, maxLength, minItems, maxItems, minMembers, maxMembers, required, members } = alternative;
  const { least, most } = rangeOf(alternative);
  const isPoint = least.value === most.value && (least.isExclusive || most.isExclusive);
  const empty: Record<BasicType, () => boolean> = {
    null: () => false,
    boolean: () => false,
    number: () => least.value > most.value || isPoint,
    string: () => minLength > maxLength,
    array: () => minItems > maxItems,
    object: () =>
      Math.max(minMembers, required.size) > maxMembers ||
      [...required].some((name) => expandMember(members, name, side)?.length === 0),
  };
  return empty[type]();
}

/** What the rules for members demand of the one of a name. Patterns that cannot be told to match do not count. */
export function demandOnMember(
  rules: readonly MembersRule[],
  name: string,
  side: Side,
): { readonly schemas: Demand; readonly isCertain: boolean } {
  const schemas: JsonValue[] = [];
  let isCertain = true;
  for (const { properties, patterns, additional } of rules) {
    let isCovered = Object.hasOwn(properties, name);
    if (isCovered) schemas.push(properties[name]!);
    for (const [pattern, schema] of Object.entries(patterns)) {
      const isMatch = side.patterns.matches(pattern, name, side.work);
      if (isMatch === true) schemas.push(schema);
      if (isMatch === undefined) isCertain = false;
      if (isMatch !== false) isCovered = true;
    }
    if (!isCovered && additional !== undefined) schemas.push(additional);
  }
  return { schemas, isCertain };
}

/** Whether an alternative has a keyword that restricts values of a type beyond what it says. */
export function isLoose(alternative: Alternative, type: BasicType): boolean {
  return opaqueFor(alternative, type).length > 0;
}
