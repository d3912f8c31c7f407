import { isUtf8 } from 'node:buffer';
import type { OversizedMessage } from '../../transports/types.ts';

const newline = 10;
const carriageReturn = 13;
const endBytes = 4096;
const replacementCharacter = '\uFFFD';

export interface LineHandler {
  /** A line without its end. `bytes` counts what was on the wire, the newline included. */
  line(text: string, bytes: number, atMs: number): void;
  /** A line longer than the limit has ended; its middle was thrown away as it came. */
  oversized(ends: OversizedMessage, atMs: number): void;
  /** The line that follows holds bytes that are not UTF-8 (shown as U+FFFD). */
  invalidUtf8(text: string): void;
}

/**
 * Cuts a byte stream into lines in linear time: a chunk that holds whole lines is decoded in place; a line spread
 * over chunks is gathered in one growing buffer of at most `limitBytes`.
 */
export class LineSplitter {
  readonly #handler: LineHandler;
  readonly #limitBytes: number;
  #held: Buffer | undefined;
  #heldBytes = 0;
  /** The oversized line that is being thrown away. */
  #discarded: { bytes: number; readonly head: Buffer; tail: Buffer } | undefined;

  constructor(handler: LineHandler, limitBytes: number) {
    this.#handler = handler;
    this.#limitBytes = limitBytes;
  }

  /** Takes the next bytes; calls the handler for each line that they complete, before returning. */
  push(chunk: Buffer, atMs: number): void {
    let start = 0;
    let end = chunk.indexOf(newline);
    if (end >= 0 && end === chunk.length - 1 && this.#held === undefined && this.#discarded === undefined) {
      this.#emitWhole(chunk, end, atMs);
      return;
    }
    if (end >= 0 && (this.#heldBytes > 0 || this.#discarded !== undefined)) {
      this.#finishHeld(chunk, end, atMs);
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    while (end >= 0) {
      this.#emit(chunk, start, end, atMs);
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    if (start < chunk.length) this.#hold(chunk, start, chunk.length);
  }

  /** What has come of a line that is not ended yet, cut to `limitBytes`; undefined when there is nothing. */
  unfinished(limitBytes: number): string | undefined {
    if (this.#discarded !== undefined) return this.#discarded.head.toString('utf8', 0, limitBytes);
    if (this.#held === undefined) return undefined;
    return this.#held.toString('utf8', 0, Math.min(this.#heldBytes, limitBytes));
  }

  /** Gives up the unfinished line, when the stream has ended. */
  takeUnfinished(): string | undefined {
    const text = this.unfinished(this.#heldBytes);
    this.#held = this.#discarded = undefined;
    this.#heldBytes = 0;
    return text;
  }

  #finishHeld(chunk: Buffer, end: number, atMs: number): void {
    this.#hold(chunk, 0, end);
    if (this.#discarded !== undefined) {
      const { bytes, head, tail } = this.#discarded;
      this.#discarded = undefined;
      this.#handler.oversized({ bytes, head: head.toString(), tail: tail.toString() }, atMs);
      return;
    }
    const held = this.#held as Buffer;
    const bytes = this.#heldBytes;
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#emit(held, 0, bytes, atMs);
  }

  /** The most frequent case by far: a chunk that is one line. Decoding all of it is the quickest way. */
  #emitWhole(chunk: Buffer, end: number, atMs: number): void {
    const textEnd = end > 0 && chunk[end - 1] === carriageReturn ? end - 1 : end;
    const text = chunk.toString();
    const isAscii = text.length === chunk.length && !text.includes(replacementCharacter);
    if (end > this.#limitBytes || !isAscii) {
      this.#emit(chunk, 0, end, atMs);
      return;
    }
    this.#handler.line(text.slice(0, textEnd), chunk.length, atMs);
  }

  #emit(buffer: Buffer, start: number, end: number, atMs: number): void {
    const textEnd = end > start && buffer[end - 1] === carriageReturn ? end - 1 : end;
    if (end - start > this.#limitBytes) {
      const head = buffer.toString('utf8', start, Math.min(textEnd, start + endBytes));
      const tail = buffer.toString('utf8', Math.max(start, textEnd - endBytes), textEnd);
      this.#handler.oversized({ bytes: end - start, head, tail }, atMs);
      return;
    }
    const text = buffer.toString('utf8', start, textEnd);
    if (text.includes(replacementCharacter) && !isUtf8(buffer.subarray(start, textEnd))) {
      this.#handler.invalidUtf8(text);
    }
    this.#handler.line(text, end - start + 1, atMs);
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.#discarded !== undefined || this.#heldBytes + length > this.#limitBytes) {
      this.#discard(chunk, start, end);
      return;
    }
    const needed = this.#heldBytes + length;
    let held = this.#held;
    if (held === undefined || held.length < needed) {
      const grown = Buffer.allocUnsafeSlow(
        Math.min(Math.max(needed, (held?.length ?? 2048) * 2), this.#limitBytes + 1),
      );
      held?.copy(grown, 0, 0, this.#heldBytes);
      held = this.#held = grown;
    }
    chunk.copy(held, this.#heldBytes, start, end);
    this.#heldBytes = needed;
  }

  /** Keeps the first and the last bytes of an oversized line: between them they nearly always hold its id. */
  #discard(chunk: Buffer, start: number, end: number): void {
    const added = chunk.subarray(start, end);
    if (this.#discarded === undefined) {
      const held = this.#held?.subarray(0, this.#heldBytes) ?? Buffer.alloc(0);
      const head = Buffer.concat([held.subarray(0, endBytes), added.subarray(0, endBytes)]);
      this.#discarded = { bytes: held.length, head: head.subarray(0, endBytes), tail: lastBytes(held) };
      this.#held = undefined;
      this.#heldBytes = 0;
    }
    const discarded = this.#discarded;
    discarded.bytes += added.length;
    discarded.tail = lastBytes(Buffer.concat([discarded.tail, lastBytes(added)]));
  }
}

function lastBytes(buffer: Buffer): Buffer {
  return buffer.subarray(Math.max(0, buffer.length - endBytes));
}
