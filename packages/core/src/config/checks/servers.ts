import { entriesOf, formatPath, member, textMember } from '../node.ts';
import type { MapNode } from '../node.ts';
import { nearestName } from '../nearest.ts';
import type { Problems } from '../problems.ts';
import { meantKey } from '../unknown-key.ts';
import { topLevelKeys } from '../vocabulary.ts';
import { serversOf } from './walk.ts';
import type { Placed } from './walk.ts';

/** How the keys of a server go together. */
export function checkServers(root: MapNode, problems: Problems): void {
  const single = root.entries.get('server');
  const several = root.entries.get('servers');
  if (single !== undefined && several !== undefined) {
    problems.add('CONFIG_INVALID', several.key, 'servers: server and servers are both given', {
      hint: 'Move the one under server into servers, with a name.',
    });
  }
  if (several?.value.kind === 'map' && several.value.entries.size === 0) {
    problems.add('CONFIG_INVALID', several.key, 'servers: needs at least one server');
  }
  if (single === undefined && several === undefined && !wasMisspelt(root)) {
    problems.add('CONFIG_INVALID', root.entries.get('test_suites')?.key ?? root, 'server is missing', {
      hint: 'Say what to test: server: {command: node, args: [server.js]}, or server: {transport: http, url: "http://…"}.',
    });
  }
  for (const server of serversOf(root)) checkServer(server, problems);
}

/** Another error tells about the server already: a key that was meant to be it, or keys of it at the top. */
function wasMisspelt(root: MapNode): boolean {
  return [...root.entries.keys()].some(
    (key) =>
      key === 'command' ||
      key === 'url' ||
      ['server', 'servers'].includes(nearestName(key, topLevelKeys) ?? ''),
  );
}

function checkServer({ node, path }: Placed, problems: Problems): void {
  const transport = textMember(node, 'transport') ?? 'stdio';
  const at = formatPath(path);
  const keyOf = (key: string) => node.entries.get(key)?.key ?? node;
  const has = (key: string): boolean => node.entries.has(key);
  const isMeant = (key: string): boolean =>
    [...node.entries.keys()].some((given) => meantKey(path, given) === key);
  const refuse = (key: string, message: string, hint: string): void => {
    problems.add('CONFIG_INVALID', keyOf(key), `${at}.${key}: ${message}`, { hint });
  };
  if (transport === 'stdio') {
    if (has('url')) {
      refuse(
        'url',
        'a stdio server has no url',
        'Add transport: http when the server listens on that URL, or remove url.',
      );
    } else if (!has('command') && !isMeant('command')) {
      problems.add('CONFIG_INVALID', node, `${at}.command is missing`, {
        hint: 'A stdio server is started by its command: command: npx, args: ["-y", "some-server"].',
      });
    }
    for (const key of httpKeys) {
      if (has(key) && !has('url'))
        refuse(key, 'has no meaning for a stdio server', `Remove ${key}, or set transport: http and url.`);
    }
  } else if (transport === 'http' && !has('url') && !isMeant('url')) {
    problems.add('CONFIG_INVALID', keyOf('transport'), `${at}.url is missing`, {
      hint: 'Streamable HTTP needs the endpoint: url: "http://localhost:3000/mcp".',
    });
  }
  checkCommand({ node, path }, transport, problems);
}

/** Keys of a server that would do nothing with this transport. */
export function meaninglessKeys(transport: string, hasCommand: boolean): readonly string[] {
  if (transport === 'stdio') return httpKeys;
  return hasCommand ? [] : processKeys;
}

const httpKeys = ['headers', 'ready_when', 'connection_timeout_seconds'];

/** Keys that say how the process runs. */
const processKeys = [
  'args',
  'env',
  'working_dir',
  'path_additions',
  'ready_when',
  'resource_limits',
  'shutdown_signal',
  'shutdown_timeout_seconds',
];

function checkCommand({ node, path }: Placed, transport: string, problems: Problems): void {
  const at = formatPath(path);
  const command = textMember(node, 'command');
  if (!node.entries.has('command')) {
    for (const key of transport === 'http' ? processKeys : []) {
      const entry = node.entries.get(key);
      if (entry === undefined) continue;
      problems.add('CONFIG_INVALID', entry.key, `${at}.${key}: is about a process, but no command is given`, {
        hint: `Add command to have the server started, or remove ${key}.`,
      });
    }
  } else if (
    command !== undefined &&
    node.entries.has('args') &&
    /\s/.test(command.trim()) &&
    !/[/\\]/.test(command)
  ) {
    const entry = node.entries.get('command');
    problems.warn(
      entry?.value ?? node,
      `${at}.command: with args given, ${JSON.stringify(command)} is the name of one program; move the words after the first to args`,
    );
  }
  const ready = node.entries.get('ready_when');
  if (ready?.value.kind !== 'map') return;
  const given = entriesOf(ready.value).map(([key]) => key);
  if (given.length !== 1) {
    problems.add(
      'CONFIG_INVALID',
      ready.key,
      `${at}.ready_when: expected exactly one of url, port, log_pattern, got ${given.length === 0 ? 'none' : given.join(', ')}`,
      {
        hint:
          member(node, 'url') === undefined
            ? undefined
            : 'Without ready_when the harness waits until url accepts connections.',
      },
    );
  }
}
