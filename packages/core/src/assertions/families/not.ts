import { createCheck, defineAssertion } from '../define.ts';
import type { Check } from '../define.ts';

/** Negation. */
export const negationAssertions = [
  defineAssertion({
    name: 'not',
    description:
      'Any other validation, turned round. Of several in a matcher map, at least one must not hold.',
    options: (_zod, { validation }) => ({
      validation: validation.describe('A validation {type, ...}, or a matcher map.'),
    }),
    shorthand: 'validation',
    literal: true,
    create({ validation }, deps): Check {
      const inner = deps.compileNested(validation);
      return {
        ...createCheck(negate(inner.phrase), (actual) =>
          inner.verify(actual).length === 0 ? {} : undefined,
        ),
        acceptsMissing: inner.acceptsMissing,
      };
    },
  }),
];

function negate(phrase: string): string {
  return phrase.startsWith('not ') ? phrase.slice(4) : `not ${phrase}`;
}
