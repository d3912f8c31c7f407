import { HarnessError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { hasTemplate, parseTemplate, unescapeReference } from './template.ts';
import type { TemplatePart, TemplateReference } from './template.ts';

/** The value of a name, or undefined when there is none. */
export type TemplateLookup = (name: string) => JsonValue | undefined;

export interface SubstituteOptions {
  /**
   * Names whose values come at a later stage (results of steps): their references stay as they are.
   * While any name is deferred the outcome stays a template: literal `$${` stays escaped, and what is
   * inserted is escaped, so that the later pass cannot take it for a reference.
   */
  readonly deferred?: ReadonlySet<string> | undefined;
}

/**
 * Replaces every `${...}` in the strings of a value, keys excepted, once: what is inserted is not scanned again.
 * A string that is exactly one reference becomes the value itself, of whatever type; inside a longer text
 * numbers and booleans are written out and lists and objects as JSON. `${{ ... }}` is left for
 * {@link renderExpressionTemplates}, which must run after this; inserted text that looks like one is escaped.
 * Parts without references are returned as they are, not copied.
 *
 * The stages: loading the configuration substitutes all but the names of `matrix`/`cases` and of
 * `store_result_as`; the planner, in tests with `matrix`/`cases`, substitutes those of the instance with the
 * stored names `deferred`; the runner, in tests with stored names, the rest, with none deferred.
 *
 * @throws HarnessError CONFIG_VARIABLE_UNSET for a name or path without value and default;
 *   CONFIG_INVALID for a malformed reference.
 */
export function substituteTemplates(
  value: JsonValue,
  lookup: TemplateLookup,
  options: SubstituteOptions = {},
): JsonValue {
  return mapStrings(value, (text) =>
    hasTemplate(text) ? substituteText(parseTemplate(text), lookup, options.deferred) : text,
  );
}

/** Applies a function to every string of a value, sharing whatever it left unchanged. */
export function mapStrings(value: JsonValue, map: (text: string) => JsonValue): JsonValue {
  if (typeof value === 'string') return map(value);
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) {
    let changed = false;
    const items = value.map((item) => {
      const mapped = mapStrings(item, map);
      changed ||= mapped !== item;
      return mapped;
    });
    return changed ? items : value;
  }
  let copy: Record<string, JsonValue> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const mapped = mapStrings(item, map);
    if (mapped === item) continue;
    copy ??= { ...value };
    copy[key] = mapped;
  }
  return copy ?? value;
}

/** Substitutes in one parsed text; see {@link substituteTemplates}. */
export function substituteText(
  parts: readonly TemplatePart[],
  lookup: TemplateLookup,
  deferred?: ReadonlySet<string>,
): JsonValue {
  const remains = deferred !== undefined && deferred.size > 0;
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'reference' && deferred?.has(only.name) !== true) {
    return escapeInserted(resolveReference(only, lookup), remains);
  }
  let text = '';
  for (const part of parts) {
    if (part.kind === 'escape') text += remains ? part.source : unescapeReference(part.source);
    else if (part.kind !== 'reference' || deferred?.has(part.name) === true) text += part.source;
    else text += escapeText(textOf(resolveReference(part, lookup)), remains);
  }
  return text;
}

/**
 * The value of one reference: the looked-up value, the member its path names, or its default.
 * @throws HarnessError CONFIG_VARIABLE_UNSET
 */
function resolveReference(reference: TemplateReference, lookup: TemplateLookup): JsonValue {
  const { name, path, fallback, required } = reference;
  let value = lookup(name);
  let reached = name;
  for (const segment of path) {
    if (value === undefined) break;
    const container: JsonValue = value;
    value = memberOf(container, segment);
    if (value === undefined && fallback === undefined) {
      throw unset(
        reference,
        `: ${reached} has no ${describeSegment(segment)}; ${describeMembers(container)}`,
      );
    }
    reached += typeof segment === 'number' ? `[${segment}]` : `.${segment}`;
  }
  const empty = value === undefined || value === null || value === '';
  if (empty && fallback !== undefined) return fallback;
  if (empty && required !== undefined) {
    throw unset(reference, ` is not set${required === '' ? '' : `: ${required}`}`);
  }
  if (value === undefined) throw unset(reference, ' is not set');
  return value;
}

/** How a value is written inside a longer text. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function escapeInserted(value: JsonValue, remains: boolean): JsonValue {
  return mapStrings(value, (text) => escapeText(text, remains));
}

function escapeText(text: string, remains: boolean): string {
  if (!text.includes('${')) return text;
  return text.replaceAll(remains ? '${' : '${{', (found) => `$${found}`);
}

function memberOf(value: JsonValue, segment: string | number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof segment === 'number' ? value[segment] : undefined;
  return Object.hasOwn(value, segment) ? (value as Readonly<Record<string, JsonValue>>)[segment] : undefined;
}

function describeSegment(segment: string | number): string {
  return typeof segment === 'number' ? `item [${segment}]` : `member ${JSON.stringify(segment)}`;
}

function describeMembers(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return `it is ${JSON.stringify(value)?.slice(0, 60)}`;
  if (Array.isArray(value)) return value.length === 1 ? 'it has 1 item' : `it has ${value.length} items`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'it is empty';
  return `it has ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ', …' : ''}`;
}

function unset(reference: TemplateReference, reason: string): HarnessError {
  const written = reference.source.slice(2, -1).replace(/:\?.*$/s, '');
  const isDemanded = reference.required !== undefined;
  return new HarnessError({
    code: 'CONFIG_VARIABLE_UNSET',
    message: `${isDemanded ? written : reference.source}${reason}`,
    hint: isDemanded
      ? `Set ${reference.name} in the environment or under variables.`
      : `Set ${reference.name} in the environment or under variables, or give a default: \${${written}:-default}.`,
    details: { name: reference.name, offset: reference.offset },
  });
}
