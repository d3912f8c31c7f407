/** Plain JSON as the expression library's data, converted only where an expression looks. */
import * as data from '@actions/expressions/data/index';
import type { Pair } from '@actions/expressions/data/expressiondata';
import type { JsonValue } from '../json.ts';

/** An object. Looks up own members only, the exact name first, then any case, as the language promises. */
class ObjectData extends data.Dictionary {
  readonly #members: Readonly<Record<string, JsonValue | undefined>>;

  constructor(members: Readonly<Record<string, JsonValue | undefined>>) {
    super();
    this.#members = members;
  }

  override get(key: string): data.ExpressionData | undefined {
    if (Object.hasOwn(this.#members, key)) return toData(this.#members[key]);
    const folded = key.toLowerCase();
    const name = Object.keys(this.#members).find((candidate) => candidate.toLowerCase() === folded);
    return name === undefined ? undefined : toData(this.#members[name]);
  }

  override values(): data.ExpressionData[] {
    return Object.values(this.#members).map(toData);
  }

  override pairs(): Pair[] {
    return Object.entries(this.#members).map(([key, value]) => ({ key, value: toData(value) }));
  }

  plain(): JsonValue {
    return this.#members as JsonValue;
  }
}

class ListData extends data.Array {
  readonly #items: readonly JsonValue[];
  #converted: data.ExpressionData[] | undefined;

  constructor(items: readonly JsonValue[]) {
    super();
    this.#items = items;
  }

  override get(index: number): data.ExpressionData {
    return toData(this.#items[index]);
  }

  override values(): data.ExpressionData[] {
    this.#converted ??= this.#items.map(toData);
    return this.#converted;
  }

  plain(): JsonValue {
    return this.#items;
  }
}

/** JSON → data. `undefined` is null, as a missing member is. */
export function toData(value: JsonValue | undefined): data.ExpressionData {
  if (value === undefined || value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new ListData(value);
  return new ObjectData(value as Readonly<Record<string, JsonValue>>);
}

/** The contexts of an expression as the library wants them. */
export function toContext(contexts: Readonly<Record<string, JsonValue | undefined>>): data.Dictionary {
  return new ObjectData(contexts);
}

/** Data → JSON. NaN and infinities, which JSON lacks, become null. */
export function toJson(value: data.ExpressionData): JsonValue {
  if (value instanceof ObjectData || value instanceof ListData) return value.plain();
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.Array:
      return value.values().map(toJson);
    case data.Kind.Number: {
      const number = value.number();
      return Number.isFinite(number) ? number : null;
    }
    case data.Kind.Boolean:
      return value.value;
    case data.Kind.Dictionary:
      return Object.fromEntries(value.pairs().map((pair) => [pair.key, toJson(pair.value)]));
    case data.Kind.String:
      break;
  }
  return value.coerceString();
}
