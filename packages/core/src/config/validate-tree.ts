/** Holds a tree to the schema and reports in terms of what was written. */
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';
import { formatPath, keySpanAt, nearestSpanAt, nodeAt, toPlain } from './node.ts';
import type { ConfigNode, MapNode } from './node.ts';
import { describeNode, wordIssue } from './issue-words.ts';
import type { Issue } from './issue-words.ts';
import type { Problems } from './problems.ts';
import { readTexts } from './read-texts.ts';
import { fillInstances, restoreTemplates } from './typed-templates.ts';
import { descriptionAt } from './schema-lookup.ts';
import type { Span } from './source.ts';
import type { ConfigPath } from './types.ts';
import { hintForUnknownKey, meantKey } from './unknown-key.ts';
import { unsupportedKey, unsupportedValue } from './unsupported.ts';

export interface ValidTree {
  /** The tree with texts read as the numbers and booleans that the schema wants. */
  readonly tree: MapNode;
  /** Undefined when something is wrong; the reasons are in the problems. */
  readonly config: Config | undefined;
}

export interface ValidateOptions {
  /** Whether to report about that place; environments that were not chosen report only what stands in them. */
  readonly keep?: (span: Span, node: ConfigNode | undefined) => boolean;
  /** Put before key paths. */
  readonly prefix?: string | undefined;
}

interface Reporter {
  readonly tree: MapNode;
  readonly problems: Problems;
  readonly keep: (span: Span, node: ConfigNode | undefined) => boolean;
  readonly show: (path: ConfigPath) => string;
}

/** Validates, coerces texts that came from the environment, and reports every issue. */
export function validateTree(tree: MapNode, problems: Problems, options: ValidateOptions = {}): ValidTree {
  let current = tree;
  const restored: { path: ConfigPath; text: string }[] = [];
  for (;;) {
    const parsed = configSchema.safeParse(toPlain(current));
    if (parsed.success) {
      restoreTemplates(parsed.data, restored);
      return { tree: current, config: parsed.data };
    }
    const issues = parsed.error.issues.flatMap((issue) => flatten(issue, [], current));
    const read = readTexts(current, issues);
    const filled = fillInstances(read, issues, problems, restored);
    if (filled === current) {
      const reporter: Reporter = {
        tree: current,
        problems,
        keep: options.keep ?? (() => true),
        show: (path) => `${options.prefix ?? ''}${formatPath(path)}`,
      };
      const meant = new Set(issues.flatMap(meantPaths));
      for (const issue of issues) {
        if (!meant.has(formatPath(issue.fullPath))) report(issue, reporter);
      }
      return { tree: current, config: undefined };
    }
    current = filled;
  }
}

/** An issue with its whole path; of a union, those of the branch that was most likely meant. */
export type PlacedIssue = Issue & { readonly fullPath: ConfigPath };

function flatten(issue: Issue, prefix: ConfigPath, tree: MapNode): readonly PlacedIssue[] {
  const fullPath = [...prefix, ...(issue.path as (string | number)[])];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, fullPath }];
  const branches = issue.errors.map((errors) => errors.flatMap((error) => flatten(error, fullPath, tree)));
  const inside = branches.filter((branch) =>
    branch.every((inner) => inner.fullPath.length > fullPath.length || inner.code !== 'invalid_type'),
  );
  const [best] = (inside.length > 0 ? inside : []).toSorted((a, b) => a.length - b.length);
  if (best !== undefined) return best;
  const wanted = branches.flatMap((branch) => branch.filter((inner) => inner.code === 'invalid_type'));
  return [mergeTypes(wanted, { ...issue, fullPath }, nodeAt(tree, fullPath))];
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function mergeTypes(
  wanted: readonly PlacedIssue[],
  issue: PlacedIssue,
  node: ConfigNode | undefined,
): PlacedIssue {
  const names = wanted.flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []));
  const words = [...new Set(names.map((name) => typeWords[name] ?? name))];
  const message = `expected ${words.join(' or ')}, got ${describeNode(node)}`;
  return { ...issue, code: 'custom', message, params: { expected: names } };
}

/** Paths of the keys that unknown ones were meant to be: that those are missing need not be said. */
function meantPaths(issue: PlacedIssue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.flatMap((key) => {
    const meant = meantKey(issue.fullPath, key);
    return meant === undefined ? [] : [formatPath([...issue.fullPath, meant])];
  });
}

function report(issue: PlacedIssue, reporter: Reporter): void {
  const { fullPath } = issue;
  const { tree, problems, keep, show } = reporter;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey(fullPath, key, reporter);
    return;
  }
  const node = nodeAt(tree, fullPath);
  const path = show(fullPath);
  if (node === undefined) {
    const span = nearestSpanAt(tree, fullPath);
    if (!keep(span, node)) return;
    const key = String(fullPath.at(-1) ?? '');
    const about = shortDescription(fullPath);
    problems.add('CONFIG_INVALID', span, `${path} is missing`, {
      hint: `Add ${key}: …${about === undefined ? '' : ` (${about})`}`,
    });
    return;
  }
  const span = node.kind === 'scalar' && node.end > node.start ? node : nearestSpanAt(tree, fullPath);
  if (!keep(span, node)) return;
  const value = node.kind === 'scalar' ? node.value : undefined;
  const unsupported = unsupportedValue(fullPath, value);
  if (unsupported !== undefined) {
    problems.add('CONFIG_NOT_SUPPORTED', span, `${path}: ${String(value)} is not supported yet`, {
      hint: `Not there yet: ${unsupported.what}. ${unsupported.instead ?? 'Remove it.'}`,
    });
    return;
  }
  const { text, hint } = wordIssue(issue, node);
  problems.add('CONFIG_INVALID', span, `${path}: ${text}`, {
    hint:
      hint ??
      (issue.code === 'custom' || issue.code === 'invalid_union' ? undefined : descriptionAt(fullPath)),
  });
}

function reportUnknownKey(parent: ConfigPath, key: string, reporter: Reporter): void {
  const { tree, problems, keep, show } = reporter;
  const path = [...parent, key];
  const span = keySpanAt(tree, path) ?? nearestSpanAt(tree, parent);
  if (!keep(span, undefined)) return;
  const unsupported = unsupportedKey(path);
  if (unsupported === undefined) {
    problems.add('CONFIG_UNKNOWN_KEY', span, `${show(path)} is not a known key`, {
      hint: hintForUnknownKey(parent, key),
    });
    return;
  }
  problems.add('CONFIG_NOT_SUPPORTED', span, `${show(path)} is not supported yet`, {
    hint: `Not there yet: ${unsupported.what}. ${unsupported.instead ?? 'Remove the key: it is refused, not ignored.'}`,
  });
}

/** The first sentence of a key's description, without its full stop, when it is short. */
function shortDescription(path: ConfigPath): string | undefined {
  const sentence = /^(.{1,80}?)\.(?:\s|$)/.exec(descriptionAt(path) ?? '')?.[1];
  return sentence === undefined ? undefined : `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`;
}
