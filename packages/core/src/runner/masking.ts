/** What stands in place of a secret. */
export const maskText = '***';

/** Hides secrets in everything that leaves the runner. */
export interface Masker {
  readonly text: (text: string) => string;
  /** Masks every string, key and number of a JSON value; parts without secrets are returned as they are. */
  readonly deep: <T>(value: T) => T;
}

const transparent: Masker = { text: (text) => text, deep: (value) => value };

/**
 * A masker for these values, also as they look inside JSON text and in URLs. Longer ones first, so that a secret
 * that holds another one disappears whole. Without secrets it costs nothing.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === '') continue;
    forms.add(secret);
    const json = JSON.stringify(secret).slice(1, -1);
    forms.add(json);
    // Secrets occur in JSON text inside JSON text: tool results that hold documents.
    forms.add(JSON.stringify(json).slice(1, -1));
    forms.add(encodeForUrl(secret));
  }
  if (forms.size === 0) return transparent;
  const pattern = new RegExp(
    [...forms]
      .toSorted((a, b) => b.length - a.length)
      .map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('|'),
    'g',
  );
  const text = (value: string): string => value.replace(pattern, maskText);
  return { text, deep: (value) => maskDeep(value, text, forms) as typeof value };
}

function encodeForUrl(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

function maskDeep(value: unknown, mask: (text: string) => string, secrets: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value === 'number') return secrets.has(String(value)) ? maskText : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let changed = false;
    const items = value.map((item: unknown) => {
      const masked = maskDeep(item, mask, secrets);
      changed ||= masked !== item;
      return masked;
    });
    return changed ? items : value;
  }
  let changed = false;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const masked = maskDeep(item, mask, secrets);
    const maskedKey = mask(key);
    changed ||= masked !== item || maskedKey !== key;
    return [maskedKey, masked];
  });
  return changed ? Object.fromEntries(entries) : value;
}
