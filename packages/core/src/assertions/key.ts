import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { pathStep, quote } from './render.ts';

/** `[*]`: every item of an array. `*`: every item or member. */
interface Wildcard {
  readonly every: 'items' | 'members';
}

export type Segment = string | number | Wildcard;

/** A dotted path, parsed. */
export interface PathKey {
  readonly segments: readonly [Segment, ...Segment[]];
}

export interface KeyFault {
  /** What is wrong, with the position in the key. */
  readonly fault: string;
}

/** A value that a key selects, and where it stands. */
export interface SelectedNode {
  readonly value: JsonValue;
  readonly location: readonly (string | number)[];
}

/**
 * Parses a dotted path: `result.content[0].text`, `items[*].id`, `headers["content-type"]`, `counts.*`.
 * A negative index counts from the end. Names may hold anything but `.`, `[` and `]`; others are quoted.
 */
export function parseKey(text: string): PathKey | KeyFault {
  const segments: Segment[] = [];
  let position = 0;
  while (position < text.length) {
    if (text[position] === '[') {
      const read = readBracket(text, position);
      if (typeof read === 'string') return { fault: `${read} in the key ${quote(text, 80)}` };
      segments.push(read.segment);
      position = read.end;
    } else {
      if (text[position] === '.') {
        if (segments.length === 0) return { fault: `the key ${quote(text, 80)} begins with a dot` };
        position += 1;
      } else if (segments.length > 0) {
        return {
          fault: `a dot or a bracket is missing at character ${position + 1} in the key ${quote(text, 80)}`,
        };
      }
      const end = findNameEnd(text, position);
      const name = text.slice(position, end);
      if (name === '')
        return { fault: `a name is missing at character ${position + 1} in the key ${quote(text, 80)}` };
      if (text[end] === ']')
        return { fault: `a ] without [ at character ${end + 1} in the key ${quote(text, 80)}` };
      segments.push(name === '*' ? { every: 'members' } : name);
      position = end;
    }
  }
  const [first, ...rest] = segments;
  return first === undefined ? { fault: 'the key is empty' } : { segments: [first, ...rest] };
}

function findNameEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !'.[]'.includes(text[end] as string)) end += 1;
  return end;
}

function readBracket(text: string, start: number): { segment: Segment; end: number } | string {
  const opening = text[start + 1];
  if (opening === '"' || opening === "'") {
    let name = '';
    let index = start + 2;
    for (; index < text.length && text[index] !== opening; index += 1) {
      if (text[index] === '\\') index += 1;
      name += text[index] ?? '';
    }
    if (text[index + 1] !== ']') return `an unfinished quoted name at character ${start + 1}`;
    return { segment: name, end: index + 2 };
  }
  const end = text.indexOf(']', start);
  if (end < 0) return `a [ without ] at character ${start + 1}`;
  const inner = text.slice(start + 1, end);
  if (inner === '*') return { segment: { every: 'items' }, end: end + 1 };
  if (/^-?\d{1,9}$/.test(inner)) return { segment: Number(inner), end: end + 1 };
  return `${quote(inner, 40)} is neither an index nor * nor a quoted name, at character ${start + 1},`;
}

/** Everything that a path selects below a value. Only own members count. */
export function selectPath(segments: readonly Segment[], root: JsonValue): readonly SelectedNode[] {
  let nodes: SelectedNode[] = [{ value: root, location: [] }];
  for (const segment of segments) {
    const next: SelectedNode[] = [];
    for (const node of nodes) step(node, segment, next);
    if (next.length === 0) return next;
    nodes = next;
  }
  return nodes;
}

function step({ value, location }: SelectedNode, segment: Segment, out: SelectedNode[]): void {
  if (typeof segment === 'object') {
    if (Array.isArray(value)) {
      for (const [index, item] of (value as readonly JsonValue[]).entries()) {
        out.push({ value: item, location: [...location, index] });
      }
    } else if (segment.every === 'members' && isJsonObject(value)) {
      for (const [name, item] of Object.entries(value))
        out.push({ value: item, location: [...location, name] });
    }
    return;
  }
  const child = readMember(value, segment);
  if (child !== undefined) out.push({ value: child.value, location: [...location, child.step] });
}

/** The member of that name or index, if it is there. */
export function readMember(
  value: JsonValue | undefined,
  segment: string | number,
): { readonly value: JsonValue; readonly step: string | number } | undefined {
  if (Array.isArray(value)) {
    const index = typeof segment === 'string' ? (/^\d{1,9}$/.test(segment) ? Number(segment) : -1) : segment;
    const position = typeof segment === 'number' && index < 0 ? value.length + index : index;
    const item = (value as readonly JsonValue[])[position];
    return item === undefined ? undefined : { value: item, step: position };
  }
  const name = String(segment);
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
  const member = value[name];
  return member === undefined ? undefined : { value: member, step: name };
}

/** A path as it is written. */
export function formatKey(segments: readonly Segment[]): string {
  const text = segments
    .map((segment) =>
      typeof segment === 'object' ? (segment.every === 'items' ? '[*]' : '.*') : pathStep(segment),
    )
    .join('');
  return text.startsWith('.') ? text.slice(1) : text;
}
