import type { z } from 'zod';
import type { JsonValue } from '../../json.ts';
import { equalValues, findDifference, withOptions } from '../compare.ts';
import type { Comparison } from '../compare.ts';
import { createCheck, defineAssertion } from '../define.ts';
import type { Check, Mismatch } from '../define.ts';
import { explainNearMiss } from '../near-miss.ts';
import { renderList, renderValue } from '../render.ts';

const comparisonShape = (zod: typeof z) => ({
  ignore_order: zod.boolean().optional().describe('Compare arrays whatever the order of their items.'),
  normalize_whitespace: zod
    .boolean()
    .optional()
    .describe('Compare strings trimmed, with every run of white space as one space.'),
  case_sensitive: zod.boolean().optional().describe('false: compare strings whatever their case.'),
});

/** Comparison with whole values. */
export const equalityAssertions = [
  defineAssertion({
    name: 'equals',
    description: 'The same JSON value, all of it. Also escapes a literal in a template.',
    options: (zod) => ({ value: zod.json().describe('The value.'), ...comparisonShape(zod) }),
    shorthand: 'value',
    literal: true,
    create: ({ value, ...options }, deps) => equalTo(value, withOptions(deps.comparison, options)),
  }),
  defineAssertion({
    name: 'not_equals',
    description: 'Any other JSON value.',
    options: (zod) => ({ value: zod.json().describe('The value.'), ...comparisonShape(zod) }),
    shorthand: 'value',
    literal: true,
    create: ({ value, ...options }, deps) => {
      const comparison = withOptions(deps.comparison, options);
      return createCheck(`not to equal ${renderValue(value)}`, (actual) =>
        equalValues(value, actual, comparison) ? {} : undefined,
      );
    },
  }),
  defineAssertion({
    name: 'one_of',
    description: 'Equal to one of several JSON values.',
    options: (zod) => ({
      values: zod.array(zod.json()).min(1).describe('The values.'),
      ...comparisonShape(zod),
    }),
    shorthand: 'values',
    create: ({ values, ...options }, deps) => {
      const comparison = withOptions(deps.comparison, options);
      const phrase = `to be one of ${renderList(values.map((value) => renderValue(value, 60)))}`;
      return createCheck(phrase, (actual) => {
        if (values.some((value) => equalValues(value, actual, comparison))) return undefined;
        const near = values.map((value) => explainNearMiss(value, actual, comparison));
        const index = near.findIndex((text) => text !== undefined);
        const hint = index < 0 ? undefined : `${renderValue(values[index], 60)}: ${near[index]}`;
        return { hint };
      });
    },
  }),
  defineAssertion({
    name: 'matches',
    description:
      'Partial deep match: objects may have more members, arrays have the same length; matcher maps may stand at any place.',
    options: (zod, { template }) => ({
      value: template.describe('The template.'),
      allow_extra_fields: zod
        .boolean()
        .optional()
        .describe('false: objects have no members but those of the template.'),
      ...comparisonShape(zod),
    }),
    shorthand: 'value',
    literal: true,
    create: ({ value, ...options }, deps) =>
      deps.compileTemplate(value, withOptions(deps.comparison, options)),
  }),
];

function equalTo(value: JsonValue, comparison: Comparison): Check {
  return createCheck(`to equal ${renderValue(value)}`, (actual) => {
    const difference = findDifference(value, actual, comparison);
    if (difference === undefined) return undefined;
    const explained: Mismatch = { expected: value, actual };
    if (difference.at === '') return { ...explained, hint: explainNearMiss(value, actual, comparison) };
    return { ...explained, hint: explainDeepDifference(difference.at, difference) };
  });
}

function explainDeepDifference(
  at: string,
  { expected, actual }: { expected: JsonValue | undefined; actual: JsonValue | undefined },
): string {
  if (expected === undefined) return `${at} is not expected at all`;
  if (actual === undefined) return `${at} is missing`;
  return `they differ first at ${at}: ${renderValue(expected, 80)} was expected, ${renderValue(actual, 80)} came`;
}
