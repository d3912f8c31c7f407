/** Names in a test whose values are known only after loading; their `${name}` stays for the planner and runner. */

export interface DeferredNames {
  /** Keys of `matrix`, or of the rows of `cases`: the planner's. */
  readonly instance: ReadonlySet<string>;
  /** Names given by `store_result_as` in any step: the runner's. */
  readonly stored: ReadonlySet<string>;
  /** Both. */
  readonly all: ReadonlySet<string>;
}

interface TestLike {
  readonly matrix?: unknown;
  readonly cases?: unknown;
  readonly steps?: unknown;
  readonly setup_steps?: unknown;
  readonly cleanup_steps?: unknown;
}

/** Reads the deferred names off a test, as written or as validated. */
export function deferredNames(test: TestLike): DeferredNames {
  const instance = new Set(keysOf(test.matrix));
  for (const row of listOf(test.cases)) for (const key of keysOf(row)) instance.add(key);
  const stored = new Set<string>();
  for (const step of [test.setup_steps, test.steps, test.cleanup_steps].flatMap(listOf)) {
    const name = isObject(step) ? step['store_result_as'] : undefined;
    if (typeof name === 'string') stored.add(name);
  }
  return { instance, stored, all: new Set([...instance, ...stored]) };
}

function keysOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
