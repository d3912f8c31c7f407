/** Milliseconds since a beginning, from a monotonic clock. */
export type Clock = () => number;

export function startClock(): Clock {
  const began = performance.now();
  return () => performance.now() - began;
}
