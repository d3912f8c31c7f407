import type { ConfigNode, ListNode, MapEntry, MapNode } from './node.ts';
import { textMember } from './node.ts';
import type { Problems } from './problems.ts';

const modeKey = '_merge_mode';

/**
 * Lays one tree over another, spec `suite-language.md`, "Variables and expressions":
 * mappings merge member by member; a list replaces the inherited one, or is appended to it when the mapping
 * that the list stands in directly says `_merge_mode: append`; null removes the inherited member; any other
 * value replaces. The result has no `_merge_mode` left.
 */
export function mergeTrees(base: MapNode, over: MapNode, problems: Problems): MapNode {
  const append = readMode(over, problems) === 'append';
  const entries = new Map(withoutMode(base).entries);
  for (const [key, entry] of over.entries) {
    if (key === modeKey) continue;
    const inherited = entries.get(key)?.value;
    const merged = inherited === undefined ? entry : mergeEntry(inherited, entry, append, problems);
    if (merged === undefined) entries.delete(key);
    else entries.set(key, merged);
  }
  return { ...over, entries };
}

function mergeEntry(
  inherited: ConfigNode,
  entry: MapEntry,
  append: boolean,
  problems: Problems,
): MapEntry | undefined {
  const { value } = entry;
  if (value.kind === 'scalar' && value.value === null) return undefined;
  if (inherited.kind === 'map' && value.kind === 'map') {
    return { key: entry.key, value: mergeTrees(inherited, value, problems) };
  }
  if (append && inherited.kind === 'list' && value.kind === 'list') {
    const joined: ListNode = { ...value, items: [...inherited.items, ...value.items] };
    return { key: entry.key, value: joined };
  }
  return entry;
}

/** Checks and removes every `_merge_mode` outside lists, where there is nothing to merge. */
export function settleMergeModes(map: MapNode, problems: Problems): MapNode {
  readMode(map, problems);
  let changed = map.entries.has(modeKey);
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of map.entries) {
    if (key === modeKey) continue;
    const value = entry.value.kind === 'map' ? settleMergeModes(entry.value, problems) : entry.value;
    changed ||= value !== entry.value;
    entries.set(key, value === entry.value ? entry : { key: entry.key, value });
  }
  return changed ? { ...map, entries } : map;
}

function withoutMode(map: MapNode): MapNode {
  if (!map.entries.has(modeKey)) return map;
  const entries = new Map(map.entries);
  entries.delete(modeKey);
  return { ...map, entries };
}

function readMode(map: MapNode, problems: Problems): 'append' | 'replace' {
  const entry = map.entries.get(modeKey);
  if (entry === undefined) return 'replace';
  const mode = textMember(map, modeKey);
  if (mode === 'append' || mode === 'replace') return mode;
  problems.add('CONFIG_INVALID', entry.value, `${modeKey}: expected append or replace`, {
    hint: 'append adds the lists of this mapping to the inherited ones; replace, the default, takes their place.',
  });
  return 'replace';
}
