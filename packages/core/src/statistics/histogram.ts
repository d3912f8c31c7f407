import type { JsonObject, JsonValue } from '../json.ts';

/**
 * 64 buckets an octave: a bucket is 1/64 of its lower bound wide at most, its middle off by at most half of that.
 */
const bucketBits = 6;

/** Largest error of a quantile relative to the value that was recorded: 1/128, below 0.8 %. */
export const histogramRelativeError = 2 ** -(bucketBits + 1);

/** Values outside are counted in the first or the last bucket. In ms: from a nanosecond to 4.6 hours. */
const lowest = 2 ** -20;
const highest = 2 ** 24;

const view = new DataView(new ArrayBuffer(8));

/** Exponent and leading digits of a binary floating-point number are a logarithmic scale already. */
function bucketOf(value: number): number {
  view.setFloat64(0, Math.min(Math.max(value, lowest), highest));
  return view.getUint32(0) >>> (20 - bucketBits);
}

function lowerBound(bucket: number): number {
  view.setUint32(0, bucket << (20 - bucketBits));
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

const firstBucket = bucketOf(lowest);
const lastBucket = bucketOf(highest);

/** What a document holds of a {@link Histogram}. */
export interface HistogramDocument extends JsonObject {
  readonly version: 1;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** For each bucket that is not empty: how far it is from the one before (from the first possible one), its count. */
  readonly buckets: readonly number[];
}

/** What {@link parseHistogram} makes of a document. */
export type ParsedHistogram =
  { readonly ok: true; readonly histogram: Histogram } | { readonly ok: false; readonly problem: string };

/**
 * Counts of values on a logarithmic scale, in the manner of HdrHistogram: at most 2,817 buckets however many values,
 * quantiles right to {@link histogramRelativeError} from {@link lowest} to {@link highest}; count, sum, least and
 * largest value are exact. Merging histograms gives what recording all values in one would have.
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Infinity when empty. */
  get min(): number {
    return this.#min;
  }

  /** -Infinity when empty. */
  get max(): number {
    return this.#max;
  }

  /** NaN when empty. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /** Counts a value; what is negative or not finite is no duration, is not counted and gives false. */
  record(value: number, times = 1): boolean {
    if (!(value >= 0 && value < Infinity && Number.isSafeInteger(times) && times > 0)) return false;
    const bucket = bucketOf(value);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times);
    this.#count += times;
    this.#sum += value * times;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    return true;
  }

  /** Adds all that the other has recorded. */
  merge(other: Histogram): void {
    for (const [bucket, count] of other.#counts)
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The value at or below which a share `probability` (0 to 1) of the values lies: the nearest rank, type 1 of Hyndman &
   * Fan. NaN when empty.
   */
  quantile(probability: number): number {
    if (this.#count === 0 || !(probability >= 0 && probability <= 1)) return NaN;
    const rank = Math.max(1, Math.ceil(probability * this.#count - 1e-9));
    if (rank === 1) return this.#min;
    if (rank >= this.#count) return this.#max;
    let seen = 0;
    for (const [bucket, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank) return this.#clamp((lowerBound(bucket) + lowerBound(bucket + 1)) / 2);
    }
    return this.#max;
  }

  #clamp(value: number): number {
    return Math.min(Math.max(value, this.#min), this.#max);
  }

  #sorted(): readonly (readonly [bucket: number, count: number])[] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  /** A compact document; `JSON.stringify` calls it. An empty histogram has 0 for `min` and `max`. */
  toJSON(): HistogramDocument {
    let last = firstBucket;
    const buckets = this.#sorted().flatMap(([bucket, count]) => {
      const distance = bucket - last;
      last = bucket;
      return [distance, count];
    });
    const [min, max] = this.#count === 0 ? [0, 0] : [this.#min, this.#max];
    return { version: 1, min, max, sum: this.#sum, buckets };
  }

  /** @internal For {@link parseHistogram}, which has checked the document. */
  static restore({ min, max, sum, buckets }: HistogramDocument): Histogram {
    const histogram = new Histogram();
    let bucket = firstBucket;
    for (let index = 0; index < buckets.length; index += 2) {
      bucket += buckets[index] ?? 0;
      const count = buckets[index + 1] ?? 0;
      histogram.#counts.set(bucket, count);
      histogram.#count += count;
    }
    if (histogram.#count > 0) [histogram.#min, histogram.#max, histogram.#sum] = [min, max, sum];
    return histogram;
  }
}

/** Reads what `JSON.stringify(histogram)` wrote; tells what is wrong with anything else. */
export function parseHistogram(document: JsonValue): ParsedHistogram {
  const problem = problemOf(document);
  return problem === undefined
    ? { ok: true, histogram: Histogram.restore(document as HistogramDocument) }
    : { ok: false, problem };
}

function problemOf(document: JsonValue): string | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return 'a histogram must be an object';
  const { version, min, max, sum, buckets } = document as JsonObject;
  if (version !== 1) return `version is ${JSON.stringify(version)}, this reader knows 1`;
  if (![min, max, sum].every((value) => typeof value === 'number' && value >= 0 && value < Infinity))
    return 'min, max and sum must be numbers of at least 0';
  if ((min as number) > (max as number)) return 'min is above max';
  if (!Array.isArray(buckets) || buckets.length % 2 !== 0)
    return 'buckets must be a list of pairs of numbers';
  let bucket = firstBucket;
  for (const [index, value] of buckets.entries()) {
    // Only the first distance may be 0; a count never is.
    const least = index === 0 ? 0 : 1;
    if (!Number.isSafeInteger(value) || (value as number) < least)
      return `buckets[${index}] is ${JSON.stringify(value)}, not a whole number of at least ${least}`;
    if (index % 2 === 0) bucket += value as number;
  }
  if (bucket > lastBucket) return 'buckets go beyond the largest value';
  return undefined;
}
