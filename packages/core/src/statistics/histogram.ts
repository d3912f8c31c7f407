import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * 64 buckets an octave: a bucket is 1/64 of its lower bound wide at most, its middle off by at most half of that.
 */
const bucketBits = 6;

/** Largest error of a quantile relative to the value that was recorded: 1/128, below 0.8 %. */
export const histogramRelativeError = 2 ** -(bucketBits + 1);

/** Values outside count as these. In ms: from a nanosecond to 4.6 hours. */
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

/** A bucket of a {@link Histogram}: the values from `from` up to, not including, `until`. */
export interface HistogramBin {
  readonly from: number;
  readonly until: number;
  readonly count: number;
}

/** What a document holds of a {@link Histogram}. */
export interface HistogramDocument extends JsonObject {
  readonly version: 1;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** For each bucket that is not empty: how far it is from the one before (from the first possible one), its count. */
  readonly buckets: readonly number[];
}

/** What {@link Histogram.parse} makes of a document. */
export type ParsedHistogram =
  { readonly ok: true; readonly histogram: Histogram } | { readonly ok: false; readonly problem: string };

/**
 * Counts of values on a logarithmic scale, in the manner of HdrHistogram: at most 2,817 buckets however many values,
 * quantiles right to {@link histogramRelativeError} from a millionth to 16 million (in ms: a nanosecond to 4.6 hours; what
 * is smaller to a millionth); count, sum, least and
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

  /** What was counted, from low to high: the bounds of each bucket that is not empty, and its count. */
  bins(): readonly HistogramBin[] {
    return this.#sorted().map(([bucket, count]) => ({
      from: lowerBound(bucket),
      until: lowerBound(bucket + 1),
      count,
    }));
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

  /** Reads what `JSON.stringify(histogram)` wrote; tells what is wrong with anything else. */
  static parse(document: JsonValue): ParsedHistogram {
    const problem = problemOf(document);
    if (problem !== undefined) return { ok: false, problem };
    const { min, max, sum, buckets } = document as HistogramDocument;
    const histogram = new Histogram();
    let bucket = firstBucket;
    for (let index = 0; index < buckets.length; index += 2) {
      bucket += buckets[index] ?? 0;
      const count = buckets[index + 1] ?? 0;
      histogram.#counts.set(bucket, count);
      histogram.#count += count;
    }
    if (histogram.#count > 0) [histogram.#min, histogram.#max, histogram.#sum] = [min, max, sum];
    return { ok: true, histogram };
  }
}

function problemOf(document: JsonValue): string | undefined {
  if (!isJsonObject(document)) return 'a histogram is an object';
  const { version, min, max, sum, buckets } = document;
  if (version !== 1) return `version is ${JSON.stringify(version)}, known is 1`;
  if (!isAmount(min) || !isAmount(max) || !isAmount(sum)) return 'min, max and sum are numbers of at least 0';
  if (!Array.isArray(buckets) || buckets.length % 2 !== 0) return 'buckets is a list of pairs of numbers';
  let [bucket, count] = [firstBucket, 0];
  for (const [index, value] of (buckets as readonly JsonValue[]).entries()) {
    // Only the first distance may be 0; a count never is.
    const least = index === 0 ? 0 : 1;
    if (!(isAmount(value) && Number.isSafeInteger(value) && value >= least))
      return `buckets[${index}] is ${JSON.stringify(value)}, not a whole number of at least ${least}`;
    if (index % 2 === 0) bucket += value;
    else count += value;
  }
  if (!Number.isSafeInteger(count)) return 'buckets count more than can be counted';
  if (buckets.length === 0) return undefined;
  const first = firstBucket + Number(buckets[0]);
  if (min > max || bucketOf(min) !== first || bucketOf(max) !== bucket)
    return 'min and max are not in the first and the last bucket';
  return undefined;
}

function isAmount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
