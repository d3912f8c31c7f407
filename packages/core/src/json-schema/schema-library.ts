import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { declaredDialect } from './dialect.ts';
import { allSubschemas } from './keywords.ts';
import type { SchemaDialect } from './types.ts';

/** A schema with an identifier of its own (the root always has one), and the names within it. */
export interface SchemaResource {
  readonly base: string;
  readonly root: JsonValue;
  readonly dialect: SchemaDialect;
  readonly anchors: Map<string, JsonObject>;
  readonly dynamicAnchors: Map<string, JsonObject>;
}

/** The base of relative references in a document without `$id`. */
const defaultBase = 'schema:/document';

/** Finds what references stand for among the documents at hand; there is no way to any other. */
export class SchemaLibrary {
  readonly root: SchemaResource;
  /** True when a schema asks which members or items no other keyword has seen. */
  hasUnevaluated = false;
  /** Identifiers of more than one schema; the first one has it. */
  readonly ambiguousIds = new Set<string>();
  readonly #resources = new Map<string, SchemaResource>();
  readonly #homes = new WeakMap<JsonObject, SchemaResource>();
  readonly #resolved = new Map<string, JsonValue | undefined>();

  constructor(document: JsonValue, dialect: SchemaDialect) {
    this.root = this.add(document, dialect);
  }

  add(document: JsonValue, dialect: SchemaDialect): SchemaResource {
    const id = isJsonObject(document) ? idOf(document, dialect) : undefined;
    const resource = this.#open(document, dialect, toAbsolute(id ?? '', defaultBase) ?? defaultBase);
    if (isJsonObject(document)) this.#settle(document, resource);
    this.#resolved.clear();
    return resource;
  }

  /** The resource that a schema belongs to. */
  homeOf(schema: JsonObject): SchemaResource {
    return this.#homes.get(schema) ?? this.root;
  }

  /** The schema that a reference found in a resource stands for. */
  resolve(reference: string, from: SchemaResource): JsonValue | undefined {
    const key = `${from.base} ${reference}`;
    if (!this.#resolved.has(key)) this.#resolved.set(key, this.#find(reference, from));
    return this.#resolved.get(key);
  }

  #open(root: JsonValue, dialect: SchemaDialect, base: string): SchemaResource {
    const resource: SchemaResource = { base, root, dialect, anchors: new Map(), dynamicAnchors: new Map() };
    if (this.#resources.has(base)) this.ambiguousIds.add(base);
    else this.#resources.set(base, resource);
    return resource;
  }

  /** Notes where a schema and all below it belong, and the names they have there. */
  #settle(schema: JsonObject, around: SchemaResource): void {
    if (this.#homes.has(schema)) return;
    const home = this.#homeWithin(schema, around);
    this.#homes.set(schema, home);
    const is2020 = home.dialect === '2020-12';
    const { $id, $anchor, $dynamicAnchor } = schema;
    const plainName = is2020
      ? $anchor
      : typeof $id === 'string' && $id.startsWith('#')
        ? $id.slice(1)
        : undefined;
    if (typeof plainName === 'string') addOnce(home.anchors, plainName, schema);
    if (is2020 && typeof $dynamicAnchor === 'string') {
      addOnce(home.anchors, $dynamicAnchor, schema);
      addOnce(home.dynamicAnchors, $dynamicAnchor, schema);
    }
    this.hasUnevaluated ||=
      Object.hasOwn(schema, 'unevaluatedItems') || Object.hasOwn(schema, 'unevaluatedProperties');
    for (const part of allSubschemas(schema, home.dialect)) this.#settle(part, home);
  }

  #homeWithin(schema: JsonObject, around: SchemaResource): SchemaResource {
    if (schema === around.root) return around;
    const dialect = declaredDialect(schema) ?? around.dialect;
    const id = idOf(schema, dialect);
    const base = id === undefined ? undefined : toAbsolute(id, around.base);
    return base === undefined ? around : this.#open(schema, dialect, base);
  }

  #find(reference: string, from: SchemaResource): JsonValue | undefined {
    const [uri = '', ...rest] = reference.split('#');
    const resource = uri === '' ? from : this.#resources.get(toAbsolute(uri, from.base) ?? '');
    const fragment = decode(rest.join('#'));
    if (resource === undefined || fragment === undefined) return undefined;
    if (fragment === '') return resource.root;
    return fragment.startsWith('/') ? this.#follow(fragment, resource) : resource.anchors.get(fragment);
  }

  #follow(pointer: string, resource: SchemaResource): JsonValue | undefined {
    let value: JsonValue = resource.root;
    let home = resource;
    for (const step of pointer.split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Readonly<Record<string, JsonValue>>)[name]!;
      if (isJsonObject(value)) home = this.#homes.get(value) ?? home;
    }
    if (typeof value === 'boolean') return value;
    if (!isJsonObject(value)) return undefined;
    this.#settle(value, home);
    return value;
  }
}

/** The identifier by which a schema opens a resource of its own. */
function idOf(schema: JsonObject, dialect: SchemaDialect): string | undefined {
  const { $id, $ref } = schema;
  if (typeof $id !== 'string' || $id === '' || $id.startsWith('#')) return undefined;
  return dialect === 'draft-07' && typeof $ref === 'string' ? undefined : $id;
}

function toAbsolute(uri: string, base: string): string | undefined {
  return URL.parse(uri, base)?.href.replace(/#.*$/s, '');
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function addOnce(names: Map<string, JsonObject>, name: string, schema: JsonObject): void {
  if (!names.has(name)) names.set(name, schema);
}
