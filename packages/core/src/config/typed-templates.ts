/**
 * `${name}` of a matrix or case where the schema wants a number or a boolean: `expected_error_code: ${code}`.
 * Each instance's value is checked now; the planner puts it in place. What a step stores (`min: ${first.json.sum}`)
 * is known only in the run, which checks it then.
 */
import { isHarnessError } from '../errors.ts';
import { parseTemplate, substituteTemplates } from '../expressions/index.ts';
import type { JsonValue } from '../json.ts';
import { deferredNames } from './deferred-names.ts';
import { formatPath, fromPlain, itemsOf, mapScalars, member, nodeAt, toPlain } from './node.ts';
import type { ConfigNode, MapNode, ScalarNode } from './node.ts';
import type { Problems } from './problems.ts';
import { wantedTypes } from './read-texts.ts';
import type { Config } from './schema.ts';
import type { ConfigPath } from './types.ts';
import type { PlacedIssue } from './validate-tree.ts';

interface Template {
  readonly path: ConfigPath;
  readonly text: string;
}

/**
 * Puts the first instance's value where a template stands in a typed place, so that the schema can go on, and
 * notes the template in `restored`. Values of other instances that have the wrong type are reported.
 * Returns the same tree when there was none.
 */
export function fillInstances(
  tree: MapNode,
  issues: readonly PlacedIssue[],
  problems: Problems,
  restored: Template[],
): MapNode {
  const fills = new Map<string, ConfigNode>();
  for (const issue of issues) {
    const types = wantedTypes(issue).filter((type) => type !== 'string');
    const scalar = nodeAt(tree, issue.fullPath);
    const test = issue.fullPath[2] === 'test_cases' ? nodeAt(tree, issue.fullPath.slice(0, 4)) : undefined;
    if (types.length === 0 || scalar?.kind !== 'scalar' || test?.kind !== 'map') continue;
    const filled = fill(scalar, test, types, issue.fullPath, problems);
    if (filled === undefined) continue;
    restored.push({ path: issue.fullPath, text: String(scalar.value) });
    fills.set(formatPath(issue.fullPath), filled);
  }
  if (fills.size === 0) return tree;
  return mapScalars(tree, [], (scalar, path) => fills.get(formatPath(path)) ?? scalar) as MapNode;
}

/** Puts the templates back into the validated configuration, for the planner. */
export function restoreTemplates(config: Config, templates: readonly Template[]): void {
  for (const { path, text } of templates) {
    let holder: unknown = config;
    for (const segment of path.slice(0, -1)) holder = (holder as Record<string | number, unknown>)[segment];
    (holder as Record<string | number, unknown>)[path.at(-1) ?? ''] = text;
  }
}

function fill(
  scalar: ScalarNode,
  test: MapNode,
  types: readonly string[],
  path: ConfigPath,
  problems: Problems,
): ConfigNode | undefined {
  if (typeof scalar.value !== 'string' || !scalar.value.startsWith('${')) return undefined;
  const [reference, more] = parseTemplate(scalar.value);
  if (reference === undefined || more !== undefined) return undefined;
  const judgedInRun = path.includes('expected');
  if (reference.kind === 'expression' && judgedInRun) return fromPlain(sampleOf(types), scalar);
  if (reference.kind !== 'reference') return undefined;
  const { instance, stored } = deferredNames(toPlain(test) as object);
  const [root = ''] = reference.name.split(/[.[]/, 1);
  if (stored.has(root) && judgedInRun) return fromPlain(sampleOf(types), scalar);
  if (!instance.has(reference.name)) return undefined;
  const text = scalar.value;
  let first: ConfigNode | undefined;
  for (const source of valuesOf(test, reference.name)) {
    const value = valueFor(text, source, path, problems);
    if (value === undefined) continue;
    if (!fits(value, types)) {
      const wanted = types.map((type) => words[type] ?? type).join(' or ');
      problems.add(
        'CONFIG_INVALID',
        source,
        `${formatPath(path)}: ${text} must be ${wanted} in every instance, here it is ${JSON.stringify(value)}`,
      );
    }
    first ??= fromPlain(fits(value, types) ? value : sampleOf(types), scalar);
  }
  return first;
}

function valueFor(
  text: string,
  source: ConfigNode,
  path: ConfigPath,
  problems: Problems,
): JsonValue | undefined {
  try {
    return substituteTemplates(text, () => toPlain(source));
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    problems.add(error.code, source, `${formatPath(path)}: ${error.message}`, { hint: error.hint });
    return undefined;
  }
}

const words: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function valuesOf(test: MapNode, name: string): readonly ConfigNode[] {
  const row = itemsOf(member(test, 'cases')).flatMap((item) => member(item, name) ?? []);
  return [...itemsOf(member(member(test, 'matrix'), name)), ...row];
}

function fits(value: JsonValue, types: readonly string[]): boolean {
  return types.some((type) => {
    if (type === 'int') return Number.isInteger(value);
    if (type === 'array') return Array.isArray(value);
    if (type === 'object' || type === 'record')
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    return typeof value === type;
  });
}

function sampleOf(types: readonly string[]): JsonValue {
  if (types.includes('boolean')) return false;
  if (types.includes('array')) return [];
  return types.includes('number') || types.includes('int') ? 1 : {};
}
