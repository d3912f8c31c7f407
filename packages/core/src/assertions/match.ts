import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { assignPairs } from './bag-match.ts';
import type { Comparison } from './compare.ts';
import { canonicalForm, findDifference } from './compare.ts';
import { createCheck, holds } from './define.ts';
import type { Check, MatcherMap, Mismatch } from './define.ts';
import { nearestName } from '../nearest.ts';
import type { Registry } from './matcher-map.ts';
import { isMatcherMap } from './matcher-map.ts';
import { explainMissingMember } from './missing.ts';
import { explainNearMiss } from './near-miss.ts';
import { count, pathStep, renderValue, renderWithType } from './render.ts';

/** What the template compiler needs from its surroundings. */
export interface TemplateDeps {
  readonly registry: Registry;
  readonly comparison: Comparison;
  compileMap(map: MatcherMap): Check;
}

/**
 * Partial deep match: objects may have more members than the template (unless `allow_extra_fields` is false),
 * arrays have the same length, a matcher map at any place is applied to the value that stands there.
 */
export function compileTemplate(template: JsonValue, deps: TemplateDeps): Check {
  if (isMatcherMap(template, deps.registry)) return deps.compileMap(template);
  if (Array.isArray(template)) return compileArray(template as readonly JsonValue[], deps);
  if (isJsonObject(template)) return compileObject(template, deps);
  return compileScalar(template, deps.comparison);
}

function compileScalar(template: JsonValue, comparison: Comparison): Check {
  return createCheck(`to equal ${renderValue(template)}`, (actual) =>
    findDifference(template, actual, comparison) === undefined
      ? undefined
      : { expected: template, actual, hint: explainNearMiss(template, actual, comparison) },
  );
}

function compileObject(template: { readonly [key: string]: JsonValue }, deps: TemplateDeps): Check {
  const members = Object.entries(template).map(([key, value]) => ({
    key,
    at: pathStep(key),
    check: compileTemplate(value, deps),
  }));
  const phrase = `to match ${renderValue(template)}`;
  return {
    phrase,
    verify(actual) {
      if (!isJsonObject(actual)) {
        return [
          {
            got: renderWithType(actual),
            hint: explainLikelyTypo(template, deps.registry),
            expected: template,
            actual,
          },
        ];
      }
      const mismatches: Mismatch[] = [];
      for (const { key, at, check } of members) {
        const value = Object.hasOwn(actual, key) ? actual[key] : undefined;
        if (value === undefined && check.acceptsMissing !== true) {
          mismatches.push({
            at,
            phrase: check.phrase,
            but: explainMissingMember(actual, key),
            actual: undefined,
          });
        } else {
          below(at, check, value, mismatches);
        }
      }
      if (!deps.comparison.allowExtraFields) {
        for (const key of Object.keys(actual)) {
          if (Object.hasOwn(template, key)) continue;
          mismatches.push({
            at: pathStep(key),
            phrase: 'not to be there, as allow_extra_fields is false',
            actual: actual[key],
          });
        }
      }
      return mismatches.length === 0 ? holds : mismatches;
    },
  };
}

function compileArray(template: readonly JsonValue[], deps: TemplateDeps): Check {
  const items = template.map((item) => compileTemplate(item, deps));
  const phrase = `to match ${renderValue(template)}`;
  const verifyItems = deps.comparison.ignoreOrder
    ? (actual: readonly JsonValue[]) => verifyBag(template, items, actual, deps)
    : (actual: readonly JsonValue[]) => verifySequence(items, actual);
  return {
    phrase,
    verify(actual) {
      if (!Array.isArray(actual)) return [{ got: renderWithType(actual), expected: template, actual }];
      const values = actual as readonly JsonValue[];
      if (values.length === template.length) return verifyItems(values);
      return [
        {
          phrase: `to have ${count(template.length, 'item')}`,
          got: `${values.length}: ${renderValue(values)}`,
          expected: template,
          actual,
        },
      ];
    },
  };
}

function verifySequence(items: readonly Check[], actual: readonly JsonValue[]): readonly Mismatch[] {
  const mismatches: Mismatch[] = [];
  for (const [index, check] of items.entries()) below(pathStep(index), check, actual[index], mismatches);
  return mismatches.length === 0 ? holds : mismatches;
}

function verifyBag(
  template: readonly JsonValue[],
  items: readonly Check[],
  actual: readonly JsonValue[],
  deps: TemplateDeps,
): readonly Mismatch[] {
  const unmatched = template.every(isScalar)
    ? findUnmatchedScalars(template, actual, deps.comparison)
    : assignPairs(
        items.length,
        actual.length,
        (left, right) => (items[left] as Check).verify(actual[right]).length === 0,
      );
  if (unmatched.length === 0) return holds;
  return unmatched.map((index) => ({
    phrase: `to contain, in any order, an item ${(items[index] as Check).phrase}`,
    but: `no item that is left over does: ${renderValue(actual)}`,
    expected: template,
    actual,
  }));
}

function findUnmatchedScalars(
  template: readonly JsonValue[],
  actual: readonly JsonValue[],
  comparison: Comparison,
): readonly number[] {
  const counts = new Map<string, number>();
  for (const item of actual) {
    if (!isScalar(item)) continue;
    const form = canonicalForm(item, comparison);
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  return template.flatMap((item, index) => {
    const form = canonicalForm(item, comparison);
    const left = counts.get(form) ?? 0;
    counts.set(form, left - 1);
    return left > 0 ? [] : [index];
  });
}

function below(at: string, check: Check, value: JsonValue | undefined, out: Mismatch[]): void {
  for (const mismatch of check.verify(value)) {
    out.push({
      ...mismatch,
      at: at + (mismatch.at ?? ''),
      phrase: mismatch.phrase ?? check.phrase,
      actual: 'actual' in mismatch ? mismatch.actual : value,
    });
  }
}

/** A misspelt matcher is a plain object to us; when the value is none, that is probably the mistake. */
function explainLikelyTypo(template: object, registry: Registry): string | undefined {
  for (const key of Object.keys(template)) {
    if (registry.has(key)) continue;
    const nearest = nearestName(key, [...registry.keys()]);
    if (nearest !== undefined) return `${JSON.stringify(key)} is no assertion; did you mean ${nearest}?`;
  }
  return undefined;
}

function isScalar(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null;
}
