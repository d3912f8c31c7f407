/** Regular expressions, compiled once at load so that a typing error does not wait for the run. */
import { isHarnessError } from '../../errors.ts';
import { formatPath, itemsOf, member } from '../node.ts';
import type { ConfigNode, MapNode, ScalarNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import type { ConfigPath } from '../types.ts';
import { actionsOf, serversOf, suitesOf, testsOf } from './walk.ts';

interface PatternAt {
  readonly node: ScalarNode;
  readonly path: ConfigPath;
  readonly pattern: string;
  readonly flags?: string | undefined;
}

/** Reports every regular expression that cannot be compiled. */
export async function checkPatterns(root: MapNode, problems: Problems): Promise<void> {
  const patterns = collect(root);
  if (patterns.length === 0) return;
  const { createSafeRegex } = await import('../../regex.ts');
  const judged = new Set<string>();
  for (const { node, path, pattern, flags } of patterns) {
    const key = `${flags ?? ''}/${pattern}`;
    if (judged.has(key) || pattern.includes('${')) continue;
    try {
      createSafeRegex(pattern, flags);
      judged.add(key);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      problems.add('CONFIG_INVALID', node, `${formatPath(path)}: ${error.message}`, {
        hint: error.hint,
        cause: error,
      });
    }
  }
}

function collect(root: MapNode): readonly PatternAt[] {
  const found: PatternAt[] = [];
  const add = (node: ConfigNode | undefined, path: ConfigPath, flags?: ConfigNode): void => {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
    const text = flags?.kind === 'scalar' && typeof flags.value === 'string' ? flags.value : undefined;
    found.push({ node, path, pattern: node.value, flags: text });
  };
  const retry = (holder: ConfigNode | undefined, path: ConfigPath): void => {
    const patterns = itemsOf(member(member(holder, 'retry'), 'retry_on_patterns'));
    for (const [index, node] of patterns.entries()) {
      const inner = node.kind === 'scalar' ? /^\/(.+)\/$/s.exec(String(node.value))?.[1] : undefined;
      if (inner === undefined || node.kind !== 'scalar') continue;
      found.push({ node, path: [...path, 'retry', 'retry_on_patterns', index], pattern: inner });
    }
  };
  const client = (holder: ConfigNode, path: ConfigPath): void => {
    for (const kind of ['sampling', 'elicitation']) {
      for (const [index, reply] of itemsOf(member(member(holder, 'client'), kind)).entries()) {
        add(member(reply, 'pattern'), [...path, 'client', kind, index, 'pattern']);
      }
    }
  };

  client(root, []);
  retry(member(root, 'global'), ['global']);
  for (const { node, path } of serversOf(root)) {
    client(node, path);
    add(member(member(node, 'ready_when'), 'log_pattern'), [...path, 'ready_when', 'log_pattern']);
  }
  for (const suite of suitesOf(root)) {
    client(suite.node, suite.path);
    retry(suite.node, suite.path);
    for (const test of testsOf(suite)) {
      retry(test.node, test.path);
      for (const { node, path } of actionsOf(test)) {
        add(member(node, 'expected_error_pattern'), [...path, 'expected_error_pattern']);
        const expected = member(node, 'expected');
        if (expected !== undefined) collectExpected(expected, [...path, 'expected'], add);
      }
    }
  }
  return found;
}

/** Patterns in matchers (`regex: …`, `{type: regex, pattern: …}`) and in snapshot replacements. */
function collectExpected(
  expected: ConfigNode,
  path: ConfigPath,
  add: (node: ConfigNode | undefined, path: ConfigPath, flags?: ConfigNode) => void,
): void {
  const replacements = itemsOf(member(member(expected, 'snapshot'), 'replace'));
  for (const [index, replacement] of replacements.entries()) {
    add(member(replacement, 'pattern'), [...path, 'snapshot', 'replace', index, 'pattern']);
  }
  const visit = (node: ConfigNode, at: ConfigPath): void => {
    if (node.kind === 'list') for (const [index, item] of node.items.entries()) visit(item, [...at, index]);
    if (node.kind !== 'map') return;
    const type = member(node, 'type');
    if (type?.kind === 'scalar' && type.value === 'regex') {
      add(member(node, 'pattern'), [...at, 'pattern'], member(node, 'flags'));
    }
    const short = member(node, 'regex');
    add(short, [...at, 'regex']);
    if (short !== undefined)
      add(member(short, 'pattern'), [...at, 'regex', 'pattern'], member(short, 'flags'));
    for (const [key, entry] of node.entries) if (key !== 'regex') visit(entry.value, [...at, key]);
  };
  for (const form of ['text', 'json', 'error', 'patterns']) {
    const node = member(expected, form);
    if (node !== undefined) visit(node, [...path, form]);
  }
}
