/** Reads a configuration file with all that it names under `extends` and `include`, as one tree. */
import { dirname, relative, resolve } from 'node:path';
import { isHarnessError } from '../errors.ts';
import { hasTemplate, substituteTemplates, textOf } from '../expressions/index.ts';
import { renameDeprecated } from './deprecated-keys.ts';
import { entriesOf, itemsOf, member, withMember } from './node.ts';
import type { ConfigNode, ListNode, MapNode, ScalarNode } from './node.ts';
import { mergeTrees } from './merge.ts';
import { suggestName } from '../nearest.ts';
import type { Problems } from './problems.ts';
import { readSource } from './source.ts';
import type { Span } from './source.ts';
import { topLevelKeys } from './vocabulary.ts';

export interface ReadContext {
  /** For `${NAME}` in `extends` and `include`, where only the environment is known. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly problems: Problems;
  /** Every file read, in order; filled in. */
  readonly files: string[];
}

/**
 * The tree of a file: what it extends, overlaid by itself, its `test_suites` followed by those of the files
 * it includes. Undefined when it could not be read as a mapping; the reason is in `problems`.
 */
export async function readTree(file: string, context: ReadContext): Promise<MapNode | undefined> {
  return readLayer(file, [], context);
}

async function readLayer(
  file: string,
  openFiles: readonly string[],
  context: ReadContext,
  mentionedAt?: Span,
): Promise<MapNode | undefined> {
  const own = await readMapping(file, context, mentionedAt);
  if (own === undefined) return undefined;
  const open = [...openFiles, file];
  let base: MapNode | undefined;
  for (const mention of textsOf(own, 'extends', context)) {
    const target = resolve(dirname(file), mention.text);
    if (open.includes(target)) {
      reportCycle([...open.slice(open.indexOf(target)), target], 'extends', mention.span, context);
      continue;
    }
    const layer = await readLayer(target, open, context, mention.span);
    if (layer !== undefined) base = base === undefined ? layer : mergeTrees(base, layer, context.problems);
  }
  let tree = withMember(own, 'extends', undefined);
  const included = await readIncludes(own, open, context);
  if (included.length > 0) tree = appendSuites(tree, included);
  tree = withMember(tree, 'include', undefined);
  return base === undefined ? tree : mergeTrees(base, tree, context.problems);
}

async function readMapping(
  file: string,
  context: ReadContext,
  mentionedAt: Span | undefined,
): Promise<MapNode | undefined> {
  const { problems, files } = context;
  let source;
  try {
    source = await readSource(file);
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    if (mentionedAt === undefined || error.location !== undefined) problems.addError(error);
    else
      problems.add(error.code, mentionedAt, error.message, {
        hint: 'The path is relative to the file it stands in.',
      });
    return undefined;
  }
  if (!files.includes(file)) files.push(file);
  const { parseYaml } = await import('./parse-yaml.ts');
  const before = problems.count;
  const root = parseYaml(source, problems);
  if (root?.kind === 'map') return renameDeprecated(root, problems);
  if (root === undefined) {
    if (problems.count === before) {
      problems.add('CONFIG_SYNTAX', { source, start: 0, end: 0 }, 'the file is empty', {
        hint: 'The shortest useful file has server: {command: …} and one entry in test_suites; mcp-test-harness init writes it.',
      });
    }
  } else {
    problems.add(
      'CONFIG_SYNTAX',
      root,
      `expected a mapping of sections such as server and test_suites, got ${root.kind === 'list' ? 'a list' : 'a single value'}`,
    );
  }
  return undefined;
}

async function readIncludes(
  own: MapNode,
  open: readonly string[],
  context: ReadContext,
): Promise<readonly ConfigNode[]> {
  const mentions = textsOf(own, 'include', context);
  if (mentions.length === 0) return [];
  const { glob } = await import('tinyglobby');
  const directory = dirname(open.at(-1) ?? '');
  const seen = new Set<string>();
  const suites: ConfigNode[] = [];
  for (const { text, span } of mentions) {
    const found = await glob([text], { cwd: directory, absolute: true, dot: false, onlyFiles: true });
    const targets = found.map((path) => resolve(path)).toSorted();
    const others = targets.filter((target) => target !== open.at(-1));
    if (others.length === 0) {
      context.problems.add('CONFIG_UNREADABLE', span, `include: no file matches ${text}`, {
        hint: 'Patterns are relative to the file they stand in.',
      });
    }
    for (const target of others) {
      if (seen.has(target)) continue;
      seen.add(target);
      if (open.includes(target)) {
        reportCycle([...open.slice(open.indexOf(target)), target], 'include', span, context);
      } else suites.push(...(await readIncluded(target, open, span, context)));
    }
  }
  return suites;
}

