import type { z } from 'zod';

export function isWithin(actual: number, min: number | undefined, max: number | undefined): boolean {
  return (min === undefined || actual >= min) && (max === undefined || actual <= max);
}

/** `between 1 and 5`, `at least 1`. */
export function boundsPhrase(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `between ${min} and ${max}`;
}

/** What is wrong with a pair of bounds. */
export function findBoundsProblem(
  name: string,
  minName: string,
  min: number | undefined,
  maxName: string,
  max: number | undefined,
  needed: boolean,
): string | undefined {
  if (needed && min === undefined && max === undefined) return `${name} needs ${minName} or ${maxName}`;
  if (min !== undefined && max !== undefined && min > max) {
    return `${minName} (${min}) is greater than ${maxName} (${max}), so that no number can hold`;
  }
  return undefined;
}

/** The options of everything that has a length. */
export const lengthShape = (zod: typeof z, noun: string) => ({
  exact: zod.number().int().min(0).optional().describe(`This many ${noun}.`),
  min: zod.number().int().min(0).optional().describe(`At least so many ${noun}.`),
  max: zod.number().int().min(0).optional().describe(`At most so many ${noun}.`),
});

/** Bounds of a length, as {@link lengthShape} reads them. */
export interface LengthBounds {
  readonly exact?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export function findLengthProblem(name: string, { exact, min, max }: LengthBounds): string | undefined {
  if (exact === undefined) {
    return min === undefined && max === undefined
      ? `${name} needs exact, min or max`
      : findBoundsProblem(name, 'min', min, 'max', max, true);
  }
  return min === undefined && max === undefined ? undefined : `${name} takes either exact, or min and max`;
}

/** `exactly 3 items`, `between 1 and 5 items`, `at least 1 item`. */
export function lengthPhrase({ exact, min, max }: LengthBounds, noun: string): string {
  const phrase = exact === undefined ? boundsPhrase(min, max) : `exactly ${exact}`;
  return `${phrase} ${noun}${(exact ?? max ?? min) === 1 ? '' : 's'}`;
}

export function hasLength(length: number, { exact, min, max }: LengthBounds): boolean {
  return exact === undefined ? isWithin(length, min, max) : length === exact;
}
