import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Random } from '../../statistics/random.ts';

/** Where a value stands in arguments. */
type Path = readonly (string | number)[];

const nested = (depth: number): JsonValue => {
  let value: JsonValue = [];
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};

/** What programmers forget: wrong types, the empty and the huge, characters with a meaning somewhere. */
const odd: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  'a'.repeat(100_000),
  '\u0000',
  '\u202E\uFEFF',
  '👩‍👩‍👧‍👦é日本語',
  '\uD800',
  '../../../../etc/passwd',
  'C:\\Windows\\..\\',
  "'; SELECT 1; --",
  '${7*7}{{7*7}}',
  '%s%n%00',
  'NaN',
  '-0',
  [],
  {},
  nested(500),
  Array.from({ length: 5000 }, () => 0),
  { constructor: 1, toString: 'x' },
];

/** Arguments with one to three faults or oddities, the same for the same random numbers. */
export function mutate(args: JsonObject, random: Random): JsonObject {
  let mutated = args;
  const faults = 1 + Math.floor(random.next() * 3);
  for (let fault = 0; fault < faults; fault += 1) mutated = mutateOnce(mutated, random);
  return mutated;
}

function mutateOnce(args: JsonObject, random: Random): JsonObject {
  const paths = pathsIn(args);
  const roll = random.next();
  if (paths.length === 0 || roll < 0.1)
    return { ...args, [random.pick(['extra', '__proto__x', ''])]: random.pick(odd) };
  const path = random.pick(paths);
  if (roll < 0.25) return without(args, path) as JsonObject;
  return replaced(args, path, random.pick(odd)) as JsonObject;
}

/** Every place below the root, nearer ones first. */
function pathsIn(value: JsonValue, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || path.length > 6) return [];
  const keys = Array.isArray(value) ? value.map((_item, index) => index).slice(0, 3) : Object.keys(value);
  return keys.flatMap((key) => {
    const at = [...path, key];
    return [at, ...pathsIn((value as Record<string | number, JsonValue>)[key] ?? null, at)];
  });
}

function replaced(value: JsonValue, path: Path, by: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? replaced(item, rest, by) : item));
  if (!isJsonObject(value)) return value;
  return { ...value, [key]: replaced(value[key] ?? null, rest, by) };
}

function without(value: JsonValue, path: Path): JsonValue {
  const [key, ...rest] = path;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_item, index) => index !== key);
    return value.map((item, index) => (index === key ? without(item, rest) : item));
  }
  if (!isJsonObject(value) || key === undefined) return value;
  if (rest.length > 0) return { ...value, [key]: without(value[key] ?? null, rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

/** Simpler arguments, to see whether they fail too; the largest steps first. */
export function* simplifications(args: JsonObject, plain: JsonObject): Generator<JsonObject> {
  for (const path of pathsIn(args)) yield without(args, path) as JsonObject;
  for (const path of pathsIn(args)) {
    const value = read(args, path);
    const usual = read(plain, path);
    if (usual !== undefined && JSON.stringify(usual) !== JSON.stringify(value)) {
      yield replaced(args, path, usual) as JsonObject;
    }
    if (typeof value === 'string' && value.length > 1) {
      yield replaced(args, path, value.slice(0, Math.floor(value.length / 2))) as JsonObject;
    }
    if (Array.isArray(value) && value.length > 1) {
      yield replaced(args, path, value.slice(0, Math.floor(value.length / 2))) as JsonObject;
    }
  }
}

function read(value: JsonValue, path: Path): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string | number, JsonValue>)[key];
  }
  return at;
}