const includedKeys = ['test_suites', 'variables', 'include'];

/** The suites of an included file; its `variables` are those of each of its suites that has no own of that name. */
async function readIncluded(
  file: string,
  open: readonly string[],
  mentionedAt: Span,
  context: ReadContext,
): Promise<readonly ConfigNode[]> {
  const own = await readMapping(file, context, mentionedAt);
  if (own === undefined) return [];
  for (const [key, entry] of entriesOf(own)) {
    if (includedKeys.includes(key)) continue;
    const known = topLevelKeys.includes(key);
    context.problems.add(
      known ? 'CONFIG_INVALID' : 'CONFIG_UNKNOWN_KEY',
      entry.key,
      known ? `${key}: cannot stand in an included file` : `${key} is not a known key of an included file`,
      {
        hint: known
          ? `Included files hold test_suites, and variables for them: move ${key} to ${relative(dirname(file), open.at(-1) ?? '')}.`
          : suggestName(key, includedKeys, { what: 'keys' }),
      },
    );
  }
  const suites = member(own, 'test_suites');
  const inner = await readIncludes(own, [...open, file], context);
  if (suites === undefined && inner.length === 0) {
    context.problems.add('CONFIG_INVALID', own, 'the included file has no test_suites');
  } else if (suites !== undefined && suites.kind !== 'list') {
    context.problems.add('CONFIG_INVALID', suites, 'test_suites: expected a list', {
      hint: 'Begin each suite with "- name: …".',
    });
  }
  const variables = member(own, 'variables');
  const all = [...itemsOf(suites), ...inner];
  return variables?.kind === 'map' ? all.map((suite) => withVariables(suite, variables, context)) : all;
}

function withVariables(suite: ConfigNode, variables: MapNode, context: ReadContext): ConfigNode {
  if (suite.kind !== 'map') return suite;
  const own = suite.entries.get('variables');
  if (own !== undefined && own.value.kind !== 'map') return suite;
  const value = own?.value.kind === 'map' ? mergeTrees(variables, own.value, context.problems) : variables;
  return withMember(suite, 'variables', { key: own?.key ?? variables, value });
}

function appendSuites(tree: MapNode, included: readonly ConfigNode[]): MapNode {
  const own = tree.entries.get('test_suites');
  if (own !== undefined && own.value.kind !== 'list') return tree;
  const include = tree.entries.get('include');
  const place = own?.value ?? include?.value ?? tree;
  const list: ListNode = {
    kind: 'list',
    items: [...itemsOf(own?.value), ...included],
    source: place.source,
    start: place.start,
    end: place.end,
  };
  return withMember(tree, 'test_suites', { key: own?.key ?? include?.key ?? tree, value: list });
}

interface Mention {
  readonly text: string;
  readonly span: Span;
}

/** The text, or list of texts, under a key. */
function textsOf(map: MapNode, key: string, context: ReadContext): readonly Mention[] {
  const value = member(map, key);
  if (value === undefined) return [];
  const nodes = value.kind === 'list' ? value.items : [value];
  return nodes.flatMap((node) => {
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') {
      return substitutePath(node, node.value, key, context);
    }
    context.problems.add('CONFIG_INVALID', node, `${key}: expected a path or a list of paths`, {
      hint: `Write ${key}: ${key === 'extends' ? 'base.yaml' : '["test-suites/**/*.yaml"]'}.`,
    });
    return [];
  });
}

function substitutePath(
  node: ScalarNode,
  text: string,
  key: string,
  context: ReadContext,
): readonly Mention[] {
  if (!hasTemplate(text)) return [{ text, span: node }];
  try {
    const path = substituteTemplates(text, (name) => context.env[name]);
    return [{ text: textOf(path), span: node }];
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    context.problems.add(error.code, node, `${key}: ${error.message}`, { hint: error.hint });
    return [];
  }
}

function reportCycle(chain: readonly string[], key: string, span: Span, context: ReadContext): void {
  const [first = ''] = chain;
  const shown = chain.map((file) => relative(dirname(first), file)).join(' → ');
  const message =
    chain.length === 2 ? 'the file names itself' : `the files name each other in a circle: ${shown}`;
  context.problems.add('CONFIG_CYCLE', span, `${key}: ${message}`, { hint: 'Remove one of the steps.' });
}
