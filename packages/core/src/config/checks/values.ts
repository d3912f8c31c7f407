/** What a key says, for checks over trees that may have failed the schema. */
import { member } from '../node.ts';
import type { ConfigNode } from '../node.ts';

/** A switch; anything that is no boolean counts as the default. */
export function isOn(node: ConfigNode | undefined, key: string, fallback = true): boolean {
  const value = member(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : fallback;
}

export function numberMember(node: ConfigNode | undefined, key: string): number | undefined {
  const value = member(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;
}
