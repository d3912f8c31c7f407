import type { TestCaseConfig } from '../config/schema.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** Longest rendering of one value in an id, in UTF-16 units. */
const longestValue = 60;

/**
 * The instances of a test: every row of `cases`, every combination of `matrix` (the last key varies fastest),
 * or both combined. A test without either has one instance without values.
 */
export function expandInstances(
  test: Pick<TestCaseConfig, 'matrix' | 'cases'>,
): readonly (JsonObject | undefined)[] {
  if (test.matrix === undefined && test.cases === undefined) return [undefined];
  let instances: readonly JsonObject[] = test.cases ?? [{}];
  for (const [key, values] of Object.entries(test.matrix ?? {})) {
    instances = instances.flatMap((instance) => values.map((value) => ({ ...instance, [key]: value })));
  }
  return instances;
}

/** `[a=1, b=x]`: readable, stable, on one line. Long values are cut, so that ids must be made unique by the caller. */
export function nameInstance(instance: JsonObject): string {
  const pairs = Object.entries(instance).map(([key, value]) => `${key}=${nameValue(value)}`);
  return `[${pairs.join(', ')}]`;
}

function nameValue(value: JsonValue): string {
  const plain = typeof value === 'string' && /^[^\p{C}\p{Zl}\p{Zp},[\]"]*$/u.test(value) && value !== '';
  const text = plain ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}
