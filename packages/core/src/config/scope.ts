/** Names and values in reach of `${...}`: test variables, suite variables, top-level variables, environment. */
import type { JsonValue } from '../json.ts';
import type { ConfigNode, MapNode } from './node.ts';
import { toPlain } from './node.ts';

/** What a name stands for. */
export interface FoundValue {
  readonly value: JsonValue;
  /** The value with what came from the process environment as `***`; the same as `value` when nothing did. */
  readonly masked: JsonValue;
  /** It is text that came from the environment or a default, and may be read as a number or boolean. */
  readonly isText: boolean;
}

export const mask = '***';

/** One level of variables, resolved when first asked for. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #variables: MapNode | undefined;
  readonly #resolve: (node: ConfigNode, scope: Scope, name: string) => ConfigNode;
  readonly #resolved = new Map<string, ConfigNode>();
  readonly #found = new Map<string, FoundValue>();
  readonly #open: string[] = [];
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(init: {
    readonly parent?: Scope | undefined;
    readonly variables: MapNode | undefined;
    readonly environment: Readonly<Record<string, string | undefined>>;
    /** Substitutes in the value of a variable. */
    readonly resolve: (node: ConfigNode, scope: Scope, name: string) => ConfigNode;
  }) {
    this.#parent = init.parent;
    this.#variables = init.variables;
    this.#environment = init.environment;
    this.#resolve = init.resolve;
  }

  /**
   * The value of a name, or undefined. A variable that names itself means the outer one.
   * @throws VariableCycle when variables name each other in a circle
   */
  find(name: string): FoundValue | undefined {
    const variable = this.#variables?.entries.get(name);
    if (variable === undefined || this.#open.at(-1) === name) {
      return this.#parent === undefined ? this.#fromEnvironment(name) : this.#parent.find(name);
    }
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const node = this.variable(name);
    if (node === undefined) return undefined;
    const found: FoundValue = {
      value: toPlain(node),
      masked: toMasked(node),
      isText: node.kind === 'scalar' && node.made?.wholeText === true,
    };
    this.#found.set(name, found);
    return found;
  }

  /** The node of a variable of this level with everything substituted. */
  variable(name: string): ConfigNode | undefined {
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const entry = this.#variables?.entries.get(name);
    if (entry === undefined) return undefined;
    if (this.#open.includes(name)) {
      throw new VariableCycle([...this.#open.slice(this.#open.indexOf(name)), name]);
    }
    this.#open.push(name);
    try {
      const resolved = this.#resolve(entry.value, this, name);
      this.#resolved.set(name, resolved);
      return resolved;
    } finally {
      this.#open.pop();
    }
  }

  /** Names of all variables in reach, the environment's excepted. */
  names(): readonly string[] {
    return [...(this.#variables?.entries.keys() ?? []), ...(this.#parent?.names() ?? [])];
  }

  #fromEnvironment(name: string): FoundValue | undefined {
    const text = Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined;
    return text === undefined ? undefined : { value: text, masked: text === '' ? '' : mask, isText: true };
  }
}

/** Variables that name each other in a circle. */
export class VariableCycle extends Error {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    super(names.join(' → '));
    this.names = names;
  }
}

/** The plain value of a tree with what came from the environment as `***`. */
function toMasked(node: ConfigNode): JsonValue {
  if (node.kind === 'scalar') return node.made?.masked ?? node.value;
  if (node.kind === 'list') return node.items.map(toMasked);
  const plain: Record<string, JsonValue> = {};
  for (const [key, entry] of node.entries) plain[key] = toMasked(entry.value);
  return plain;
}
