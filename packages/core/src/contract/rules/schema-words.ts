import type { JsonValue } from '../../json.ts';
import type { DifferenceKind, SchemaDifference } from '../../json-schema/index.ts';

/** What a difference looks like in time: what the schema said, and what it says. */
export interface SchemaChange extends SchemaDifference {
  /** Whether it accepts less than before, or more. */
  readonly direction: 'narrowed' | 'widened';
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

type Write = (change: SchemaChange) => string;

const limit =
  (name: string): Write =>
  ({ before, after }) =>
    `${name} ${show(before)} → ${show(after)}`;

const count =
  (noun: string): Write =>
  ({ before, after, detail }) =>
    `${detail ?? ''} ${show(before)} → ${show(after)} ${noun}`.trim();

/** What happened, in words that come after the name of the part. */
const words: Readonly<Record<DifferenceKind, Write>> = {
  type: ({ before, after }) => `type ${showTypes(before)} → ${showTypes(after)}`,
  values: ({ direction, wider, narrower }) => {
    if (narrower !== undefined) {
      const only = showAll(narrower);
      return direction === 'narrowed' ? `only ${only} now` : `no longer only ${only}`;
    }
    return `${direction === 'narrowed' ? 'no longer' : 'also'} ${showAll(wider)}`;
  },
  minimum: limit('minimum'),
  maximum: limit('maximum'),
  multiple: limit('multiple of'),
  length: count('characters'),
  pattern: limit('pattern'),
  format: limit('format'),
  'item-count': count('items'),
  unique: ({ direction }) =>
    direction === 'narrowed' ? 'no two equal items now' : 'equal items are possible now',
  required: ({ direction }) => (direction === 'narrowed' ? 'is required now' : 'is no longer required'),
  excluded: ({ direction, pointer }) => {
    const what = pointer.endsWith('/additionalProperties') ? 'other members are' : 'is';
    return `${what} ${direction === 'narrowed' ? 'no longer accepted' : 'accepted now'}`;
  },
  'member-count': count('members'),
  alternative: ({ direction }) =>
    direction === 'narrowed' ? 'some of its forms are gone' : 'there are more forms of it',
};

/** What happened to a part of a value, as a clause: `` `limit`: maximum none → 10 ``. */
export function writeSchemaChange(change: SchemaChange): string {
  const { pointer, example } = change;
  const such = example === undefined || change.kind === 'values' ? '' : ` (for example ${show(example)})`;
  return `${nameOf(pointer)}: ${words[change.kind](change)}${such}`;
}

/** The name of a part for people: `options.limit`, `paths[]`. */
export function nameOf(pointer: string): string {
  const name = pointer
    .replaceAll(/\/properties\/([^/]*)/g, (_all, member: string) => `.${member}`)
    .replaceAll(/\/(?:prefixItems|items)\/(\d+)/g, '[$1]')
    .replaceAll('/items', '[]')
    .replaceAll('/additionalProperties', '.*')
    .replaceAll(/\/patternProperties\/([^/]*)/g, '.($1)')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
    .replace(/^\./, '');
  return name === '' ? 'the whole' : `\`${name}\``;
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return 'none';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function showTypes(value: JsonValue | undefined): string {
  const names = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (names.length === 6) return 'any';
  return names.length === 0 ? 'none' : names.map(String).join(' or ');
}

const shownValues = 5;

function showAll(values: JsonValue | undefined): string {
  const list = Array.isArray(values) ? (values as readonly JsonValue[]) : [];
  const more = list.length > shownValues ? ` and ${list.length - shownValues} more` : '';
  return `${list.slice(0, shownValues).map(show).join(', ')}${more}`;
}
