import type { Format } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/** Texts longer than this are not put before a regular expression that may take quadratic time. */
const textLimitCharacters = 2048;

/** Formats whose texts have no natural length: a longer text is taken as met instead of wrong. */
const unbounded: ReadonlySet<string> = new Set([
  'uri',
  'uri-reference',
  'uri-template',
  'url',
  'json-pointer',
  'json-pointer-uri-fragment',
  'relative-json-pointer',
  'regex',
]);
/** Checked in one pass, whatever the length. */
const linear: ReadonlySet<string> = new Set(['byte', 'binary', 'password']);

/** Every format that is checked, in time that no text can blow up. An unknown format is an annotation, as the standard says. */
export function safeFormats(): Record<string, Format> {
  return Object.fromEntries(
    Object.entries(fullFormats).map(([name, format]) => [
      name,
      linear.has(name) ? format : limitLength(name, format),
    ]),
  );
}

function limitLength(name: string, format: Format): Format {
  const check = textCheckOf(format);
  if (check === undefined) return format;
  return {
    type: 'string',
    validate: (text) => (text.length > textLimitCharacters ? unbounded.has(name) : check(text)),
  };
}

function textCheckOf(format: Format): ((text: string) => boolean) | undefined {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === 'function') return format;
  if (typeof format !== 'object' || format.type === 'number') return undefined;
  const { validate } = format;
  if (validate instanceof RegExp) return (text) => validate.test(text);
  return typeof validate === 'function' ? (validate as (text: string) => boolean) : undefined;
}
