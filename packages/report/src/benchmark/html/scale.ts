/** Where values lie along an axis, in per cent of its length, so that text keeps its size on any screen. */
export interface Scale {
  readonly isLogarithmic: boolean;
  readonly low: number;
  readonly high: number;
  /** 0 to 100; what lies outside is at the nearer end. */
  at(value: number): number;
  /** Value at 0 to 1 of the length. */
  valueAt(share: number): number;
  /** Round values within, rising. */
  readonly ticks: readonly number[];
}

/** From such a spread on, a linear axis would squeeze what matters into a corner. */
const wideSpread = 4;
/** Smaller numbers have too few digits for a logarithm to be undone. */
const smallestNormal = 2 ** -1022;
const mostTicks = 7;
const fewestTicks = 4;

/** A logarithmic axis for positive values that lie far apart, a linear one otherwise. @param low at most `high`, finite */
export function createScale(low: number, high: number): Scale {
  return low >= smallestNormal && high / low > wideSpread
    ? createLogScale(low, high)
    : createLinearScale(low, high);
}

export function createLinearScale(low: number, high: number): Scale {
  // Less is lost in rounding.
  const size = Math.max(Math.abs(low), Math.abs(high), 1e-6);
  const margin = high - low > size * 1e-6 ? 0 : size * 0.05;
  const [from, until] = [low - margin, high + margin];
  return {
    isLogarithmic: false,
    low: from,
    high: until,
    at: (value) => clampPercent(((value - from) / (until - from)) * 100),
    valueAt: (share) => from + share * (until - from),
    ticks: linearTicks(from, until),
  };
}

function createLogScale(low: number, high: number): Scale {
  const [from, until] = [Math.log(low), Math.log(high)];
  return {
    isLogarithmic: true,
    low,
    high,
    at: (value) => clampPercent(((Math.log(Math.max(value, low)) - from) / (until - from)) * 100),
    valueAt: (share) => Math.exp(from + share * (until - from)),
    ticks: logTicks(low, high),
  };
}

function clampPercent(value: number): number {
  return Math.min(100, Math.max(0, value));
}

/** Steps of 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number): readonly number[] {
  const rough = (high - low) / (mostTicks - 2);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const amount = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({ length: Math.min(amount, 2 * mostTicks) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** 1, 2, 5, 10, …; over many decades only powers of ten, and of them as many as fit. */
function logTicks(low: number, high: number): readonly number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const within = (values: readonly number[]): readonly number[] =>
    values.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  const fine = within(decades.flatMap((value) => [1, 2, 5].map((factor) => factor * value)));
  if (fine.length < fewestTicks) return linearTicks(low, high);
  if (fine.length <= mostTicks) return fine;
  const coarse = within(decades);
  const every = Math.ceil(coarse.length / mostTicks);
  return coarse.filter((_, index) => index % every === 0);
}
