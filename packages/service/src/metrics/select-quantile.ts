/**
 * The quantile at `probability` (0 to 1; type 7 of Hyndman & Fan, as `quantile` of the statistics) without sorting: a
 * scrape needs it of thousands of values for many suites. Brings the values into another order. NaN of nothing.
 */
export function selectQuantile(values: Float64Array, probability: number): number {
  const place = (values.length - 1) * probability;
  const below = Math.floor(place + 4 * Number.EPSILON);
  const low = select(values, below);
  const fraction = place - below;
  if (fraction <= 4 * Number.EPSILON) return low;
  // What stands behind the selected place is not smaller; the next one in order is the least of it.
  let high = Infinity;
  for (let index = below + 1; index < values.length; index += 1) high = Math.min(high, at(values, index));
  return low + fraction * (high - low);
}

/** Hoare's quickselect: afterwards what is smaller stands before the place, what is larger behind it. */
function select(values: Float64Array, place: number): number {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = medianOfThree(at(values, left), at(values, (left + right) >> 1), at(values, right));
    let [low, high] = [left, right];
    while (low <= high) {
      while (at(values, low) < pivot) low += 1;
      while (at(values, high) > pivot) high -= 1;
      if (low > high) break;
      const swapped = at(values, low);
      values[low] = at(values, high);
      values[high] = swapped;
      low += 1;
      high -= 1;
    }
    if (place <= high) right = high;
    else if (place >= low) left = low;
    else break;
  }
  return at(values, place);
}

function medianOfThree(one: number, two: number, three: number): number {
  return Math.max(Math.min(one, two), Math.min(Math.max(one, two), three));
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
