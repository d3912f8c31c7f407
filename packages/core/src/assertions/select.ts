import type { JsonValue } from '../json.ts';
import type { CompileDeps } from './define.ts';
import type { JsonPathQuery } from './json-path.ts';
import { formatKey, parseKey, readMember, selectPath } from './key.ts';
import type { Segment, SelectedNode } from './key.ts';
import { explainMissingMember } from './missing.ts';
import { describeError } from './regex.ts';

/** What a key selects in a document. */
interface Selection {
  readonly nodes: readonly SelectedNode[];
  /** Why the key could not be followed to its end at all. */
  readonly fault?: string | undefined;
}

/** A key, compiled. */
export interface Selector {
  select(document: JsonValue): Selection;
  /** Why nothing is selected: completes `but ...`. */
  explainNothing(document: JsonValue): string;
}

/** Members in which a first segment is looked up that the document does not have. */
const fallbacks = ['result', 'json'] as const;

/**
 * Compiles a key: a JSONPath when it begins with `$`, a dotted path otherwise. The first segment of a dotted path
 * that the document does not have is looked up in its `result`, then in its `json`.
 */
export function compileKey(key: string, deps: Pick<CompileDeps, 'defer' | 'problem'>): Selector {
  if (key.startsWith('$')) return compileJsonPathKey(key, deps);
  const parsed = parseKey(key);
  if ('fault' in parsed) {
    deps.problem(parsed.fault);
    return { select: () => ({ nodes: [] }), explainNothing: () => parsed.fault };
  }
  const { segments } = parsed;
  return {
    select(document) {
      const { value, name } = findRoot(segments, document);
      const nodes = selectPath(segments, value);
      if (name === '') return { nodes };
      return { nodes: nodes.map((node) => ({ ...node, location: [name, ...node.location] })) };
    },
    explainNothing: (document) => explainPath(segments, findRoot(segments, document)),
  };
}

interface Root {
  readonly value: JsonValue;
  /** Where it stands in the document: '' or the name of the fallback. */
  readonly name: string;
  /** False when the first segment leads nowhere at all. */
  readonly known: boolean;
}

function findRoot([first]: readonly [Segment, ...Segment[]], document: JsonValue): Root {
  if (leadsOn(document, first)) return { value: document, name: '', known: true };
  for (const name of fallbacks) {
    const value = readMember(document, name)?.value;
    if (value !== undefined && leadsOn(value, first)) return { value, name, known: true };
  }
  return { value: document, name: '', known: false };
}

function leadsOn(value: JsonValue, segment: Segment): boolean {
  return selectPath([segment], value).length > 0;
}

function explainPath(segments: readonly Segment[], root: Root): string {
  const document = root.value;
  if (!root.known) return explainUnknownStart(segments[0] as Segment, document);
  let parents: readonly SelectedNode[] = [{ value: document, location: [] }];
  for (const [index, segment] of segments.entries()) {
    const next = parents.flatMap((parent) => selectPath([segment], parent.value));
    if (next.length > 0) {
      parents = next;
      continue;
    }
    const place = [root.name, formatKey(segments.slice(0, index))].filter((part) => part !== '').join('.');
    const reason =
      typeof segment === 'object'
        ? 'there is nothing in it'
        : explainMissingMember(parents[0]?.value, segment);
    return place === '' ? reason : `in ${place} ${reason}`;
  }
  return 'it selects nothing';
}

function explainUnknownStart(first: Segment, document: JsonValue): string {
  if (typeof first === 'object') return 'neither the document nor result nor json is an array';
  const places = fallbacks.filter((name) => readMember(document, name) !== undefined);
  const reasons = [explainMissingMember(document, first)];
  for (const name of places) {
    reasons.push(`in ${name} ${explainMissingMember(readMember(document, name)?.value, first)}`);
  }
  return reasons.join('; ');
}

function compileJsonPathKey(key: string, deps: Pick<CompileDeps, 'defer' | 'problem'>): Selector {
  let query: JsonPathQuery | undefined;
  deps.defer(async () => {
    const { compileJsonPath } = await import('./json-path.ts');
    try {
      query = compileJsonPath(key);
    } catch (error) {
      deps.problem(`${key} is not a valid JSONPath (RFC 9535): ${describeError(error)}`);
    }
  });
  return {
    select(document) {
      try {
        return { nodes: query?.(document) ?? [] };
      } catch (error) {
        return { nodes: [], fault: `the JSONPath could not be followed: ${describeError(error)}` };
      }
    },
    explainNothing: () => 'it selects nothing',
  };
}
