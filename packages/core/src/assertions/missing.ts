import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { nearestName } from '../nearest.ts';
import { count, quote, renderList, typeName } from './render.ts';

/** Why a member is not there, in words that help to find the right one: completes `but ...`. */
export function explainMissingMember(parent: JsonValue | undefined, step: string | number): string {
  if (typeof step === 'number') {
    return Array.isArray(parent)
      ? `the array has only ${count(parent.length, 'item')}`
      : `${typeName(parent)} has no item ${step}`;
  }
  if (!isJsonObject(parent)) return `${typeName(parent)} has no member ${quote(step, 60)}`;
  const known = Object.keys(parent).filter((key) => parent[key] !== undefined);
  if (known.length === 0) return `there is no member ${quote(step, 60)} in an empty object`;
  const nearest = nearestName(step, known);
  const meant = nearest === undefined ? '' : `; did you mean ${quote(nearest, 60)}?`;
  return `there is no member ${quote(step, 60)} (there are: ${renderList(known.map((key) => key.slice(0, 40)))}${meant})`;
}
