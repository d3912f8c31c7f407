import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { pathStep } from './render.ts';

/** How values are compared: the options of `expected`. */
export interface Comparison {
  /** Members that a template does not name are allowed. Equality never allows them. */
  readonly allowExtraFields: boolean;
  /** Arrays are compared as bags. */
  readonly ignoreOrder: boolean;
  /** Strings are compared trimmed, with every run of white space as one space. */
  readonly normalizeWhitespace: boolean;
  readonly caseSensitive: boolean;
}

export const defaultComparison: Comparison = Object.freeze({
  allowExtraFields: true,
  ignoreOrder: false,
  normalizeWhitespace: false,
  caseSensitive: true,
});

/** The options of a comparison as they are written in the configuration. */
export interface ComparisonOptions {
  readonly allow_extra_fields?: boolean | undefined;
  readonly ignore_order?: boolean | undefined;
  readonly normalize_whitespace?: boolean | undefined;
  readonly case_sensitive?: boolean | undefined;
}

/** The comparison with what the options change. */
export function withOptions(comparison: Comparison, options: ComparisonOptions): Comparison {
  if (
    options.allow_extra_fields === undefined &&
    options.ignore_order === undefined &&
    options.normalize_whitespace === undefined &&
    options.case_sensitive === undefined
  ) {
    return comparison;
  }
  return {
    allowExtraFields: options.allow_extra_fields ?? comparison.allowExtraFields,
    ignoreOrder: options.ignore_order ?? comparison.ignoreOrder,
    normalizeWhitespace: options.normalize_whitespace ?? comparison.normalizeWhitespace,
    caseSensitive: options.case_sensitive ?? comparison.caseSensitive,
  };
}

/** The form of a string in which it is compared. */
export function normalizeText(text: string, comparison: Comparison): string {
  const spaced = comparison.normalizeWhitespace ? text.trim().replace(/\s+/g, ' ') : text;
  return comparison.caseSensitive ? spaced : spaced.toLowerCase();
}

/** Deep equality of JSON values. Recursion is bounded by the depth of `expected`, which the user wrote. */
export function equalValues(
  expected: JsonValue,
  actual: JsonValue | undefined,
  comparison: Comparison = defaultComparison,
): boolean {
  return findDifference(expected, actual, comparison) === undefined;
}

/** Where two values differ first. */
export interface Difference {
  /** '' for the values themselves. */
  readonly at: string;
  readonly expected: JsonValue | undefined;
  readonly actual: JsonValue | undefined;
}

/** The first difference in the order of `expected`, or undefined when the values are equal. */
export function findDifference(
  expected: JsonValue,
  actual: JsonValue | undefined,
  comparison: Comparison = defaultComparison,
): Difference | undefined {
  if (expected === actual) return undefined;
  const different = { at: '', expected, actual };
  if (typeof expected === 'string') {
    if (typeof actual !== 'string') return different;
    return normalizeText(expected, comparison) === normalizeText(actual, comparison) ? undefined : different;
  }
  if (typeof expected !== 'object' || expected === null) return different;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return different;
    return findItemDifference(expected, actual, comparison);
  }
  if (!isJsonObject(expected) || !isJsonObject(actual)) return different;
  for (const key of Object.keys(expected)) {
    const mine = expected[key] as JsonValue;
    const theirs = Object.hasOwn(actual, key) ? actual[key] : undefined;
    const found = theirs === undefined ? undefined : findDifference(mine, theirs, comparison);
    if (theirs === undefined) return { at: pathStep(key), expected: mine, actual: undefined };
    if (found !== undefined) return { ...found, at: pathStep(key) + found.at };
  }
  for (const key of Object.keys(actual)) {
    if (!Object.hasOwn(expected, key)) return { at: pathStep(key), expected: undefined, actual: actual[key] };
  }
  return undefined;
}

function findItemDifference(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  comparison: Comparison,
): Difference | undefined {
  if (comparison.ignoreOrder) {
    return equalBags(expected, actual, comparison) ? undefined : { at: '', expected, actual };
  }
  for (let index = 0; index < expected.length; index += 1) {
    const found = findDifference(expected[index] as JsonValue, actual[index], comparison);
    if (found !== undefined) return { ...found, at: pathStep(index) + found.at };
  }
  return undefined;
}

function equalBags(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  comparison: Comparison,
): boolean {
  const depth = 1 + depthOf(expected);
  const counts = new Map<string, number>();
  for (const item of expected) {
    const form = canonicalForm(item, comparison, depth);
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  for (const item of actual) {
    const form = canonicalForm(item, comparison, depth);
    const left = counts.get(form) ?? 0;
    if (left === 0) return false;
    counts.set(form, left - 1);
  }
  return true;
}

/**
 * A string that two values share exactly when they are equal under the comparison. What lies below `depthLimit`
 * levels counts as one and the same.
 */
export function canonicalForm(
  value: JsonValue,
  comparison: Comparison = defaultComparison,
  depthLimit = 500,
): string {
  if (typeof value === 'string') return JSON.stringify(normalizeText(value, comparison));
  if (typeof value !== 'object' || value === null) return String(value);
  if (depthLimit === 0) return '…';
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) =>
      canonicalForm(item, comparison, depthLimit - 1),
    );
    return `[${(comparison.ignoreOrder ? items.sort() : items).join(',')}]`;
  }
  const members = Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalForm(item, comparison, depthLimit - 1)}`)
    .sort();
  return `{${members.join(',')}}`;
}

function depthOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce<number>((most, item) => Math.max(most, depthOf(item)), 0);
}
