import type { Labels, Sample } from './exposition.ts';

/** A number for each set of labels: what counters and gauges are made of. */
export class LabelledNumbers<L extends Labels> {
  readonly #numbers = new Map<string, { readonly labels: L; value: number }>();

  add(labels: L, amount = 1): void {
    this.#of(labels).value += amount;
  }

  set(labels: L, value: number): void {
    this.#of(labels).value = value;
  }

  /** Forgets what is not to be kept. */
  keep(isKept: (labels: L) => boolean): void {
    for (const [key, { labels }] of this.#numbers) if (!isKept(labels)) this.#numbers.delete(key);
  }

  samples(): readonly Sample[] {
    return [...this.#numbers.values()];
  }

  #of(labels: L): { value: number } {
    const key = JSON.stringify(Object.values(labels));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = { labels, value: 0 };
    this.#numbers.set(key, made);
    return made;
  }
}
