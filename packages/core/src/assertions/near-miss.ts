import type { JsonValue } from '../json.ts';
import type { Comparison } from './compare.ts';
import { normalizeText } from './compare.ts';
import { typeName } from './render.ts';

/** What the two values have in common after all, in words, when that explains the mistake. */
export function explainNearMiss(
  expected: JsonValue,
  actual: JsonValue | undefined,
  comparison: Comparison,
): string | undefined {
  if (typeof expected === 'string' && typeof actual === 'string') {
    return explainTextNearMiss(expected, actual, comparison);
  }
  if (isScalar(expected) && isScalar(actual) && typeof expected !== typeof actual) {
    if (String(expected) === String(actual)) {
      return `the same value, but ${typeName(actual)} instead of ${typeName(expected)}`;
    }
  }
  return undefined;
}

const longestText = 100_000;

function explainTextNearMiss(expected: string, actual: string, comparison: Comparison): string | undefined {
  if (Math.max(expected.length, actual.length) > longestText) return undefined;
  const alike = (change: (text: string) => string): boolean =>
    change(normalizeText(expected, comparison)) === change(normalizeText(actual, comparison));
  if (alike((text) => text.replace(/\r?\n$/, ''))) {
    return actual.length > expected.length
      ? 'it differs only in a line break at its end'
      : 'it lacks only the line break at its end';
  }
  if (alike((text) => text.replaceAll('\r\n', '\n'))) return 'it differs only in its line endings (CRLF, LF)';
  if (alike((text) => text.replace(/\s+/g, ''))) return 'it differs only in white space';
  if (alike((text) => text.toLowerCase())) return 'it differs only in case';
  if (alike((text) => text.normalize('NFKC'))) return 'it differs only in Unicode normalization';
  return explainFirstDifference(expected, actual);
}

const shortText = 60;

function explainFirstDifference(expected: string, actual: string): string | undefined {
  if (Math.max(expected.length, actual.length) <= shortText) return undefined;
  let index = 0;
  while (index < expected.length && expected[index] === actual[index]) index += 1;
  if (index === 0) return undefined;
  const before = actual.slice(0, index);
  const line = before.split('\n').length;
  const column = index - before.lastIndexOf('\n');
  return `the first difference is at line ${line}, column ${column}`;
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean | null {
  return value !== undefined && (typeof value !== 'object' || value === null);
}
