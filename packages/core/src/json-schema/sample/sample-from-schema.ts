import type { JsonValue } from '../../json.ts';
import { whyTooLarge } from '../schema-limits.ts';
import { WorkLimitError } from '../work.ts';
import { findCandidates } from './find-candidates.ts';
import { SampleSearch } from './search.ts';

/** A value that fits a schema, or why none was found. */
export type Sample =
  | { readonly value: JsonValue; readonly reason?: undefined }
  | { readonly value: undefined; readonly reason: string };

/** Shallow values are tried first, so that a schema that refers to itself gives a small one. */
const levelLimits = [2, 3, 4, 6, 8, 12, 16, 24, 32];

/**
 * A small, sensible value that fits a schema: its own examples, default, const and enum first, then only what is required.
 * The same schema always gives the same value. Light and quick whatever the schema: nothing is compiled or fetched.
 */
export function sampleFromSchema(schema: JsonValue): Sample {
  const tooLarge = whyTooLarge(schema);
  if (tooLarge !== undefined) return { value: undefined, reason: tooLarge };
  const search = new SampleSearch(schema);
  try {
    for (const levelLimit of levelLimits) {
      search.deepen(levelLimit);
      const found = findCandidates(schema, search, 0).next();
      if (found.done !== true) return { value: found.value };
    }
  } catch (error) {
    // Thousands of parts that have to be met together fill the stack.
    if (!(error instanceof WorkLimitError || error instanceof RangeError)) throw error;
    return { value: undefined, reason: 'the schema is too intricate' };
  }
  return { value: undefined, reason: search.reason };
}
