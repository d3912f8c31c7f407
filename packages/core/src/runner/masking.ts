/** What stands in place of a secret. */
export const secretMask = '***';

/** Hides secrets in everything that leaves the runner. */
export interface Masker {
  readonly text: (text: string) => string;
  /** Masks every string, key and number of a JSON value; parts without secrets are returned as they are. */
  readonly deep: <T>(value: T) => T;
  /**
   * Masks a result or an event of ours: what users and servers wrote, but no member name, word or number that is
   * ours, so that a secret like `test` leaves the shape of the result alone.
   */
  readonly record: <T>(value: T) => T;
  /** From now on this one is hidden as well: a token that was got in the run. */
  readonly add: (secret: string) => void;
}

/**
 * A masker for these values, also as they look inside JSON text and in URLs. Longer ones first, so that a secret
 * that holds another one disappears whole. Without secrets it costs nothing.
 */
export function createMasker(secrets: readonly string[]): Masker {
  let known = secretForms(secrets);
  const text = (value: string): string =>
    known.pattern === undefined ? value : maskCuts(value.replace(known.pattern, secretMask), known.list);
  const number = (value: number): unknown => (known.set.has(String(value)) ? secretMask : value);
  const deep = (value: unknown): unknown => mapJson(value, { text, number });
  return {
    text,
    deep: (value) => (known.pattern === undefined ? value : (deep(value) as typeof value)),
    record: (value) =>
      known.pattern === undefined ? value : (maskRecord(value, text, deep, false) as typeof value),
    add: (secret) => {
      if (!known.set.has(secret)) known = secretForms([...known.secrets, secret]);
    },
  };
}

interface SecretForms {
  readonly secrets: readonly string[];
  /** Longest first. */
  readonly list: readonly string[];
  readonly set: ReadonlySet<string>;
  /** Undefined when there is nothing to hide. */
  readonly pattern: RegExp | undefined;
}

function secretForms(secrets: readonly string[]): SecretForms {
  const set = new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf));
  const list = [...set].toSorted((a, b) => b.length - a.length);
  const sources = list.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = list.length === 0 ? undefined : new RegExp(sources.join('|'), 'g');
  return { secrets, list, set, pattern };
}

/** A secret as it stands, in URLs, in JSON text, and in JSON text inside JSON text: tool results hold documents. */
function formsOf(secret: string): readonly string[] {
  const inJson = jsonFormsOf(secret);
  return [secret, encodeForUrl(secret), ...inJson, ...inJson.flatMap(jsonFormsOf)];
}

/** JSON text as the libraries of several languages write it. */
function jsonFormsOf(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  // Python and PHP escape what is not ASCII, PHP slashes too, Go what matters in HTML.
  const ascii = escapeUnits(json, /[^\0-\x7f]/g);
  const html = escapeUnits(json, /[<>&\u2028\u2029]/g);
  return [json, ascii, ascii.replaceAll('/', String.raw`\/`), html];
}

function escapeUnits(text: string, units: RegExp): string {
  return text.replaceAll(units, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function encodeForUrl(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** Shortest piece of a secret that is masked where a text was cut: less gives nothing away. */
const shortestPiece = 4;

/** Where a text was cut short, a piece of a secret may be left beside the `…`. */
function maskCuts(text: string, forms: readonly string[]): string {
  if (!text.includes('…')) return text;
  return text
    .split('…')
    .map((part, index, parts) => {
      let left = part;
      if (index < parts.length - 1) left = maskEnd(left, forms);
      return index > 0 ? maskStart(left, forms) : left;
    })
    .join('…');
}

function maskEnd(part: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, part.length); length >= shortestPiece; length -= 1) {
      if (part.endsWith(form.slice(0, length))) return `${part.slice(0, -length)}${secretMask}`;
    }
  }
  return part;
}

function maskStart(part: string, forms: readonly string[]): string {
  const from = part.startsWith('\n') ? 1 : 0;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, part.length - from); length >= shortestPiece; length -= 1) {
      if (!part.startsWith(form.slice(-length), from)) continue;
      return `${part.slice(0, from)}${secretMask}${part.slice(from + length)}`;
    }
  }
  return part;
}

/** Members of results and events whose texts are words of ours. */
const ourWords: ReadonlySet<string> = new Set([
  'type',
  'outcome',
  'kind',
  'code',
  'severity',
  'phase',
  'skipCause',
  'transport',
  'protocolVersion',
  'protocolChecks',
  'level',
  'limit',
  'signal',
  'rule',
  'spec',
  'startedAt',
]);

/** How a server went down, which shares the name `step` with what users call their steps. */
const shutdownSteps: ReadonlySet<unknown> = new Set(['stdin-closed', 'signal', 'killed', 'crashed']);

/** Members that hold JSON of users and servers. */
const foreign: ReadonlySet<string> = new Set(['instance', 'details', 'serverInfo', 'capabilities']);
const foreignInExchange: ReadonlySet<string> = new Set(['result', 'error']);

function maskRecord(
  value: unknown,
  text: (value: string) => string,
  deep: (value: unknown) => unknown,
  inExchange: boolean,
): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return mapItems(value, (item) => maskRecord(item, text, deep, inExchange));
  }
  return mapEntries(value, (key, item) => {
    if (foreign.has(key) || (inExchange && foreignInExchange.has(key))) return [key, deep(item)];
    if (typeof item === 'string' && ourWords.has(key)) return [key, item];
    if (key === 'step' && shutdownSteps.has(item)) return [key, item];
    return [key, maskRecord(item, text, deep, key === 'exchanges')];
  });
}

interface JsonMasks {
  readonly text: (value: string) => string;
  readonly number: (value: number) => unknown;
}

function mapJson(value: unknown, masks: JsonMasks): unknown {
  if (typeof value === 'string') return masks.text(value);
  if (typeof value === 'number') return masks.number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapItems(value, (item) => mapJson(item, masks));
  return mapEntries(value, (key, item) => [masks.text(key), mapJson(item, masks)]);
}

/** The same array when nothing changed. */
function mapItems(items: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  let changed = false;
  const mapped = items.map((item) => {
    const result = map(item);
    changed ||= result !== item;
    return result;
  });
  return changed ? mapped : items;
}

/** The same object when nothing changed. */
function mapEntries(value: object, map: (key: string, item: unknown) => readonly [string, unknown]): object {
  let changed = false;
  const mapped = Object.entries(value).map(([key, item]) => {
    const entry = map(key, item);
    changed ||= entry[0] !== key || entry[1] !== item;
    return entry;
  });
  return changed ? Object.fromEntries(mapped) : value;
}
