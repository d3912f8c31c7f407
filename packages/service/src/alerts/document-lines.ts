import type { JsonValue } from '../store/index.ts';

const mostItems = 10;

/**
 * A summary's document as lines of text, whatever it holds: `runs: passed 12, failed 3`, and lists with one line an
 * item.
 */
export function linesOfDocument(document: JsonValue): readonly string[] {
  if (!isRecord(document)) return isEmpty(document) ? [] : [inline(document)];
  return Object.entries(document).flatMap(([name, value]) => {
    if (isEmpty(value)) return [];
    if (!isList(value)) return [`${words(name)}: ${inline(value)}`];
    const more = value.length - mostItems;
    return [
      `${words(name)}:`,
      ...value.slice(0, mostItems).map((item) => `  ${inline(item)}`),
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ];
  });
}

/** One value on one line. */
function inline(value: JsonValue): string {
  if (isList(value)) return value.map(inline).join(', ');
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .filter(([, member]) => !isEmpty(member))
    .map(([name, member]) => `${words(name)} ${inline(member)}`)
    .join(', ');
}

/** `failedRuns` as people write it. */
function words(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function isEmpty(value: JsonValue): boolean {
  return value === null || value === '' || (isList(value) && value.length === 0);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isRecord(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !isList(value);
}
