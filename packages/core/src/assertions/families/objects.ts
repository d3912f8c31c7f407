import type { JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { findLengthProblem, hasLength, lengthPhrase, lengthShape } from '../bounds.ts';
import { createCheck, defineAssertion } from '../define.ts';
import type { Assertion, Check, Mismatch } from '../define.ts';
import { nearestName } from '../../nearest.ts';
import { requireNumbers } from '../require-options.ts';
import { count, quote, renderList, renderWithType } from '../render.ts';

/** Objects and their members. */
export const objectAssertions: readonly Assertion[] = [
  defineAssertion({
    name: 'object',
    description: 'An object (not an array, not null).',
    options: () => ({}),
    flag: true,
    create: () => objectCheck('to be an object', () => undefined),
  }),
  defineAssertion({
    name: 'object_keys',
    description: 'An object with these members, whatever their values.',
    options: (zod) => ({
      keys: zod.array(zod.string()).describe('Names of members.'),
      strict: zod.boolean().optional().describe('true: and no others.'),
    }),
    shorthand: 'keys',
    create({ keys, strict = false }) {
      const phrase = `to have ${strict ? 'exactly ' : ''}the members ${renderList(keys.map((key) => quote(key, 60)))}`;
      return objectCheck(phrase, (actual) => {
        const present = Object.keys(actual);
        const absent = keys.filter((key) => !Object.hasOwn(actual, key));
        const extra = strict ? present.filter((key) => !keys.includes(key)) : [];
        if (absent.length === 0 && extra.length === 0) return undefined;
        const hints = [
          ...absent.slice(0, 5).map((key) => explainAbsent(key, present)),
          ...(extra.length === 0 ? [] : [`not wanted: ${quoteAll(extra)}`]),
        ];
        return { got: present.length === 0 ? 'an empty object' : quoteAll(present), hint: hints.join('; ') };
      });
    },
  }),
  defineAssertion({
    name: 'object_size',
    description: 'An object with so many members.',
    options: (zod) => lengthShape(zod, 'members'),
    shorthand: 'exact',
    findProblem: (options) => findLengthProblem('object_size', options),
    create(options, deps) {
      requireNumbers(deps, 'object_size', { ...options });
      return objectCheck(`to have ${lengthPhrase(options, 'member')}`, (actual) => {
        const keys = Object.keys(actual);
        return hasLength(keys.length, options)
          ? undefined
          : {
              got:
                keys.length === 0 ? 'an empty object' : `${count(keys.length, 'member')}: ${quoteAll(keys)}`,
            };
      });
    },
  }),
];

function objectCheck(phrase: string, verify: (actual: JsonObject) => Mismatch | undefined): Check {
  return createCheck(phrase, (actual) =>
    isJsonObject(actual) ? verify(actual) : { got: renderWithType(actual) },
  );
}

function explainAbsent(key: string, present: readonly string[]): string {
  const nearest = nearestName(key, present);
  const meant = nearest === undefined ? '' : `, did you mean ${quote(nearest, 60)}?`;
  return `missing: ${quote(key, 60)}${meant}`;
}

function quoteAll(keys: readonly string[]): string {
  return renderList(keys.map((key) => quote(key, 60)));
}
