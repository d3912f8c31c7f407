import { createHash } from 'node:crypto';

/** The suite whose directory has this name; undefined for one that no suite has, or whose name was cut. */
export function suiteOfDirectory(name: string): string | undefined {
  try {
    const suite = decodeURIComponent(name);
    return suiteDirectory(suite) === name ? suite : undefined;
  } catch {
    return undefined;
  }
}

/** File systems take 255 bytes; what is longer is cut and told apart by a hash. */
const longestName = 120;

/** Names that Windows keeps for itself. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The directory that a suite's baseline has: its name, with what a path gives a meaning to as %XX, so that no name leaves
 * the store (`..`, `a/b`) and no two have the same.
 */
export function suiteDirectory(suite: string): string {
  const encoded = encodeURIComponent(suite)
    .replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, '%2E')
    .replace(/\.$/, '%2E')
    .replaceAll('%20', ' ');
  const safe = reserved.test(encoded) ? `%${encoded.charCodeAt(0).toString(16)}${encoded.slice(1)}` : encoded;
  const trimmed = safe.replace(/^ | $/g, '%20');
  if (trimmed.length <= longestName) return trimmed;
  const hash = createHash('sha256').update(suite).digest('hex').slice(0, 12);
  return `${trimmed.slice(0, longestName - 13)}-${hash}`;
}
