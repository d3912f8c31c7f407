import type { JsonValue } from '../../json.ts';
import { canonicalText } from '../equal-values.ts';
import { whyTooLarge } from '../schema-limits.ts';
import { NestingLimitError, Work, WorkLimitError } from '../work.ts';
import { Containment } from './containment.ts';
import { Side } from './side.ts';
import type { SchemaComparison, SchemaDifference } from './types.ts';

/** Some tenths of a second on a slow machine, and far above honest use. */
const defaultLimitUnits = 300_000;

/** How schemas are compared. */
export interface CompareOptions {
  /**
   * Which members of an object the one side may send where its schema lists `properties` and does not mention
   * `additionalProperties`. `described` (default): none that the other side gives a meaning to, so that a new optional
   * member is no narrowing. `any`: as the letter of JSON Schema has it.
   */
  readonly members?: 'described' | 'any' | undefined;
  /** Most work in each direction; a unit is roughly the time to look at one keyword. Default: 300,000. */
  readonly limitUnits?: number | undefined;
}

/**
 * Tells structurally whether a schema still accepts all that it did, and whether it accepts more. The answer "nothing is
 * refused" is a proof; what cannot be decided is said to be. Local references are followed, nothing is fetched, and the
 * work is bounded, so that schemas that nobody vouches for may be given. Draft-07 and 2020-12, by each one's `$schema`.
 */
export function compareSchemas(
  before: JsonValue,
  after: JsonValue,
  { members = 'described', limitUnits = defaultLimitUnits }: CompareOptions = {},
): SchemaComparison {
  const reason = whyTooLarge(before) ?? whyTooLarge(after);
  if (reason !== undefined) {
    const both = [undecided(reason)];
    return { narrowed: both, widened: both };
  }
  if (canonicalText(before) === canonicalText(after)) return { narrowed: [], widened: [] };
  const onlyDescribed = members === 'described';
  return {
    narrowed: contain(before, after, onlyDescribed, limitUnits),
    widened: contain(after, before, onlyDescribed, limitUnits),
  };
}

function contain(
  sub: JsonValue,
  sup: JsonValue,
  onlyDescribed: boolean,
  limitUnits: number,
): readonly SchemaDifference[] {
  const work = new Work(limitUnits);
  try {
    const containment = new Containment(new Side(sub, work), new Side(sup, work), onlyDescribed);
    return containment.compare([sub], [sup], '');
  } catch (error) {
    if (error instanceof WorkLimitError) return [undecided('it takes too much work')];
    if (error instanceof NestingLimitError || error instanceof RangeError)
      return [undecided('it leads to too deep a recursion')];
    throw error;
  }
}

function undecided(detail: string): SchemaDifference {
  return { isCertain: false, kind: 'alternative', pointer: '', detail };
}
