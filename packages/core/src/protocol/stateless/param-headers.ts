import { isJsonObject, type JsonObject } from '../../json.ts';

/** An argument of a tool that is repeated in the header `Mcp-Param-<header>`. */
export interface ParamHeader {
  readonly header: string;
  readonly path: readonly string[];
}

const annotation = 'x-mcp-header';
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const primitives: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);
const deepest = 100;

/** Keywords of JSON Schema that hold other schemas; only `properties` keeps a parameter at a fixed place. */
const mapKeywords = ['patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const schemaKeywords = [
  'items',
  'prefixItems',
  'contains',
  'additionalItems',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'propertyNames',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
];

/**
 * The `x-mcp-header` annotations of a tool's input schema, or why they make the tool unusable; 2026-07-28,
 * basic/transports/streamable-http#schema-extension.
 */
export function readParamHeaders(
  inputSchema: unknown,
): { readonly headers: readonly ParamHeader[] } | { readonly fault: string } {
  const headers: ParamHeader[] = [];
  const seen = new Set<string>();
  let fault: string | undefined;

  const take = (schema: JsonObject, path: readonly string[]): void => {
    const header = schema[annotation];
    const where = path.length === 0 ? 'the schema itself' : `parameter ${path.join('.')}`;
    const type = schema['type'];
    if (typeof header !== 'string' || !fieldName.test(header)) {
      fault ??= `${where} wants the header ${JSON.stringify(header)}, which is no header name`;
    } else if (path.length === 0 || !primitives.has(type)) {
      fault ??= `${where} wants a header and is ${JSON.stringify(type) ?? 'without a type'}, not string, integer or boolean`;
    } else if (seen.has(header.toLowerCase())) {
      fault ??= `${where} wants the header ${header}, which another parameter has`;
    } else {
      seen.add(header.toLowerCase());
      headers.push({ header, path });
    }
  };

  /** `path` is undefined once the way has left `properties`. */
  const walk = (schema: unknown, path: readonly string[] | undefined, depth: number): void => {
    if (depth > deepest || fault !== undefined) return;
    if (Array.isArray(schema)) {
      for (const one of schema) walk(one, undefined, depth + 1);
      return;
    }
    if (!isJsonObject(schema)) return;
    if (Object.hasOwn(schema, annotation)) {
      if (path === undefined) fault ??= `${annotation} stands where no fixed parameter is`;
      else take(schema, path);
    }
    for (const [name, property] of entriesOf(schema['properties'])) {
      walk(property, path === undefined ? undefined : [...path, name], depth + 1);
    }
    for (const keyword of mapKeywords) {
      for (const [, one] of entriesOf(schema[keyword])) walk(one, undefined, depth + 1);
    }
    for (const keyword of schemaKeywords) walk(schema[keyword], undefined, depth + 1);
  };

  walk(inputSchema, [], 0);
  return fault === undefined ? { headers } : { fault };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** What is known of the tools of a server: which arguments go into headers, and which tools cannot be used. */
export class ToolHeaders {
  readonly #tools = new Map<string, readonly ParamHeader[]>();
  readonly #unusable = new Set<string>();

  /** Reads a page of `tools/list`; tells the tools that a client has to leave out. */
  learn(result: unknown, onUnusable: (name: string, fault: string) => void): void {
    const tools = isJsonObject(result) ? result['tools'] : undefined;
    if (!Array.isArray(tools)) return;
    for (const tool of tools) {
      const name = isJsonObject(tool) ? tool['name'] : undefined;
      if (typeof name !== 'string') continue;
      const read = readParamHeaders((tool as JsonObject)['inputSchema']);
      this.#unusable.delete(name);
      this.#tools.delete(name);
      if ('headers' in read) {
        if (read.headers.length > 0) this.#tools.set(name, read.headers);
      } else {
        this.#unusable.add(name);
        onUnusable(name, read.fault);
      }
    }
  }

  of(method: string, params: JsonObject | undefined): readonly ParamHeader[] | undefined {
    if (method !== 'tools/call' || this.#tools.size === 0) return undefined;
    const name = params?.['name'];
    return typeof name === 'string' ? this.#tools.get(name) : undefined;
  }

  isUsable(tool: unknown): boolean {
    const name = isJsonObject(tool) ? tool['name'] : undefined;
    return typeof name !== 'string' || !this.#unusable.has(name);
  }
}
