import { createCheck, defineAssertion } from '../define.ts';
import { renderWithType } from '../render.ts';

/** The types of JSON that have no family of their own. */
export const typeAssertions = [
  defineAssertion({
    name: 'boolean',
    description: 'true or false.',
    options: () => ({}),
    flag: true,
    create: () =>
      createCheck('to be a boolean', (actual) =>
        typeof actual === 'boolean' ? undefined : { got: renderWithType(actual) },
      ),
  }),
  defineAssertion({
    name: 'null',
    description: 'null. A member that is not there is not null.',
    options: () => ({}),
    flag: true,
    negation: 'not_null',
    create: () => createCheck('to be null', (actual) => (actual === null ? undefined : {})),
  }),
  defineAssertion({
    name: 'not_null',
    description: 'There, and not null.',
    options: () => ({}),
    flag: true,
    negation: 'null',
    create: () =>
      createCheck('not to be null', (actual) => (actual === null || actual === undefined ? {} : undefined)),
  }),
];
