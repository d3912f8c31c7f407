import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** What a schema says of a part of the value for people and models, and what stands in for it. */
export interface MemberTexts {
  readonly title: JsonValue | undefined;
  readonly description: JsonValue | undefined;
  readonly default: JsonValue | undefined;
  readonly examples: JsonValue | undefined;
}

/** More parts than this are not looked at. */
const partLimit = 2000;
const levelLimit = 32;

/**
 * The parts of a value that a schema describes, by JSON Pointer along properties, items and branches; local references are
 * looked through.
 */
export function readMembers(root: JsonObject): ReadonlyMap<string, MemberTexts> {
  const found = new Map<string, MemberTexts>();
  const visit = (schema: JsonValue | undefined, at: string, open: readonly JsonObject[]): void => {
    if (!isJsonObject(schema) || open.includes(schema) || open.length > levelLimit || found.size >= partLimit)
      return;
    const around = [...open, schema];
    const { title, description, default: fallback, examples, properties, items, $ref } = schema;
    const known = found.get(at);
    found.set(at, {
      title: title ?? known?.title,
      description: description ?? known?.description,
      default: fallback ?? known?.default,
      examples: examples ?? known?.examples,
    });
    if (typeof $ref === 'string') visit(follow(root, $ref), at, around);
    if (isJsonObject(properties))
      for (const [name, member] of Object.entries(properties))
        visit(
          member === true ? {} : member,
          `${at}/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          around,
        );
    if (isJsonObject(items)) visit(items, `${at}/items`, around);
    for (const keyword of ['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf']) {
      const parts = schema[keyword];
      if (!Array.isArray(parts)) continue;
      for (const [index, part] of (parts as readonly JsonValue[]).entries())
        visit(part, keyword === 'allOf' ? at : `${at}/${keyword}/${index}`, around);
    }
  };
  visit(root, '', []);
  return found;
}

/** The part of a document that a plain local reference leads to. */
function follow(root: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let value: JsonValue | undefined = root;
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}
