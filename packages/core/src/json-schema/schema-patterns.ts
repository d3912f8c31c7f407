import type { PreparedSchema } from './prepare-schema.ts';

interface PatternEngine {
  /** For Ajv's `code.regExp`. */
  readonly regExp: { (pattern: string, flags: string): PatternTest; code: string };
  /** One sentence for each pattern that linear time cannot decide; filled while the schema is compiled. */
  readonly uncheckable: readonly string[];
  /** True when even the names that a schema speaks of cannot be told, so that nothing can be said. */
  readonly propertiesAreUncheckable: boolean;
  /** Runs with every uncheckable pattern taken as not matching; otherwise they are taken as matching. */
  withUnmatched<Result>(run: () => Result): Result;
}

interface PatternTest {
  test(text: string): boolean;
  /** Ajv tells patterns apart by this text. */
  toString(): string;
}

/** Patterns in linear time; the engine is loaded only for a schema that has patterns. */
export async function createPatternEngine(
  prepared: Pick<PreparedSchema, 'hasPatterns' | 'propertyPatterns' | 'references'>,
): Promise<PatternEngine> {
  const isNeeded = prepared.hasPatterns || prepared.references.length > 0;
  const createSafeRegex = isNeeded ? (await import('../regex.ts')).createSafeRegex : undefined;
  const uncheckable = new Map<string, string>();
  let propertiesAreUncheckable = false;
  let assumed = true;

  const regExp = (pattern: string, flags: string): PatternTest => {
    const toString = (): string => `/${pattern}/${flags}`;
    try {
      const regex = createSafeRegex!(pattern, flags);
      return { test: (text) => regex.test(text), toString };
    } catch (error) {
      uncheckable.set(pattern, error instanceof Error ? error.message : String(error));
      propertiesAreUncheckable ||= prepared.propertyPatterns.has(pattern);
      return { test: () => assumed, toString };
    }
  };

  return {
    regExp: Object.assign(regExp, { code: 'regExp' }),
    get uncheckable() {
      return [...uncheckable.values()].map((reason) => `a pattern cannot be checked: ${reason}`);
    },
    get propertiesAreUncheckable() {
      return propertiesAreUncheckable;
    },
    withUnmatched(run) {
      assumed = false;
      try {
        return run();
      } finally {
        assumed = true;
      }
    },
  };
}
