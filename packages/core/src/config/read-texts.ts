/** Texts that came from the environment, where the schema wants a number or a boolean, and the reverse. */
import { mapScalars } from './node.ts';
import type { ConfigNode, MapNode, ScalarNode } from './node.ts';
import { formatPath } from './node.ts';
import type { PlacedIssue } from './validate-tree.ts';

/**
 * Reads a scalar that is one whole `${...}` as the schema wants it: text from the environment or a default as
 * number or boolean, a variable's number or boolean as text. Returns the same tree when nothing was to be read.
 */
export function readTexts(tree: MapNode, issues: readonly PlacedIssue[]): MapNode {
  const wanted = new Map<string, readonly string[]>();
  for (const issue of issues) {
    const types = wantedTypes(issue);
    if (types.length > 0) wanted.set(formatPath(issue.fullPath), types);
  }
  if (wanted.size === 0) return tree;
  return mapScalars(tree, [], (scalar, path) => {
    if (scalar.made === undefined) return scalar;
    const types = wanted.get(formatPath(path));
    return types === undefined ? scalar : readAs(scalar, types);
  }) as MapNode;
}

/** Types that an issue says were expected. */
export function wantedTypes(issue: PlacedIssue): readonly string[] {
  if (issue.code === 'invalid_type') return [issue.expected];
  const expected = issue.code === 'custom' ? issue.params?.['expected'] : undefined;
  return Array.isArray(expected) ? (expected as string[]) : [];
}

function readAs(scalar: ScalarNode, types: readonly string[]): ConfigNode {
  const { value, made } = scalar;
  if (typeof value !== 'string') {
    const isWhole = made !== undefined && /^\$\{[^{}]*\}$/.test(made.template);
    return types.includes('string') && isWhole && value !== null
      ? { ...scalar, value: String(value) }
      : scalar;
  }
  if (made?.wholeText !== true) return scalar;
  const text = value.trim();
  if (types.includes('boolean') && /^(true|false)$/i.test(text)) {
    return { ...scalar, value: text.toLowerCase() === 'true' };
  }
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
  return (types.includes('number') || types.includes('int')) && isNumber
    ? { ...scalar, value: Number(text) }
    : scalar;
}
