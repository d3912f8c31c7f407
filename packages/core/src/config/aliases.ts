/** Other names of keys, spec `suite-language.md`. */
import { entriesOf, formatPath, member, withMember } from './node.ts';
import type { MapNode } from './node.ts';
import type { Problems } from './problems.ts';
import type { ConfigPath } from './types.ts';

/** Aliases of keys of a server. */
export const serverAliases: Readonly<Record<string, string>> = { start_command: 'command' };

/** Gives every key its own name; a key given under both names is reported. */
export function resolveAliases(root: MapNode, problems: Problems): MapNode {
  let tree = root;
  const single = root.entries.get('server');
  if (single?.value.kind === 'map') {
    tree = withMember(tree, 'server', { ...single, value: renameKeys(single.value, ['server'], problems) });
  }
  const several = root.entries.get('servers');
  if (several?.value.kind !== 'map') return tree;
  let servers = several.value;
  for (const [name, entry] of entriesOf(several.value)) {
    if (entry.value.kind !== 'map') continue;
    servers = withMember(servers, name, {
      ...entry,
      value: renameKeys(entry.value, ['servers', name], problems),
    });
  }
  return withMember(tree, 'servers', { ...several, value: servers });
}

function renameKeys(map: MapNode, path: ConfigPath, problems: Problems): MapNode {
  let renamed = map;
  for (const [alias, name] of Object.entries(serverAliases)) {
    const entry = map.entries.get(alias);
    if (entry === undefined) continue;
    renamed = withMember(renamed, alias, undefined);
    if (member(map, name) === undefined) renamed = withMember(renamed, name, entry);
    else {
      problems.add(
        'CONFIG_INVALID',
        entry.key,
        `${formatPath([...path, alias])}: ${alias} is another name of ${name}, and both are given`,
        {
          hint: `Remove ${alias}.`,
        },
      );
    }
  }
  return renamed;
}
