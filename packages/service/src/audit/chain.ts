/**
 * Entries and their chain. A line is one JSON object, whose last member is the HMAC of everything before it and of the
 * line before: who lacks the key cannot change, remove, insert or move a line so that the rest still fits. What is
 * signed is the text as it stands in the file, so that no second way to write the same JSON needs to be thought of.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A point of the chain: the number of an entry, and its HMAC. */
export interface ChainPoint {
  readonly seq: number;
  /** 64 hexadecimal digits. */
  readonly mac: string;
}

/** Where every chain begins. */
export const genesis: ChainPoint = { seq: 0, mac: '0'.repeat(64) };

/** A line, read but not checked. */
export interface ReadLine extends ChainPoint {
  /** The JSON text that is signed. */
  readonly body: string;
}

/** Signs an entry of ASCII; without a line feed. `body` begins with `{"seq":` and its number. */
export function signLine(
  key: Buffer,
  previous: ChainPoint,
  body: string,
): { readonly line: string; readonly mac: string } {
  const mac = macOf(key, previous, body);
  return { line: `${body.slice(0, -1)},"mac":"${mac}"}`, mac };
}

/** Undefined for what this module cannot have written. Lines are ASCII: bytes beyond it, read as Latin-1, fit no HMAC. */
export function readLine(line: string): ReadLine | undefined {
  const [, inner, seq = '', mac = ''] =
    /^(\{"seq":([1-9]\d{0,15}),.*),"mac":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
  return inner === undefined ? undefined : { body: `${inner}}`, seq: Number(seq), mac };
}

/** Whether a line follows that point. */
export function isSigned(key: Buffer, previous: ChainPoint, { body, mac }: ReadLine): boolean {
  return sameText(macOf(key, previous, body), mac);
}

/** The last acknowledged entry, and where it ends in its file: what a file that was cut at its end lacks. */
export interface Head extends ChainPoint {
  readonly sizeBytes: number;
}

export function writeHead(key: Buffer, { seq, mac, sizeBytes }: Head): string {
  const body = JSON.stringify({ seq, mac, sizeBytes, key: fingerprint(key) });
  return `${body.slice(0, -1)},"seal":"${sealOf(key, body)}"}\n`;
}

/** What a head file says, or why it cannot be believed. */
export type HeadReading =
  { readonly state: 'sealed'; readonly head: Head } | { readonly state: 'broken'; readonly reason: string };

export function readHead(key: Buffer, text: string): HeadReading {
  const [, inner, seq, mac = '', size, id, seal = ''] =
    /^(\{"seq":(\d{1,16}),"mac":"([0-9a-f]{64})","sizeBytes":(\d{1,16}),"key":"([0-9a-f]{16})"),"seal":"([0-9a-f]{64})"\}\n$/.exec(
      text,
    ) ?? [];
  if (inner === undefined) return { state: 'broken', reason: 'it is not what was written there' };
  if (id !== fingerprint(key)) return { state: 'broken', reason: otherKey(id, key) };
  if (!sameText(sealOf(key, `${inner}}`), seal)) return { state: 'broken', reason: 'it was changed' };
  return { state: 'sealed', head: { seq: Number(seq), mac, sizeBytes: Number(size) } };
}

/** Names a key without telling it. */
export function fingerprint(key: Buffer): string {
  return createHash('sha256').update('mcp-test-harness audit key\n').update(key).digest('hex').slice(0, 16);
}

export function otherKey(id: string | undefined, key: Buffer): string {
  return `it was written with the key ${String(id)}, and the one given is ${fingerprint(key)}`;
}

function macOf(key: Buffer, previous: ChainPoint, body: string): string {
  return createHmac('sha256', key).update(`${previous.mac}\n${body}`).digest('hex');
}

function sealOf(key: Buffer, body: string): string {
  return createHmac('sha256', key).update(`head\n${body}`).digest('hex');
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
