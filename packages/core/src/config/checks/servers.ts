import { entriesOf, formatPath, member, textMember } from '../node.ts';
import type { MapNode } from '../node.ts';
import { nearestName } from '../../nearest.ts';
import type { Problems } from '../problems.ts';
import { meantKey } from '../unknown-key.ts';
import { topLevelKeys } from '../vocabulary.ts';
import { serversOf, suitesOf } from './walk.ts';
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
  const isTested = suitesOf(root).length > 0;
  for (const server of serversOf(root)) checkServer(server, isTested, problems);
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

/** @param isTested false: there are no suites, and the file may be one of settings only */
function checkServer({ node, path }: Placed, isTested: boolean, problems: Problems): void {
  const transport = textMember(node, 'transport') ?? 'stdio';
  const at = formatPath(path);
  const keyOf = (key: string) => node.entries.get(key)?.key ?? node;
  const has = (key: string): boolean => node.entries.has(key);
  const isMeant = (key: string): boolean =>
    [...node.entries.keys()].some((given) => meantKey(path, given) === key);
  const refuse: Refuse = (key, message, hint) => {
    problems.add('CONFIG_INVALID', keyOf(key), `${at}.${key}: ${message}`, { hint });
  };
  if (transport === 'stdio') {
    if (has('url')) {
      refuse(
        'url',
        'a stdio server has no url',
        `Add transport: ${transportFor(node)} when the server listens on that URL, or remove url.`,
      );
    } else if (!has('command') && !isMeant('command') && !isTested) {
      problems.warn(node, `${at}: has no command and no url, so that there is nothing to test`);
    } else if (!has('command') && !isMeant('command')) {
      problems.add('CONFIG_INVALID', node, `${at}.command is missing`, {
        hint: 'A stdio server is started by its command: command: npx, args: ["-y", "some-server"].',
      });
    }
    for (const key of httpKeys) {
      if (has(key) && !has('url'))
        refuse(key, 'has no meaning for a stdio server', `Remove ${key}, or set transport: http and url.`);
    }
    // Guides recommend it for every server.
    if (has('connection_pool')) {
      problems.warn(
        keyOf('connection_pool'),
        `${at}.connection_pool: a stdio server has no connections; ignored`,
      );
    }
  } else if (transport in urlHints && !has('url') && !isMeant('url')) {
    problems.add('CONFIG_INVALID', keyOf('transport'), `${at}.url is missing`, { hint: urlHints[transport] });
  } else if (transport in urlHints) {
    checkUrl(node, at, transport, refuse);
  }
  const tls = node.entries.get('tls')?.value;
  for (const [given, missing] of [
    ['cert', 'key'],
    ['key', 'cert'],
  ] as const) {
    if (member(tls, given) === undefined || member(tls, missing) !== undefined) continue;
    refuse('tls', `${given} is given without ${missing}`, 'A client certificate needs both.');
  }
  const verify = member(tls, 'verify');
  if (verify?.kind === 'scalar' && verify.value === false) {
    problems.warn(
      verify,
      `${at}.tls.verify: any certificate is taken, so that nothing proves that this is the right server`,
    );
  }
  checkCommand({ node, path }, transport, problems);
}

const urlHints: Readonly<Record<string, string>> = {
  http: 'Streamable HTTP needs the endpoint: url: "http://localhost:3000/mcp".',
  sse: 'HTTP+SSE needs the address of its event stream: url: "http://localhost:3000/sse".',
  websocket: 'A WebSocket needs its endpoint: url: "ws://localhost:3000/mcp".',
};

/** The transport that a url most probably means. */
function transportFor(node: MapNode): string {
  const url = textMember(node, 'url') ?? '';
  if (/^wss?:/i.test(url)) return 'websocket';
  return /\/sse\/?$/.test(url) ? 'sse' : 'http';
}

type Refuse = (key: string, message: string, hint: string) => void;

/** What the scheme of the url must agree with. */
function checkUrl(node: MapNode, at: string, transport: string, refuse: Refuse): void {
  const url = textMember(node, 'url') ?? '';
  const scheme = /^(https?|wss?):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return;
  const isSocket = scheme.startsWith('ws');
  if (isSocket && transport !== 'websocket') {
    refuse(
      'url',
      `${scheme} is the scheme of a WebSocket`,
      'Set transport: websocket, or an http or https url.',
    );
  } else if (!isSocket && transport === 'websocket') {
    refuse(
      'url',
      `a WebSocket has no ${scheme} url`,
      `Write ${scheme === 'https' ? 'wss' : 'ws'}://…, or set transport: http.`,
    );
  }
  if (node.entries.has('tls') && !scheme.endsWith('s')) {
    refuse('tls', `has no meaning for a url with ${scheme}`, `Write ${scheme}s://… in url, or remove tls.`);
  }
  if (node.entries.has('connection_pool') && transport === 'websocket') {
    refuse(
      'connection_pool',
      'a WebSocket is one connection',
      `Remove it; ${at}.connection_timeout_seconds remains.`,
    );
  }
}

/** Keys of a server that would do nothing with this transport. */
export function meaninglessKeys(transport: string, hasCommand: boolean): readonly string[] {
  if (transport === 'stdio') return httpKeys;
  return hasCommand ? [] : processKeys;
}

const httpKeys = ['headers', 'auth', 'tls', 'ready_when', 'connection_timeout_seconds'];

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
    for (const key of transport in urlHints ? processKeys : []) {
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
