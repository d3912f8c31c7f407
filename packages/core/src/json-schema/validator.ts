import type { JsonValue } from '../json.ts';
import { Judge, type Program } from './judge/judge.ts';
import type { SchemaViolation } from './types.ts';
import { NestingLimitError, Work, WorkLimitError } from './work.ts';

/** Far above honest use, and about a second on a slow machine. */
const defaultLimitUnits = 2_000_000;

const none: readonly SchemaViolation[] = Object.freeze([]);

/** Makes the function that judges values by the root schema of a program. */
export function createValidator(
  program: Program,
  limitUnits = defaultLimitUnits,
): (value: unknown) => readonly SchemaViolation[] {
  const judge = new Judge(program);
  return (value) => {
    try {
      const work = new Work(limitUnits);
      const { verdict, faults } = judge.begin(program.library.root.root, value as JsonValue, false, work);
      if (verdict !== false) return none;
      return faults.map(({ path, keyword, write }) => ({ path, message: write(), keyword }));
    } catch (error) {
      const reason = explainLimit(error);
      if (reason === undefined) throw error;
      return [{ path: '', message: `could not be checked: ${reason}`, keyword: 'work-limit' }];
    }
  };
}

function explainLimit(error: unknown): string | undefined {
  if (error instanceof WorkLimitError) return 'it takes too much work';
  // The stack may be nearly full already, or a value so deep that it cannot even be written down.
  if (error instanceof NestingLimitError || error instanceof RangeError)
    return 'it leads to too deep a recursion';
  return undefined;
}
