/** Bytes of stderr kept per server. */
export const stderrTailBytes = 64 * 1024;

/** The last {@link stderrTailBytes} of a byte stream, in constant memory. */
export class StderrTail {
  #ring: Buffer | undefined;
  #total = 0;

  append(chunk: Buffer): void {
    this.#ring ??= Buffer.alloc(stderrTailBytes);
    const kept = chunk.length > stderrTailBytes ? chunk.subarray(chunk.length - stderrTailBytes) : chunk;
    this.#total += chunk.length - kept.length;
    const at = this.#total % stderrTailBytes;
    const untilWrap = stderrTailBytes - at;
    kept.copy(this.#ring, at, 0, Math.min(untilWrap, kept.length));
    if (kept.length > untilWrap) kept.copy(this.#ring, 0, untilWrap);
    this.#total += kept.length;
  }

  /** The tail as UTF-8; a character that the cut split is left out. */
  text(): string {
    if (this.#ring === undefined) return '';
    if (this.#total <= stderrTailBytes) return this.#ring.toString('utf8', 0, this.#total);
    const at = this.#total % stderrTailBytes;
    const bytes = Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]);
    let start = 0;
    while (start < 3 && isContinuationByte(bytes[start])) start += 1;
    return bytes.toString('utf8', start);
  }
}

function isContinuationByte(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
