import { createMasker, secretMask } from '@mcp-test-harness/core/runner';

/** Takes secrets out of everything that is logged: those that are known, and what has the form of one. */
export interface Scrubber {
  readonly text: (text: string) => string;
  /** An error as an object that can be logged, with its causes. */
  readonly error: (error: unknown) => ScrubbedError;
  /** From now on this one is hidden as well. */
  readonly add: (secret: string) => void;
}

export interface ScrubbedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly hint?: string | undefined;
  readonly stack?: string | undefined;
  readonly cause?: ScrubbedError | undefined;
}

/** Lengths are bounded, so that no text takes long. A key keeps its id: it tells which one has to be taken out of use. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/\bmth_([0-9a-z]{8})_[0-9a-z]{16,64}(?:_[0-9a-f]{0,8})?/g, `mth_$1_${secretMask}`],
  [/\b(Bearer|Basic)\s{1,10}(?!\*\*\*)[\w.~+/=-]{8,4096}/gi, `$1 ${secretMask}`],
  [/\b(hv[sbr])\.[\w-]{20,512}/g, `$1.${secretMask}`],
  [
    /-----BEGIN ([A-Z ]{0,20}PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g,
    `-----BEGIN $1----- ${secretMask}`,
  ],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"'\\]{0,128}):[^\s@/"'\\]{1,512}@/gi, `$1:${secretMask}@`],
  [/(\bhttps:\/\/hooks\.slack\.com\/)[^\s"'\\]{1,512}/g, `$1${secretMask}`],
];

const mostCauses = 5;
/** Shorter ones would garble everything, and are no secrets worth the name. */
const shortest = 4;

/** @param secrets values of the configuration and the environment that must not be shown */
export function createScrubber(secrets: Iterable<string> = []): Scrubber {
  const masker = createMasker([...secrets].filter(({ length }) => length >= shortest));
  const text = (value: string): string =>
    forms.reduce((left, [pattern, by]) => left.replace(pattern, by), masker.text(value));
  const error = (value: unknown, depth = 0): ScrubbedError => {
    if (!(value instanceof Error)) return { name: 'Error', message: text(String(value)) };
    const { code, hint } = value as { readonly code?: unknown; readonly hint?: unknown };
    return {
      name: value.name,
      message: text(value.message),
      code: typeof code === 'string' ? code : undefined,
      hint: typeof hint === 'string' ? text(hint) : undefined,
      stack: value.stack === undefined ? undefined : text(value.stack),
      cause: value.cause === undefined || depth >= mostCauses ? undefined : error(value.cause, depth + 1),
    };
  };
  return {
    text,
    error: (value) => error(value),
    add: (secret) => {
      if (secret.length >= shortest) masker.add(secret);
    },
  };
}
