import type { JsonObject, JsonValue } from '../../json.ts';
import { canonicalText } from '../equal-values.ts';
import type { BasicType } from './types.ts';

/** An end of a range of numbers. */
export interface Bound {
  readonly value: number;
  readonly isExclusive: boolean;
}

/** What one schema says of the items of an array. */
interface ItemsRule {
  readonly first: readonly JsonValue[];
  readonly rest: JsonValue;
}

/** What one schema says of the members of an object. */
export interface MembersRule {
  /** Whether the keyword `properties` is there: then a caller reads it as the list of what may be sent. */
  readonly isDescribed: boolean;
  readonly properties: JsonObject;
  readonly patterns: JsonObject;
  /** Undefined: nothing is said, so that all is accepted. */
  readonly additional: JsonValue | undefined;
}

/** A keyword that is not taken apart: two are the same when their texts are; without a text it is like no other. */
export interface OpaqueKeyword {
  readonly keyword: string;
  readonly text: string | undefined;
  /** The only type of values that it judges. */
  readonly only: BasicType | undefined;
}

/** One way to meet a schema: a conjunction of restrictions without references and combinations. */
export interface Alternative {
  readonly types: ReadonlySet<BasicType>;
  readonly isInteger: boolean;
  /** Undefined: not enumerated. */
  readonly values: readonly JsonValue[] | undefined;
  readonly minimum: Bound;
  readonly maximum: Bound;
  readonly multiples: readonly number[];
  readonly minLength: number;
  readonly maxLength: number;
  readonly patterns: ReadonlySet<string>;
  readonly formats: ReadonlySet<string>;
  readonly minItems: number;
  readonly maxItems: number;
  readonly isUnique: boolean;
  readonly items: readonly ItemsRule[];
  readonly minMembers: number;
  readonly maxMembers: number;
  readonly required: ReadonlySet<string>;
  readonly members: readonly MembersRule[];
  readonly opaque: readonly OpaqueKeyword[];
}

export const allTypes: readonly BasicType[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** Accepts everything. */
export const anything: Alternative = {
  types: new Set(allTypes),
  isInteger: false,
  values: undefined,
  minimum: { value: -Infinity, isExclusive: false },
  maximum: { value: Infinity, isExclusive: false },
  multiples: [],
  minLength: 0,
  maxLength: Infinity,
  patterns: new Set(),
  formats: new Set(),
  minItems: 0,
  maxItems: Infinity,
  isUnique: false,
  items: [],
  minMembers: 0,
  maxMembers: Infinity,
  required: new Set(),
  members: [],
  opaque: [],
};

/** What meets both; undefined when it is plain that nothing does. */
export function meet(left: Alternative, right: Alternative): Alternative | undefined {
  if (left === anything) return right;
  if (right === anything) return left;
  const common = new Set([...left.types].filter((type) => right.types.has(type)));
  const values = commonValues(left.values, right.values)?.filter((value) => common.has(typeOf(value)));
  const types = values === undefined ? common : new Set(values.map(typeOf));
  if (types.size === 0) return undefined;
  return {
    types,
    values,
    isInteger: left.isInteger || right.isInteger,
    minimum: laterBound(left.minimum, right.minimum, 1),
    maximum: laterBound(left.maximum, right.maximum, -1),
    multiples: [...left.multiples, ...right.multiples],
    minLength: Math.max(left.minLength, right.minLength),
    maxLength: Math.min(left.maxLength, right.maxLength),
    patterns: new Set([...left.patterns, ...right.patterns]),
    formats: new Set([...left.formats, ...right.formats]),
    minItems: Math.max(left.minItems, right.minItems),
    maxItems: Math.min(left.maxItems, right.maxItems),
    isUnique: left.isUnique || right.isUnique,
    items: [...left.items, ...right.items],
    minMembers: Math.max(left.minMembers, right.minMembers),
    maxMembers: Math.min(left.maxMembers, right.maxMembers),
    required: new Set([...left.required, ...right.required]),
    members: [...left.members, ...right.members],
    opaque: [...left.opaque, ...right.opaque],
  };
}

function commonValues(
  left: readonly JsonValue[] | undefined,
  right: readonly JsonValue[] | undefined,
): readonly JsonValue[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const texts = new Set(right.map(canonicalText));
  return left.filter((value) => texts.has(canonicalText(value)));
}

/** The one of two bounds that lets less through. @param direction 1 for lower bounds, -1 for upper ones */
function laterBound(left: Bound, right: Bound, direction: 1 | -1): Bound {
  if (left.value === right.value) return left.isExclusive ? left : right;
  return left.value * direction > right.value * direction ? left : right;
}

/** The bounds of an alternative; of integers as the first and the last one. */
export function rangeOf({ minimum, maximum, isInteger }: Alternative): { least: Bound; most: Bound } {
  if (!isInteger) return { least: minimum, most: maximum };
  return { least: toInteger(minimum, 1), most: toInteger(maximum, -1) };
}

function toInteger(bound: Bound, direction: 1 | -1): Bound {
  const { value, isExclusive } = bound;
  // Beyond this, doubles are no longer next to each other.
  if (!(Math.abs(value) < Number.MAX_SAFE_INTEGER)) return bound;
  const rounded = direction === 1 ? Math.ceil(value) : Math.floor(value);
  return {
    value: isExclusive && rounded === value ? value + direction : rounded,
    isExclusive: false,
  };
}

/** The basic type of a value. */
export function typeOf(value: JsonValue): BasicType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as BasicType;
}

/** Whether a keyword that is not taken apart judges values of a type. */
export function opaqueFor({ opaque }: Alternative, type: BasicType): readonly OpaqueKeyword[] {
  return opaque.filter(({ only }) => only === undefined || only === type);
}
