import type { Assertion } from './define.ts';
import { arrayAssertions } from './families/arrays.ts';
import { equalityAssertions } from './families/equality.ts';
import { existenceAssertions } from './families/existence.ts';
import { negationAssertions } from './families/not.ts';
import { numberAssertions } from './families/numbers.ts';
import { objectAssertions } from './families/objects.ts';
import { schemaAssertions } from './families/schema.ts';
import { stringAssertions } from './families/strings.ts';
import { typeAssertions } from './families/types.ts';
import type { Registry } from './matcher-map.ts';

/** Every assertion. The configuration's schema, the editor's schema and the reference page derive from this list. */
export const assertions: readonly Assertion[] = [
  ...existenceAssertions,
  ...equalityAssertions,
  ...numberAssertions,
  ...stringAssertions,
  ...arrayAssertions,
  ...objectAssertions,
  ...typeAssertions,
  ...schemaAssertions,
  ...negationAssertions,
];

export const registry: Registry = new Map(assertions.map((assertion) => [assertion.name, assertion]));
