import { expect } from 'vitest';

/** Equal to ten digits, or `within`, relative to what is expected (absolute below `floor`). */
export function expectClose(actual: number, expected: number, what: string, floor = 0, within = 1e-10): void {
  const error = actual === expected ? 0 : Math.abs(actual - expected) / Math.max(Math.abs(expected), floor);
  expect(error, `${what}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(within);
}
