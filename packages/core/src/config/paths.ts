/** Relative paths are relative to the file they stand in: each becomes absolute when the file is loaded. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { entriesOf, itemsOf, textMember, withMember } from './node.ts';
import type { ConfigNode, MapEntry, MapNode, ScalarNode } from './node.ts';

/** Keys outside of servers and suites that name a file or a directory. */
const pathKeys = [
  'reporting.output_dir',
  'reporting.distribution.email.ca_file',
  'performance.baseline_storage_path',
  'service.data_dir',
  'security.audit_log_path',
  'security.audit_key_file',
  'security.rbac.config_file',
  'security.tls.config_file',
  'security.data_protection.key_file',
  'security.data_protection.vault.ca_file',
  'security.data_protection.vault.auth.token_file',
  'security.data_protection.vault.auth.secret_id_file',
  'security.data_protection.vault.auth.jwt_file',
] as const;

/**
 * Resolves the {@link pathKeys}, `working_dir` (whose default is filled in), `path_additions`, files in `tls` and `auth`,
 * `setup_script`, `teardown_script`, a `schema` that is a file, and `script` and `working_dir` of custom scripts. Values
 * from flags are relative to the main file.
 */
export function resolvePaths(root: MapNode, mainFile: string): MapNode {
  const directoryOf = (node: ConfigNode): string =>
    dirname(isAbsolute(node.source.file) ? node.source.file : mainFile);
  const toAbsolute = (node: ConfigNode): ConfigNode =>
    mapText(node, (text) => resolve(directoryOf(node), text));
  const server = (node: ConfigNode): ConfigNode => resolveServer(node, toAbsolute, directoryOf);

  let tree = edit(root, 'server', server);
  tree = edit(tree, 'servers', (servers) => editAll(servers, server));
  for (const key of pathKeys) tree = editPath(tree, key.split('.'), toAbsolute);
  return edit(tree, 'test_suites', (suites) =>
    editItems(suites, (suite) => {
      if (suite.kind !== 'map') return suite;
      const command = (node: ConfigNode): ConfigNode =>
        mapText(node, (text) => resolveCommandLine(text, directoryOf(node)));
      const scripts = edit(edit(suite, 'setup_script', command), 'teardown_script', command);
      return edit(scripts, 'test_cases', (tests) =>
        editItems(tests, (test) => resolveTest(test, toAbsolute)),
      );
    }),
  );
}

type Edit = (node: ConfigNode) => ConfigNode;

function resolveServer(
  node: ConfigNode,
  toAbsolute: Edit,
  directoryOf: (node: ConfigNode) => string,
): ConfigNode {
  if (node.kind !== 'map') return node;
  const withFiles = edit(
    edit(node, 'path_additions', (list) => editItems(list, toAbsolute)),
    'tls',
    (tls) => resolvePem(tls, ['ca', 'cert', 'key'], toAbsolute),
  );
  const tree = edit(withFiles, 'auth', (auth) => resolvePem(auth, ['private_key'], toAbsolute));
  const command = tree.entries.get('command');
  if (tree.entries.has('working_dir') || command === undefined) return edit(tree, 'working_dir', toAbsolute);
  const { source, start, end } = command.value;
  const fallback: ScalarNode = { kind: 'scalar', value: directoryOf(command.value), source, start, end };
  return withMember(tree, 'working_dir', { key: command.key, value: fallback });
}

/** A certificate or key is a path, unless it is the PEM text itself. */
function resolvePem(holder: ConfigNode, keys: readonly string[], toAbsolute: Edit): ConfigNode {
  const change: Edit = (node) =>
    node.kind === 'scalar' && String(node.value).includes('-----BEGIN ') ? node : toAbsolute(node);
  return keys.reduce((node, key) => editMap(node, key, change), holder);
}

function resolveTest(test: ConfigNode, toAbsolute: Edit): ConfigNode {
  if (test.kind !== 'map') return test;
  let tree = resolveExpectation(test, toAbsolute);
  for (const key of ['steps', 'setup_steps', 'cleanup_steps']) {
    tree = edit(tree, key, (steps) =>
      editItems(steps, (step) => (step.kind === 'map' ? resolveExpectation(step, toAbsolute) : step)),
    );
  }
  return tree;
}

function resolveExpectation(holder: MapNode, toAbsolute: Edit): MapNode {
  return edit(holder, 'expected', (expected) => {
    const schema = editMap(expected, 'schema', toAbsolute);
    const patterns = editMap(schema, 'patterns', (list) =>
      editItems(list, (pattern) =>
        editMap(pattern, 'validation', (validation) =>
          textMember(validation, 'type') === 'schema'
            ? editMap(validation, 'schema', toAbsolute)
            : validation,
        ),
      ),
    );
    return editMap(patterns, 'custom_scripts', (scripts) =>
      editItems(scripts, (script) =>
        editMap(editMap(script, 'script', toAbsolute), 'working_dir', toAbsolute),
      ),
    );
  });
}

/** A command line whose first word names a file; other first words are left to be found on PATH. */
function resolveCommandLine(line: string, directory: string): string {
  const [, word = '', rest = ''] = /^(\S+)(.*)$/s.exec(line.trim()) ?? [];
  if (isAbsolute(word) || !/[/\\]|\.\w+$/.test(word) || /["']/.test(word)) return line;
  const path = resolve(directory, word);
  return `${/\s/.test(path) ? JSON.stringify(path) : path}${rest}`;
}

function mapText(node: ConfigNode, map: (text: string) => string): ConfigNode {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node;
  const value = map(node.value);
  const masked = node.made?.masked;
  if (masked === undefined || node.made === undefined) return { ...node, value };
  return { ...node, value, made: { ...node.made, masked: map(masked) } };
}

function edit(map: MapNode, key: string, change: Edit): MapNode {
  const entry: MapEntry | undefined = map.entries.get(key);
  if (entry === undefined) return map;
  const value = change(entry.value);
  return value === entry.value ? map : withMember(map, key, { key: entry.key, value });
}

function editPath(map: MapNode, [key = '', ...rest]: readonly string[], change: Edit): MapNode {
  return edit(map, key, (node) =>
    rest.length === 0 ? change(node) : node.kind === 'map' ? editPath(node, rest, change) : node,
  );
}

function editMap(node: ConfigNode, key: string, change: Edit): ConfigNode {
  return node.kind === 'map' ? edit(node, key, change) : node;
}

function editAll(node: ConfigNode, change: Edit): ConfigNode {
  if (node.kind !== 'map') return node;
  let map = node;
  for (const [key] of entriesOf(node)) map = edit(map, key, change);
  return map;
}

function editItems(node: ConfigNode, change: Edit): ConfigNode {
  if (node.kind !== 'list') return node;
  let changed = false;
  const items = itemsOf(node).map((item) => {
    const mapped = change(item);
    changed ||= mapped !== item;
    return mapped;
  });
  return changed ? { ...node, items } : node;
}
