import type { JsonValue } from '../../json.ts';
import { whyTooLarge } from '../prepare-schema.ts';
import { findCandidates } from './find-candidates.ts';
import { SampleSearch } from './search.ts';

/** A value that fits a schema, or why none was found. */
export type Sample =
  | { readonly value: JsonValue; readonly reason?: undefined }
  | { readonly value: undefined; readonly reason: string };

/** Shallow values are tried first, so that a schema that refers to itself gives a small one. */
const depthLimits = [2, 3, 4, 6, 8, 12, 16, 24, 32];

/**
 * A small, sensible value that fits a schema: its own examples, default, const and enum first, then only what is required.
 * The same schema always gives the same value. Light and quick whatever the schema: nothing is compiled or fetched.
 */
export function sampleFromSchema(schema: JsonValue): Sample {
  const tooLarge = whyTooLarge(schema);
  if (tooLarge !== undefined) return { value: undefined, reason: tooLarge };
  const search = new SampleSearch(schema);
  for (const depthLimit of depthLimits) {
    search.deepen(depthLimit);
    const found = findCandidates(schema, search, 0).next();
    if (found.done !== true) return { value: found.value };
    if (search.isExhausted) break;
  }
  return { value: undefined, reason: search.reason };
}
