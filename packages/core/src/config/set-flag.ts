/** `--set key.path=value`. */
import { HarnessError, isHarnessError } from '../errors.ts';
import { entriesOf, formatPath } from './node.ts';
import type { ConfigNode, MapNode } from './node.ts';
import { Problems } from './problems.ts';
import type { ConfigSource, Span } from './source.ts';

const segmentPattern = /(?:^|\.)([^.[\]"=\s]+)|\[(?:(\d{1,6})|"((?:[^"\\]|\\.)*)")\]/y;

/**
 * Lays one `--set` over the tree: `server.command=node`, `test_suites[0].name=core`,
 * `server.args=["a", "b"]`, `server.headers["X-Key"]=1`. The value is YAML. Missing mappings are made; a list
 * takes an index it has, or the next one. What is wrong is added to `problems` as USAGE.
 */
export async function applySet(tree: MapNode, setting: string, problems: Problems): Promise<MapNode> {
  try {
    const { path, valueText } = splitSetting(setting);
    const source: ConfigSource = { file: `<--set ${formatPath(path)}>`, text: valueText };
    const span: Span = { source, start: 0, end: valueText.length };
    const value = await parseValue(source, span, setting);
    const changed = setIn(tree, path, value, span, setting);
    return changed.kind === 'map' ? changed : tree;
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    problems.addError(error);
    return tree;
  }
}

function splitSetting(setting: string): { path: (string | number)[]; valueText: string } {
  const path: (string | number)[] = [];
  let at = 0;
  while (setting[at] !== '=') {
    segmentPattern.lastIndex = at;
    const found = segmentPattern.exec(setting);
    if (found === null || (path.length === 0 && found[1] === undefined)) {
      throw usage(setting, 'it is not of the form key.path=value');
    }
    const [whole, name, index, quoted] = found;
    path.push(index === undefined ? (name ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1')) : Number(index));
    at += whole.length;
  }
  if (path.length === 0) throw usage(setting, 'the key is missing');
  return { path, valueText: setting.slice(at + 1) };
}

async function parseValue(source: ConfigSource, span: Span, setting: string): Promise<ConfigNode> {
  const { parseYaml } = await import('./parse-yaml.ts');
  const inner = new Problems();
  const value = parseYaml(source, inner);
  if (inner.count > 0)
    throw usage(setting, 'the value is no valid YAML', 'Put a text with special characters in quotes.');
  return value ?? { kind: 'scalar', value: null, ...span };
}

function setIn(
  node: ConfigNode | undefined,
  path: readonly (string | number)[],
  value: ConfigNode,
  span: Span,
  setting: string,
): ConfigNode {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  if (typeof segment === 'number') {
    const items = node === undefined ? [] : node.kind === 'list' ? node.items : undefined;
    if (items === undefined) throw usage(setting, `[${segment}] is used on something that is no list`);
    if (segment > items.length) {
      throw usage(
        setting,
        `[${segment}] is beyond the end: the list has ${items.length} ${items.length === 1 ? 'item' : 'items'}`,
      );
    }
    const changed = [...items];
    changed[segment] = setIn(items[segment], rest, value, span, setting);
    return { ...(node?.kind === 'list' ? node : { kind: 'list', ...span }), items: changed };
  }
  if (node?.kind === 'list') {
    throw usage(setting, `${JSON.stringify(segment)} is used on a list`, 'Name the item by its index: [0].');
  }
  const map: MapNode =
    node?.kind === 'map'
      ? node
      : { kind: 'map', entries: new Map(), source: span.source, start: span.start, end: span.end };
  const entries = new Map(entriesOf(map));
  const given = entries.get(segment);
  entries.set(segment, { key: span, value: setIn(given?.value, rest, value, span, setting) });
  return { ...map, entries };
}

function usage(setting: string, reason: string, hint?: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message: `--set ${setting}: ${reason}`,
    hint: hint ?? 'Write --set server.command=node or --set test_suites[0].name=core; the value is YAML.',
  });
}
