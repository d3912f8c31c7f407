import type { Check, Mismatch } from './define.ts';
import type { SelectedNode } from './key.ts';
import { pathStep, renderList, renderValue } from './render.ts';

/** How many of the selected values have to satisfy the validation. */
export type Quantifier = 'all' | 'any' | 'none' | { readonly at_least: number };

/** A miss over several values, in words of its own; or, of a single value, the check's own mismatches. */
export type QuantifiedVerdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'single'; readonly node: SelectedNode; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'many'; readonly message: string };

const hold: QuantifiedVerdict = { kind: 'holds' };

/** Judges every selected node and counts. `nodes` is not empty. */
export function quantify(
  key: string,
  nodes: readonly SelectedNode[],
  check: Check,
  quantifier: Quantifier,
): QuantifiedVerdict {
  const verdicts = nodes.map((node) => ({ node, mismatches: check.verify(node.value) }));
  const misses = verdicts.filter(({ mismatches }) => mismatches.length > 0);
  const fits = verdicts.length - misses.length;
  const [first] = misses;
  if (quantifier === 'all') {
    if (first === undefined) return hold;
    if (verdicts.length === 1) return { kind: 'single', ...first };
    const which = `${misses.length} ${misses.length === 1 ? 'does' : 'do'} not: ${listMisses(misses)}`;
    return many(`expected all ${nodes.length} values of ${key} ${check.phrase}, but ${which}`);
  }
  if (quantifier === 'any') {
    if (fits > 0) return hold;
    if (first !== undefined && verdicts.length === 1) return { kind: 'single', ...first };
    return many(
      `expected any of the ${nodes.length} values of ${key} ${check.phrase}, but none does: ${listMisses(misses)}`,
    );
  }
  if (quantifier === 'none') {
    if (fits === 0) return hold;
    const fitting = verdicts.filter(({ mismatches }) => mismatches.length === 0);
    const which = `${fits} ${fits === 1 ? 'does' : 'do'}: ${listNodes(fitting)}`;
    return many(`expected none of the ${nodes.length} values of ${key} ${check.phrase}, but ${which}`);
  }
  if (fits >= quantifier.at_least) return hold;
  return many(
    `expected at least ${quantifier.at_least} of the ${nodes.length} values of ${key} ${check.phrase}, but only ${fits} ${fits === 1 ? 'does' : 'do'}; those that do not: ${listMisses(misses)}`,
  );
}

interface Verdict {
  readonly node: SelectedNode;
  readonly mismatches: readonly Mismatch[];
}

function many(message: string): QuantifiedVerdict {
  return { kind: 'many', message };
}

function listNodes(verdicts: readonly Verdict[]): string {
  return listMisses(verdicts.map(({ node }) => ({ node, mismatches: [] })));
}

/** `.items[1].id is -1 (why)`, five at most. */
function listMisses(verdicts: readonly Verdict[]): string {
  const parts = verdicts.slice(0, 5).map(({ node, mismatches }) => {
    const place = node.location.map(pathStep).join('').replace(/^\./, '');
    const [mismatch] = mismatches;
    const words = mismatch?.got ?? renderValue(node.value, 80);
    const hint = mismatch?.hint === undefined ? '' : ` (${mismatch.hint})`;
    return `${place} is ${words}${hint}`;
  });
  const rest = verdicts.length - parts.length;
  return rest > 0 ? `${parts.join(', ')} and ${rest} more` : renderList(parts);
}
