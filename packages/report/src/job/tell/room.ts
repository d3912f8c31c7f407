/** A document that must not grow beyond a number of bytes. UTF-8 has no fewer bytes than UTF-16 has units. */
export class Room {
  #left: number;

  /** @param bytes UTF-8 */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Bytes left. */
  get left(): number {
    return this.#left;
  }

  /** The text, when there is room for it; otherwise nothing. Pieces are whole, so that no markup is cut in its middle. */
  take(text: string): string {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#left) return '';
    this.#left -= bytes;
    return text;
  }

  /** The texts that make one frame, or undefined when there is no room for all of them. */
  takeAll(...texts: readonly string[]): readonly string[] | undefined {
    return this.take(texts.join('')) === '' ? undefined : texts;
  }

  /** As many of the pieces as fit, from the first on, leaving some bytes free. */
  takeSome(pieces: readonly string[], reserve: number): readonly string[] {
    const kept: string[] = [];
    for (const piece of pieces) {
      const bytes = Buffer.byteLength(piece);
      if (bytes > this.#left - reserve) break;
      this.#left -= bytes;
      kept.push(piece);
    }
    return kept;
  }
}
