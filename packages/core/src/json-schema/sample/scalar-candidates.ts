import type { JsonObject, JsonValue } from '../../json.ts';
import { formatSamples } from './sample-formats.ts';
import type { SampleSearch } from './search.ts';

const word = 'example';
const textLimitCharacters = 64 * 1024;
const variants = 200;

/** Texts in the schema's format, pattern and length. */
export function* textCandidates(schema: JsonObject, search: SampleSearch): Generator<string> {
  const { format, pattern } = schema;
  const minLength = numberOr(schema['minLength'], 0);
  const maxLength = numberOr(schema['maxLength'], Infinity);
  if (minLength > textLimitCharacters) {
    search.giveUp(`a text of ${minLength} characters is demanded`);
    return;
  }
  const inFormat = typeof format === 'string' ? formatSamples.get(format) : undefined;
  if (inFormat !== undefined) yield* inFormat;
  if (typeof pattern === 'string') {
    yield* search.patterns.samples(pattern, minLength, search.work);
    search.giveUp(`no text was found for the pattern ${pattern}`);
  } else if (inFormat === undefined) {
    for (let index = 0; index < variants; index += 1) {
      const suffix = index === 0 ? '' : String(index);
      const start = word.slice(0, Math.max(0, maxLength - suffix.length));
      yield start.padEnd(minLength - suffix.length, word) + suffix;
    }
  } else {
    search.giveUp(`no text in the format ${JSON.stringify(format)} has the demanded length`);
  }
}

/** Numbers within the bounds: 1 or 0 where they are, then upwards from the lower one, downwards from the upper one, between. */
export function* numberCandidates(schema: JsonObject, isInteger: boolean): Generator<number> {
  const step = numberOr(schema['multipleOf'], 1);
  if (!(step > 0)) return;
  const lower = Math.max(
    numberOr(schema['minimum'], -Infinity),
    numberOr(schema['exclusiveMinimum'], -Infinity),
  );
  const upper = Math.min(
    numberOr(schema['maximum'], Infinity),
    numberOr(schema['exclusiveMaximum'], Infinity),
  );
  if (isWithin(step, lower, upper)) yield step;
  if (isWithin(0, lower, upper)) yield 0;
  if (lower > -Infinity) {
    const first = Math.ceil(lower / step);
    for (let index = 0; index < variants; index += 1) yield tidy((first + index) * step);
  }
  const last = upper < Infinity ? Math.floor(upper / step) : variants;
  for (let index = 0; index < variants; index += 1) yield tidy((last - index) * step);
  if (isInteger) return;
  if (isWithin(0.5, lower, upper)) yield 0.5;
  if (lower === -Infinity || upper === Infinity) return;
  yield lower;
  for (let index = 1; index < variants; index += 1) yield lower + ((upper - lower) * index) / variants;
}

function isWithin(value: number, lower: number, upper: number): boolean {
  return value >= lower && value <= upper;
}

/** Without the dust of binary fractions: 0.3, not 0.30000000000000004. */
function tidy(value: number): number {
  const tidied = Number(value.toPrecision(15));
  return tidied === 0 ? 0 : tidied;
}

function numberOr(value: JsonValue | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
