/**
 * API keys: `mth_<id>_<secret>_<checksum>`. The secret has 256 random bits, so a plain SHA-256 of the key can be stored:
 * there is nothing to guess that a slow hash would protect. The checksum tells a mistyped or cut key from a wrong one,
 * and lets scanners for secrets recognise one.
 */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A new key; the text exists nowhere else. */
export interface NewApiKey {
  /** Names the key in logs; no secret. */
  readonly id: string;
  readonly key: string;
  /** What goes into rbac.yaml. */
  readonly hash: string;
}

/** Digits of base 36 that hold 256 bits. */
const secretLength = 50;
const idLength = 8;
const pattern = new RegExp(`^mth_([0-9a-z]{${idLength}})_([0-9a-z]{${secretLength}})_([0-9a-f]{8})$`);

/** What a key made elsewhere must have at least: 256 bits in base64url. */
const shortestForeignKey = 43;
/** Longer ones are not even hashed. */
const longestKey = 512;

export const hashPrefix = 'sha256:';

/** Makes a key. */
export function createApiKey(random: (bytes: number) => Buffer = randomBytes): NewApiKey {
  const id = digits(random(8)).slice(-idLength);
  const body = `mth_${id}_${digits(random(32)).padStart(secretLength, '0')}`;
  const key = `${body}_${checksum(body)}`;
  return { id, key, hash: hashApiKey(key) };
}

/** What a text that claims to be a key is. */
export type KeyReading =
  | { readonly state: 'ours'; readonly id: string }
  | { readonly state: 'foreign' }
  /** Cut, mistyped, or too short to be worth comparing. */
  | { readonly state: 'malformed'; readonly reason: string };

/** Reads a key without knowing whether it is valid for anybody. */
export function readApiKey(text: string): KeyReading {
  if (text.length > longestKey) return { state: 'malformed', reason: 'it is longer than a key can be' };
  if (!text.startsWith('mth_')) {
    return text.length < shortestForeignKey
      ? { state: 'malformed', reason: `it has fewer than ${shortestForeignKey} characters` }
      : { state: 'foreign' };
  }
  const [, id = '', secret = '', sum = ''] = pattern.exec(text) ?? [];
  if (sum === '' || checksum(`mth_${id}_${secret}`) !== sum)
    return { state: 'malformed', reason: 'its checksum is wrong: a part is missing or mistyped' };
  return { state: 'ours', id };
}

/** The digest that keys are compared by. */
export function digestApiKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}

/**
 * The hash of a key as rbac.yaml has it: `sha256:` and the hexadecimal SHA-256 of the whole text.
 * @throws HarnessError USAGE for a key that could be guessed, or that was copied wrongly
 */
export function hashApiKey(key: string): string {
  const reading = readApiKey(key);
  if (reading.state === 'malformed') {
    throw new HarnessError({
      code: 'USAGE',
      message: `this key is not hashed: ${reading.reason}`,
      hint: 'A short key can be guessed from its hash. `mcp-test-harness rbac create-key` makes one of 256 random bits.',
    });
  }
  return `${hashPrefix}${digestApiKey(key).toString('hex')}`;
}

function digits(bytes: Buffer): string {
  return BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .padStart(idLength, '0');
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
