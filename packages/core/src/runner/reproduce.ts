import { relative } from 'node:path';
import type { PlannedAction, PlannedServer } from '../plan/types.ts';

/** What {@link reproduceLine} names the server by. */
export interface ReproduceTarget {
  readonly configFile: string | undefined;
  readonly environment?: string | undefined;
  readonly server: Pick<PlannedServer, 'key' | 'session' | 'revision' | 'expandedFrom'>;
  /** The configuration has more servers than this one, so that it must be named. */
  readonly oneOfSeveral?: boolean | undefined;
  /** Paths are shown relative to this directory. */
  readonly cwd?: string | undefined;
}

/**
 * One line for a POSIX shell that sends the request again:
 * `mcp-test-harness call --config suite.yaml --tool echo --args '{"message":"hi"}'`; without a configuration file
 * the server's command stands last, after `--`. Undefined for waiting, which sends nothing.
 */
export function reproduceLine(action: PlannedAction, target: ReproduceTarget): string | undefined {
  const what = describeAction(action);
  if (what === undefined) return undefined;
  return ['mcp-test-harness call', ...nameConfig(target), ...what, ...nameCommand(target)].join(' ');
}

function describeAction(action: PlannedAction): readonly string[] | undefined {
  switch (action.kind) {
    case 'tool':
      return ['--tool', quote(action.tool), '--args', quote(JSON.stringify(action.args))];
    case 'request':
      return [
        '--method',
        quote(action.method),
        ...(action.params === undefined ? [] : ['--params', quote(JSON.stringify(action.params))]),
      ];
    case 'raw':
      return ['--raw', quote(action.text)];
    case 'wait':
      return undefined;
  }
}

function nameConfig(target: ReproduceTarget): readonly string[] {
  const { configFile, environment, server, oneOfSeveral, cwd } = target;
  if (configFile === undefined) return [];
  const shown = cwd === undefined ? configFile : relative(cwd, configFile);
  const file = shown.startsWith('..') && configFile.length <= shown.length ? configFile : shown;
  // A suite with limits or a client of its own has a variant of the server, which is known by its own name.
  const name = server.expandedFrom ?? server.session.name ?? server.key;
  const mustName = server.key !== undefined || oneOfSeveral === true;
  return [
    '--config',
    quote(file),
    ...(environment === undefined ? [] : ['--environment', quote(environment)]),
    ...(mustName && name !== undefined ? ['--server', quote(name)] : []),
    ...(server.revision === undefined ? [] : ['--protocol-version', server.revision]),
  ];
}

function nameCommand({ configFile, server }: ReproduceTarget): readonly string[] {
  if (configFile !== undefined) return [];
  const { session } = server;
  if ('url' in session) {
    // Of the other url transports the URL tells by itself.
    return ['--url', quote(session.url), ...(session.transport === 'sse' ? ['--transport', 'sse'] : [])];
  }
  return ['--', quote(session.command), ...(session.args ?? []).map(quote)];
}

/** Quotes a word for a POSIX shell where it needs it. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
