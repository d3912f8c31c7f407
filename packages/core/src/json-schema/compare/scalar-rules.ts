import type { JsonValue } from '../../json.ts';
import { typeOfFormat } from '../formats.ts';
import { isMultiple } from '../judge/is-multiple.ts';
import { rangeOf, type Alternative, type Bound } from './alternative.ts';
import type { Side } from './side.ts';
import type { DifferenceKind, SchemaDifference } from './types.ts';

/** Notes one difference at the place that is looked at. */
export type Report = (
  kind: DifferenceKind,
  more?: Partial<Pick<SchemaDifference, 'isCertain' | 'wider' | 'narrower' | 'detail' | 'example'>>,
) => void;

/** Formats whose every text is in another format too. */
const impliedFormats: ReadonlyMap<string, readonly string[]> = new Map([
  ['uri', ['uri-reference']],
  ['time', ['iso-time']],
  ['date-time', ['iso-date-time']],
]);

/** What keeps numbers of one alternative out of another. */
export function compareNumbers(sub: Alternative, sup: Alternative, report: Report): void {
  if (sup.isInteger && !sub.isInteger && !sub.multiples.some((divisor) => isMultiple(divisor, 1)))
    report('type', { wider: 'number', narrower: 'integer' });
  const [of, within] = [rangeOf(sub), rangeOf(sup)];
  if (!isWithin(of.least, within.least, 1))
    report('minimum', { wider: writeBound(sub.minimum), narrower: writeBound(sup.minimum) });
  if (!isWithin(of.most, within.most, -1))
    report('maximum', { wider: writeBound(sub.maximum), narrower: writeBound(sup.maximum) });
  const known = sub.isInteger ? [...sub.multiples, 1] : sub.multiples;
  for (const divisor of sup.multiples) {
    if (known.some((own) => isMultiple(own, divisor))) continue;
    // Several divisors, or both ends, can come to the same.
    const isCertain =
      sub.multiples.length < 2 && !(Number.isFinite(of.least.value) && Number.isFinite(of.most.value));
    report('multiple', { isCertain, wider: sub.multiples[0], narrower: divisor });
  }
  compareFormats('number', sub, sup, report);
}

/** Whether one bound lets through no more than another. @param direction 1 for lower bounds, -1 for upper ones */
function isWithin(own: Bound, other: Bound, direction: 1 | -1): boolean {
  if (own.value === other.value) return own.isExclusive || !other.isExclusive;
  return own.value * direction > other.value * direction;
}

function writeBound({ value, isExclusive }: Bound): JsonValue | undefined {
  if (!Number.isFinite(value)) return undefined;
  return isExclusive ? `${value} (exclusive)` : value;
}

/** What keeps texts of one alternative out of another. */
export function compareTexts(sub: Alternative, sup: Alternative, report: Report, side: Side): void {
  if (sub.minLength < sup.minLength)
    report('length', { wider: sub.minLength, narrower: sup.minLength, detail: 'at least' });
  if (sub.maxLength > sup.maxLength)
    report('length', { wider: finite(sub.maxLength), narrower: sup.maxLength, detail: 'at most' });
  for (const pattern of sup.patterns) {
    if (sub.patterns.has(pattern)) continue;
    const [own] = sub.patterns;
    const example = textOutside(pattern, sub, side);
    const certainty =
      example === undefined
        ? { isCertain: false, detail: 'two patterns cannot be compared' }
        : { isCertain: true, example };
    report('pattern', { ...certainty, wider: own, narrower: pattern });
  }
  compareFormats('string', sub, sup, report);
}

function compareFormats(type: 'string' | 'number', sub: Alternative, sup: Alternative, report: Report): void {
  const own = [...sub.formats].flatMap((format) => [format, ...(impliedFormats.get(format) ?? [])]);
  if (sub.isInteger) own.push('int64');
  for (const format of sup.formats) {
    const judged = typeOfFormat(format);
    if (own.includes(format) || (judged !== undefined && judged !== type)) continue;
    const [wider] = sub.formats;
    const isKnown = judged !== undefined;
    report('format', {
      isCertain: isKnown,
      wider,
      narrower: format,
      detail: isKnown ? undefined : `"${format}" is no format that is known, and may be checked or not`,
    });
  }
}

const plainTexts = ['', 'a', 'A', '0', ' ', '-', '/', 'example', 'Example 1!', 'é', '\n'];
const sampleLimit = 20;
const longestText = 200;

/** A text that the alternative accepts and the pattern does not, where one of a few is. */
function textOutside(pattern: string, sub: Alternative, side: Side): string | undefined {
  if (sub.formats.size > 0) return undefined;
  const [own] = sub.patterns;
  const texts: Iterable<string> =
    own === undefined ? plainTexts : side.patterns.samples(own, sub.minLength, side.work);
  let tried = 0;
  for (const text of texts) {
    const long = text === '' ? text : text.padEnd(Math.min(sub.minLength, longestText), text);
    if (isText(long, sub, side) && side.patterns.matches(pattern, long, side.work) === false) return long;
    tried += 1;
    if (tried >= sampleLimit) return undefined;
  }
  return undefined;
}

/** Whether the alternative is sure to accept a text. */
function isText(text: string, { minLength, maxLength, patterns }: Alternative, side: Side): boolean {
  const { length } = Array.from(text);
  return (
    length >= minLength &&
    length <= maxLength &&
    [...patterns].every((pattern) => side.patterns.matches(pattern, text, side.work) === true)
  );
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
