import type { JsonValue } from '../../json.ts';
import { rangeOf, typeOf, type Alternative } from './alternative.ts';
import type { BasicType } from './types.ts';

/** So many integers are looked at one by one. */
const integerLimit = 64;

/** All values of a type that an alternative accepts, and maybe some more, when they are few; undefined otherwise. */
export function finiteValues(alternative: Alternative, type: BasicType): readonly JsonValue[] | undefined {
  if (alternative.values !== undefined) return alternative.values.filter((value) => typeOf(value) === type);
  return finders[type]?.(alternative);
}

const finders: Readonly<
  Partial<Record<BasicType, (alternative: Alternative) => readonly JsonValue[] | undefined>>
> = {
  null: () => [null],
  boolean: () => [true, false],
  number(alternative) {
    if (!alternative.isInteger) return undefined;
    const { least, most } = rangeOf(alternative);
    const count = most.value - least.value + 1;
    if (!(count <= integerLimit) || !Number.isSafeInteger(least.value)) return undefined;
    return Array.from({ length: Math.max(0, count) }, (_item, index) => least.value + index);
  },
  string: ({ maxLength }) => (maxLength < 1 ? [''] : undefined),
  array: ({ maxItems }) => (maxItems < 1 ? [[]] : undefined),
  object: ({ maxMembers }) => (maxMembers < 1 ? [{}] : undefined),
};
