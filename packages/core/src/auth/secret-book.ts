import type { SecretListener } from './types.ts';

/** What is shorter is no secret worth the name, and hiding it would garble everything. */
const shortest = 4;

/** The secrets of a flow, so that no error of ours tells one that a server repeats. */
export class SecretBook {
  readonly #listener: SecretListener | undefined;
  /** Longest first. */
  #known: readonly string[] = [];

  constructor(listener: SecretListener | undefined) {
    this.#listener = listener;
  }

  /** To be awaited before the secret is used. */
  async add(...secrets: readonly unknown[]): Promise<void> {
    for (const secret of secrets) {
      if (typeof secret !== 'string' || secret.length < shortest || this.#known.includes(secret)) continue;
      this.#known = [...this.#known, secret].toSorted((a, b) => b.length - a.length);
      await this.#listener?.(secret);
    }
  }

  /** The text with `***` in place of every secret, also as it looks in a URL. */
  hide(text: string): string {
    let hidden = text;
    for (const secret of this.#known) {
      hidden = hidden.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
    }
    return hidden;
  }
}
