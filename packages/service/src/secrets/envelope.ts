/**
 * What is stored of a secret: `mthenc.1.HEADER.IV.CIPHERTEXT.TAG`, each part in base64url. The header says which provider
 * has wrapped the data key, and holds the wrapped key. AES-256-GCM covers the header, and the place that the text is for:
 * a ciphertext that is moved to another record does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

export interface EnvelopeHeader {
  readonly provider: string;
  readonly wrapped: string;
}

const prefix = 'mthenc.1.';
const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** A sealed text taken apart; nothing of it is checked. */
export interface Envelope {
  readonly header: EnvelopeHeader;
  /** The header as it is written, which is what the tag covers. */
  readonly headerText: string;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

export function isSealed(text: string): boolean {
  return text.startsWith(prefix);
}

/** @param place what the text belongs to, e.g. `run:42:response` */
export function sealEnvelope(
  key: KeyObject,
  { provider, wrapped }: EnvelopeHeader,
  place: string,
  plaintext: string,
): string {
  const headerText = Buffer.from(JSON.stringify({ alg: 'A256GCM', provider, wrapped })).toString('base64url');
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(additionalData(headerText, place));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return `${prefix}${[headerText, ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.')}`;
}

/** Undefined for what this module cannot have written. */
export function readEnvelope(text: string): Envelope | undefined {
  if (!isSealed(text)) return undefined;
  const parts = text.slice(prefix.length).split('.');
  const [headerText = '', iv, ciphertext, tag] = parts.map((part, index) =>
    index === 0 ? part : fromBase64url(part),
  );
  const header = readHeader(String(headerText));
  if (
    parts.length !== 4 ||
    header === undefined ||
    !Buffer.isBuffer(iv) ||
    !Buffer.isBuffer(ciphertext) ||
    !Buffer.isBuffer(tag)
  )
    return undefined;
  return iv.length === ivBytes && tag.length === tagBytes
    ? { header, headerText: String(headerText), iv, ciphertext, tag }
    : undefined;
}

/** @throws when anything of it was changed, the key is another, or it is of another place */
export function openEnvelope(
  key: KeyObject,
  { headerText, iv, ciphertext, tag }: Envelope,
  place: string,
): string {
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(additionalData(headerText, place));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}

function additionalData(headerText: string, place: string): Buffer {
  return Buffer.from(`${prefix}${headerText}\n${place}`, 'utf8');
}

/** Only as it is written: of two texts that stand for the same bytes, one was changed. */
function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

function readHeader(text: string): EnvelopeHeader | undefined {
  try {
    const { alg, provider, wrapped } = JSON.parse(fromBase64url(text)?.toString('utf8') ?? '') as Record<
      string,
      unknown
    >;
    if (alg !== 'A256GCM' || typeof provider !== 'string' || typeof wrapped !== 'string') return undefined;
    return { provider, wrapped };
  } catch {
    return undefined;
  }
}
