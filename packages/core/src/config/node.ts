/**
 * Configuration as a tree that remembers where each key and value was written, through every merge
 * and substitution. Nodes are immutable; transformations share what they leave unchanged.
 */
import type { JsonValue } from '../json.ts';
import type { Span } from './source.ts';
import type { ConfigPath } from './types.ts';

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** Set when the value was made by substitution. */
  readonly made?: MadeValue | undefined;
}

/** How a scalar was made by `${...}`. */
interface MadeValue {
  /** The text as written. */
  readonly template: string;
  /** The whole scalar was one reference to a text (environment or default): may be read as a number or boolean. */
  readonly wholeText: boolean;
  /** The value with every part that came from the process environment as `***`; unset when there is none. */
  readonly masked?: string | undefined;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly key: Span;
  readonly value: ConfigNode;
}

export type ConfigNode = ScalarNode | ListNode | MapNode;

/** The member of a mapping, if it is one and has it. */
export function member(node: ConfigNode | undefined, key: string): ConfigNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** The text of a scalar member. */
export function textMember(node: ConfigNode | undefined, key: string): string | undefined {
  const value = member(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

export function itemsOf(node: ConfigNode | undefined): readonly ConfigNode[] {
  return node?.kind === 'list' ? node.items : [];
}

export function entriesOf(node: ConfigNode | undefined): readonly (readonly [string, MapEntry])[] {
  return node?.kind === 'map' ? [...node.entries] : [];
}

/** A copy with a member added, replaced, or (undefined) removed. */
export function withMember(map: MapNode, key: string, entry: MapEntry | undefined): MapNode {
  const entries = new Map(map.entries);
  if (entry === undefined) entries.delete(key);
  else entries.set(key, entry);
  return { ...map, entries };
}

/** The node at a path, or undefined. */
export function nodeAt(root: ConfigNode, path: ConfigPath): ConfigNode | undefined {
  let node: ConfigNode | undefined = root;
  for (const segment of path) node = childOf(node, segment);
  return node;
}

/** Span of the key at a path, or of the list item; undefined when it is not written down. */
export function keySpanAt(root: ConfigNode, path: ConfigPath): Span | undefined {
  const last = path.at(-1);
  if (last === undefined) return root;
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === 'map' ? parent.entries.get(String(last))?.key : childOf(parent, last);
}

/** Span of the key or item at a path, or of its nearest ancestor that is written down. */
export function nearestSpanAt(root: ConfigNode, path: ConfigPath): Span {
  let span: Span = root;
  let node: ConfigNode | undefined = root;
  for (const segment of path) {
    const entry: MapEntry | undefined = node?.kind === 'map' ? node.entries.get(String(segment)) : undefined;
    node = entry === undefined ? childOf(node, segment) : entry.value;
    if (node === undefined) break;
    span = entry?.key ?? node;
  }
  return span;
}

function childOf(node: ConfigNode | undefined, segment: string | number): ConfigNode | undefined {
  if (node?.kind === 'map') return node.entries.get(String(segment))?.value;
  return node?.kind === 'list' && typeof segment === 'number' ? node.items[segment] : undefined;
}

/** The plain value of a tree. */
export function toPlain(node: ConfigNode): JsonValue {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  const plain: Record<string, JsonValue> = {};
  for (const [key, entry] of node.entries) plain[key] = toPlain(entry.value);
  return plain;
}

/** A tree for a plain value, all of it standing at one place. */
export function fromPlain(value: JsonValue, span: Span): ConfigNode {
  const place: Span = { source: span.source, start: span.start, end: span.end };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value, ...place };
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item: JsonValue) => fromPlain(item, span)), ...place };
  }
  const entries = new Map<string, MapEntry>();
  for (const [key, item] of Object.entries(value))
    entries.set(key, { key: place, value: fromPlain(item, span) });
  return { kind: 'map', entries, ...place };
}

/** Applies a function to the scalars of a tree, sharing whatever it left unchanged. */
export function mapScalars(
  node: ConfigNode,
  path: ConfigPath,
  map: (scalar: ScalarNode, path: ConfigPath) => ConfigNode,
): ConfigNode {
  if (node.kind === 'scalar') return map(node, path);
  let changed = false;
  const visit = (child: ConfigNode, segment: string | number): ConfigNode => {
    const mapped = mapScalars(child, [...path, segment], map);
    changed ||= mapped !== child;
    return mapped;
  };
  if (node.kind === 'list') {
    const items = node.items.map(visit);
    return changed ? { ...node, items } : node;
  }
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries)
    entries.set(key, { key: entry.key, value: visit(entry.value, key) });
  return changed ? { ...node, entries } : node;
}

/** A path as it is written in messages: `test_suites[0].test_cases[1]["odd key"]`. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}
