import { isUtf8 } from 'node:buffer';
import type { OversizedMessage } from '../types.ts';

const endBytes = 4096;

/** Gathers a response body up to a limit; beyond it only the two ends are kept. */
export class Body {
  readonly #limitBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #head = '';
  #tail: Buffer | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#tail !== undefined) {
      this.#tail = lastBytes(Buffer.concat([this.#tail, lastBytes(chunk)]));
      return;
    }
    this.#chunks.push(chunk);
    if (this.#bytes > this.#limitBytes) {
      const all = Buffer.concat(this.#chunks);
      this.#head = all.toString('utf8', 0, endBytes);
      this.#tail = lastBytes(all);
      this.#chunks = [];
    } else if (this.#chunks.length > 1024) {
      this.#chunks = [Buffer.concat(this.#chunks)];
    }
  }

  /** Set when the body is longer than the limit. */
  get oversized(): OversizedMessage | undefined {
    if (this.#tail === undefined) return undefined;
    return { bytes: this.#bytes, head: this.#head, tail: this.#tail.toString() };
  }

  /** The whole body. */
  text(): { readonly text: string; readonly isUtf8: boolean } {
    const only = this.#chunks[0] ?? Buffer.alloc(0);
    const buffer = this.#chunks.length <= 1 ? only : Buffer.concat(this.#chunks);
    const text = buffer.toString();
    return { text, isUtf8: !text.includes('\uFFFD') || isUtf8(buffer) };
  }
}

function lastBytes(buffer: Buffer): Buffer {
  return buffer.subarray(Math.max(0, buffer.length - endBytes));
}
