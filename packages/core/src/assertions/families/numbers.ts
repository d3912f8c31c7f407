import type { JsonValue } from '../../json.ts';
import { createCheck, defineAssertion } from '../define.ts';
import type { Assertion, Check, CompileDeps, Mismatch } from '../define.ts';
import { boundsPhrase, findBoundsProblem, isWithin } from '../bounds.ts';
import { requireNumbers } from '../require-options.ts';
import { renderWithType } from '../render.ts';

const comparators = [
  {
    name: 'greater_than',
    description: 'A number above the value.',
    words: 'greater than',
    compare: (actual: number, value: number) => actual > value,
  },
  {
    name: 'greater_equal',
    description: 'A number not below the value.',
    words: 'at least',
    compare: (actual: number, value: number) => actual >= value,
  },
  {
    name: 'less_than',
    description: 'A number below the value.',
    words: 'less than',
    compare: (actual: number, value: number) => actual < value,
  },
  {
    name: 'less_equal',
    description: 'A number not above the value.',
    words: 'at most',
    compare: (actual: number, value: number) => actual <= value,
  },
] as const;

/** Numbers and their size. A string of digits is no number. */
export const numberAssertions: readonly Assertion[] = [
  defineAssertion({
    name: 'approx',
    description: 'A number near the value, within an absolute tolerance or a percentage of the value.',
    options: (zod) => ({
      value: zod.number().describe('The value.'),
      tolerance: zod.number().min(0).optional().describe('Largest absolute difference.'),
      percent: zod.number().min(0).optional().describe('Largest difference in percent of the value.'),
    }),
    findProblem: ({ tolerance, percent }) =>
      (tolerance === undefined) === (percent === undefined)
        ? 'approx needs exactly one of tolerance and percent'
        : undefined,
    create({ value, tolerance, percent }, deps) {
      requireNumbers(deps, 'approx', { value, tolerance, percent });
      const limit = tolerance ?? (Math.abs(value) * (percent ?? 0)) / 100;
      const width = tolerance === undefined ? `${percent} %` : String(tolerance);
      return numberCheck(`to be within ${width} of ${value}`, (actual) => {
        const distance = Math.abs(actual - value);
        // Decimal fractions such as 0.1 + 0.2 leave rounding noise that nobody means.
        const noise = Number.EPSILON * 4 * Math.max(Math.abs(actual), Math.abs(value));
        if (distance <= limit + noise) return undefined;
        return { hint: `it is off by ${Number(distance.toPrecision(6))}` };
      });
    },
  }),
  defineAssertion({
    name: 'range',
    description: 'A number between two bounds, which belong to the range.',
    options: (zod) => ({
      min: zod.number().optional().describe('Lowest value.'),
      max: zod.number().optional().describe('Highest value.'),
    }),
    findProblem: ({ min, max }) => findBoundsProblem('range', 'min', min, 'max', max, true),
    create({ min, max }, deps) {
      requireNumbers(deps, 'range', { min, max });
      return numberCheck(`to be ${boundsPhrase(min, max)}`, (actual) =>
        isWithin(actual, min, max) ? undefined : {},
      );
    },
  }),
  ...comparators.map(({ name, description, words, compare }) =>
    defineAssertion({
      name,
      description,
      options: (zod) => ({ value: zod.number().describe('The bound.') }),
      shorthand: 'value',
      create({ value }, deps: CompileDeps) {
        requireNumbers(deps, name, { value });
        return numberCheck(`to be ${words} ${value}`, (actual) => (compare(actual, value) ? undefined : {}));
      },
    }),
  ),
  defineAssertion({
    name: 'numeric',
    description: 'A number, on request within bounds and with so many decimal places at most.',
    options: (zod) => ({
      min_value: zod.number().optional().describe('Lowest value.'),
      max_value: zod.number().optional().describe('Highest value.'),
      decimal_places: zod.number().int().min(0).max(20).optional().describe('Most decimal places.'),
    }),
    flag: true,
    findProblem: ({ min_value, max_value }) =>
      findBoundsProblem('numeric', 'min_value', min_value, 'max_value', max_value, false),
    create({ min_value, max_value, decimal_places }, deps) {
      requireNumbers(deps, 'numeric', { min_value, max_value, decimal_places });
      const parts = ['to be a number'];
      if (min_value !== undefined || max_value !== undefined) parts.push(boundsPhrase(min_value, max_value));
      if (decimal_places !== undefined) parts.push(`with at most ${decimal_places} decimal places`);
      return numberCheck(parts.join(' '), (actual) => {
        if (!isWithin(actual, min_value, max_value)) return {};
        if (decimal_places === undefined || countDecimals(actual) <= decimal_places) return undefined;
        return { hint: `it has ${countDecimals(actual)} decimal places` };
      });
    },
  }),
  defineAssertion({
    name: 'integer',
    description: 'A whole number; 5.0 is one, as JSON does not tell it from 5.',
    options: () => ({}),
    flag: true,
    create: () => numberCheck('to be an integer', (actual) => (Number.isInteger(actual) ? undefined : {})),
  }),
];

function numberCheck(phrase: string, verify: (actual: number) => Mismatch | undefined): Check {
  return createCheck(phrase, (actual) =>
    typeof actual === 'number' ? verify(actual) : { got: renderWithType(actual), hint: explainText(actual) },
  );
}

function explainText(actual: JsonValue | undefined): string | undefined {
  if (typeof actual !== 'string' || actual.length > 40 || actual.trim() === '') return undefined;
  return Number.isNaN(Number(actual)) ? undefined : 'the number came as a string';
}

function countDecimals(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(exponent));
}
