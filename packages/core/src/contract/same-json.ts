import type { JsonValue } from '../json.ts';

/** Whether two values are the same; the members of contracts are sorted, so that their texts tell. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
