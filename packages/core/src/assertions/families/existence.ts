import { createCheck, defineAssertion } from '../define.ts';
import type { Check } from '../define.ts';

/** Whether there is anything. A member that is null does exist. */
export const existenceAssertions = [
  defineAssertion({
    name: 'exists',
    description: 'The key selects something; null counts.',
    options: () => ({}),
    flag: true,
    negation: 'not_exists',
    create: (): Check => ({
      ...createCheck('to exist', (actual) => (actual === undefined ? {} : undefined)),
      acceptsMissing: true,
    }),
  }),
  defineAssertion({
    name: 'not_exists',
    description: 'The key selects nothing.',
    options: () => ({}),
    flag: true,
    negation: 'exists',
    create: (): Check => ({
      ...createCheck('not to exist', (actual) => (actual === undefined ? undefined : {})),
      acceptsMissing: true,
    }),
  }),
];
