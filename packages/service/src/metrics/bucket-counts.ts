import { writeBound, type Labels, type Sample } from './exposition.ts';

/** Counts of values by upper bounds: what a histogram is made of. */
export class BucketCounts {
  readonly #bounds: readonly number[];
  /** Not cumulative; the last one is of what is above every bound. */
  readonly #counts: number[];
  readonly #labels: Labels;
  readonly #bucketLabels: readonly Labels[];
  #sum = 0;

  /** @param bounds ascending */
  constructor(bounds: readonly number[], labels: Labels = {}) {
    this.#bounds = bounds;
    this.#labels = labels;
    this.#bucketLabels = [...bounds, Infinity].map((bound) => ({ ...labels, le: writeBound(bound) }));
    this.#counts = Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const place = found === -1 ? this.#bounds.length : found;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#sum += value;
  }

  samples(): readonly Sample[] {
    let count = 0;
    const labels = this.#labels;
    const buckets = this.#bucketLabels.map((own, place): Sample => {
      count += this.#counts[place] ?? 0;
      return { suffix: '_bucket', labels: own, value: count };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: count },
    ];
  }
}
