import type { JsonValue } from '../../json.ts';
import { findLengthProblem, hasLength, lengthPhrase, lengthShape } from '../bounds.ts';
import type { Comparison } from '../compare.ts';
import { normalizeText, withOptions } from '../compare.ts';
import { createCheck, defineAssertion } from '../define.ts';
import type { Assertion, Check, CompileDeps, Mismatch } from '../define.ts';
import { formatNames, formats } from '../formats.ts';
import { deferRegex } from '../regex.ts';
import { requireNumbers, requireStrings } from '../require-options.ts';
import { count, quote, renderList, renderValue, renderWithType } from '../render.ts';

const affixes = [
  {
    name: 'starts_with',
    description: 'A string that begins with the value.',
    words: 'to start with',
    holds: (text: string, value: string) => text.startsWith(value),
  },
  {
    name: 'ends_with',
    description: 'A string that ends with the value.',
    words: 'to end with',
    holds: (text: string, value: string) => text.endsWith(value),
  },
] as const;

/** Strings and what is in them. */
export const stringAssertions: readonly Assertion[] = [
  defineAssertion({
    name: 'regex',
    description:
      'A string in which the pattern is found; anchor it with ^ and $ to match the whole. RE2 syntax: linear time, no lookaround, no backreferences.',
    options: (zod) => ({
      pattern: zod.string().describe('The regular expression.'),
      flags: zod
        .string()
        .regex(
          /^[ims]*$/,
          'flags are any of i (ignore case), m (^ and $ at every line) and s (. matches a line break)',
        )
        .optional()
        .describe('Any of i (ignore case), m (^ and $ at every line), s (. matches a line break).'),
    }),
    shorthand: 'pattern',
    create({ pattern, flags = '' }, deps) {
      requireStrings(deps, 'regex', { pattern, flags });
      const allFlags = deps.comparison.caseSensitive || flags.includes('i') ? flags : `${flags}i`;
      const regex = deferRegex(deps, pattern, allFlags);
      return textCheck(`to match the pattern /${pattern}/${allFlags}`, (actual) =>
        regex.test(actual) ? undefined : {},
      );
    },
  }),
  defineAssertion({
    name: 'string_length',
    description: 'A string with so many characters (Unicode code points).',
    options: (zod) => lengthShape(zod, 'characters'),
    shorthand: 'exact',
    findProblem: (options) => findLengthProblem('string_length', options),
    create(options, deps) {
      requireNumbers(deps, 'string_length', { ...options });
      return textCheck(`to have ${lengthPhrase(options, 'character')}`, (actual) => {
        const length = countCodePoints(actual);
        return hasLength(length, options)
          ? undefined
          : { got: `${count(length, 'character')}: ${quote(actual, 120)}` };
      });
    },
  }),
  defineAssertion({
    name: 'contains',
    description: 'A string that contains the value, or each of several values.',
    options: (zod) => ({
      value: zod
        .union([zod.string(), zod.array(zod.string()).min(1)])
        .describe('The text, or a list of texts, all of which have to be there.'),
      case_sensitive: zod.boolean().optional().describe('false: whatever the case.'),
    }),
    shorthand: 'value',
    create({ value, case_sensitive }, deps) {
      const values = typeof value === 'string' ? [value] : value;
      requireStrings(
        deps,
        'contains',
        Object.fromEntries(values.map((text, index) => [`value[${index}]`, text])),
      );
      const phrase = `to contain ${renderList(values.map((text) => quote(text)))}`;
      const find = textFinder((text, part) => text.includes(part), deps, case_sensitive);
      return textCheck(phrase, (actual) => {
        const absent = values.filter((text) => !find.holds(actual, text));
        if (absent.length === 0) return undefined;
        const which =
          values.length > 1 ? `${absent.map((text) => quote(text, 60)).join(', ')} is not there` : undefined;
        const hint = [which, find.explain(actual, absent[0] as string)].filter(Boolean).join('; ');
        return { hint: hint === '' ? undefined : hint };
      });
    },
  }),
  ...affixes.map(({ name, description, words, holds }) =>
    defineAssertion({
      name,
      description,
      options: (zod) => ({
        value: zod.string().describe('The text.'),
        case_sensitive: zod.boolean().optional().describe('false: whatever the case.'),
      }),
      shorthand: 'value',
      create({ value, case_sensitive }, deps: CompileDeps) {
        requireStrings(deps, name, { value });
        const find = textFinder(holds, deps, case_sensitive);
        return textCheck(`${words} ${quote(value)}`, (actual) =>
          find.holds(actual, value) ? undefined : { got: ends(actual), hint: find.explain(actual, value) },
        );
      },
    }),
  ),
  defineAssertion({
    name: 'format',
    description: 'A string of a well-known form.',
    options: (zod) => ({
      format: zod
        .enum(formatNames)
        .describe(formatNames.map((name) => `${name}: ${formats[name].description}`).join('; ')),
    }),
    shorthand: 'format',
    create({ format }, deps) {
      const known = formats[format];
      if (known === undefined) {
        deps.problem(`format ${renderValue(format, 60)} is not known; there are ${formatNames.join(', ')}`);
        return textCheck('to have a known format', () => ({}));
      }
      return textCheck(`to be ${known.description}`, (actual) => {
        const reason = known.findFault(actual);
        return reason === undefined ? undefined : { hint: reason === '' ? undefined : reason };
      });
    },
  }),
];

function textCheck(phrase: string, verify: (actual: string) => Mismatch | undefined): Check {
  return createCheck(phrase, (actual) =>
    typeof actual === 'string'
      ? verify(actual)
      : { got: renderWithType(actual), hint: explainNoText(actual) },
  );
}

function explainNoText(actual: JsonValue | undefined): string | undefined {
  return Array.isArray(actual) ? 'this looks at a string; array_contains looks into an array' : undefined;
}

function textFinder(
  holds: (text: string, part: string) => boolean,
  deps: CompileDeps,
  caseSensitive: boolean | undefined,
) {
  const comparison = withOptions(deps.comparison, { case_sensitive: caseSensitive });
  const under = (text: string, part: string, changed: Comparison): boolean =>
    holds(normalizeText(text, changed), normalizeText(part, changed));
  return {
    holds: (text: string, part: string) => under(text, part, comparison),
    explain(text: string, part: string): string | undefined {
      if (under(text, part, { ...comparison, caseSensitive: false })) return 'it does when case is ignored';
      if (under(text, part, { ...comparison, normalizeWhitespace: true })) {
        return 'it does when white space is normalized';
      }
      return undefined;
    },
  };
}

function ends(text: string): string | undefined {
  return text.length <= 200 ? undefined : `${quote(text.slice(0, 80))}…${quote(text.slice(-80))}`;
}

function countCodePoints(text: string): number {
  let points = 0;
  for (let index = 0; index < text.length; index += 1) {
    points += 1;
    if ((text.codePointAt(index) as number) > 0xffff) index += 1;
  }
  return points;
}
