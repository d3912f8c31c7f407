import { resolve } from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';
import type { OAuthOptions } from '../auth/types.ts';
import type {
  AuthConfig,
  ClientConfig,
  Config,
  ResourceLimitsConfig,
  ServerConfig,
  SuiteConfig,
} from '../config/schema.ts';
import type { ConfigPath, LoadedConfig } from '../config/types.ts';
import { HarnessError } from '../errors.ts';
import type { ResourceLimits } from '../process/types.ts';
import type {
  ClientBehaviour,
  ConnectionPoolOptions,
  SessionOptions,
  StdioSessionOptions,
} from '../protocol/types.ts';
import type { PlannedServer, ProtocolVersion } from './types.ts';

/** A configured server with where it stands. */
export interface ServerEntry {
  readonly name: string;
  /** Key below `servers`; undefined for the one `server`. */
  readonly key: string | undefined;
  readonly config: ServerConfig;
  readonly path: ConfigPath;
}

/** `server` under the name `server`, and `servers` under their keys. */
export function listServers(config: Config): readonly ServerEntry[] {
  const entries: ServerEntry[] = [];
  if (config.server !== undefined) {
    entries.push({ name: 'server', key: undefined, config: config.server, path: ['server'] });
  }
  for (const [key, server] of Object.entries(config.servers ?? {})) {
    entries.push({ name: key, key, config: server, path: ['servers', key] });
  }
  return entries;
}

/**
 * What a session of this server needs. Limits are merged member by member: the suite's win over the server's,
 * those over the global ones; `client` is taken whole from the suite, the server, or the file, in that order. `wanted` stands in place of `protocol_version`.
 * @throws HarnessError CONFIG_INVALID when it has neither command nor URL
 */
export function planServer(
  entry: ServerEntry,
  loaded: LoadedConfig,
  baseDir: string,
  suite?: Pick<SuiteConfig, 'name' | 'resource_limits' | 'client'>,
  wanted?: ProtocolVersion,
): PlannedServer {
  const { config } = entry;
  const version = wanted ?? config.protocol_version;
  const { global } = loaded.config;
  const location = loaded.locate(entry.path);
  const limits = toLimits({
    ...global.resource_limits,
    ...config.resource_limits,
    ...suite?.resource_limits,
  });
  const client = suite?.client ?? config.client ?? loaded.config.client;
  const name = suite === undefined ? entry.name : `${entry.name} (${suite.name})`;
  const common = {
    name,
    protocolVersion: version === 'all' ? ('latest' as const) : version,
    client: client === undefined ? undefined : toBehaviour(client),
    startupTimeoutMs: config.startup_timeout_seconds * 1000,
    requestTimeoutMs: config.request_timeout_seconds * 1000,
    validate: loaded.config.protocol_checks !== 'off',
  };
  let session: SessionOptions;
  if (config.transport !== 'stdio') {
    if (config.url === undefined) throw incomplete(entry, 'url', location);
    const { transport } = config;
    const url = {
      ...common,
      url: config.url,
      headers: config.headers,
      auth: config.auth === undefined ? undefined : toOAuth(config.auth),
      connectTimeoutMs:
        (config.connection_pool?.connection_timeout_seconds ?? config.connection_timeout_seconds) * 1000,
      tls: config.tls,
      start:
        config.command === undefined
          ? undefined
          : { ...toProcess(config, config.command, limits, baseDir), readyWhen: toReadyWhen(config) },
    };
    session = transport === 'websocket' ? { ...url, transport } : { ...url, transport, pool: toPool(config) };
  } else {
    if (config.command === undefined) throw incomplete(entry, 'command', location);
    session = { ...common, transport: 'stdio', ...toProcess(config, config.command, limits, baseDir) };
  }
  return {
    name,
    configuredName: entry.name,
    key: entry.key,
    session,
    everyRevision: version === 'all',
    revision: wanted === 'all' || wanted === 'latest' ? undefined : wanted,
    autoRestart: config.auto_restart,
    maxRestarts: config.max_restart_attempts,
    location,
  };
}

function toProcess(
  config: ServerConfig,
  command: string,
  limits: ResourceLimits | undefined,
  baseDir: string,
): Omit<StdioSessionOptions, 'transport' | 'name'> {
  const [program = command, ...words] =
    config.args === undefined ? parseArgsStringToArgv(command) : [command, ...config.args];
  return {
    command: program,
    args: words,
    env: config.env,
    cwd: resolve(baseDir, config.working_dir ?? '.'),
    pathAdditions: config.path_additions.map((path) => resolve(baseDir, path)),
    limits,
    sandbox: config.sandbox,
    shutdownTimeoutMs: config.shutdown_timeout_seconds * 1000,
    shutdownSignal: config.shutdown_signal,
  };
}

function toLimits(limits: ResourceLimitsConfig): ResourceLimits | undefined {
  if (Object.keys(limits).length === 0) return undefined;
  return {
    maxMemoryMb: limits.max_memory_mb,
    maxCpuSeconds: limits.max_cpu_seconds,
    maxOpenFiles: limits.max_open_files,
    maxDiskUsageMb: limits.max_disk_usage_mb,
    maxNetworkConnections: limits.max_network_connections,
  };
}

function toPool({ connection_pool: pool }: ServerConfig): ConnectionPoolOptions | undefined {
  if (pool === undefined) return undefined;
  const { max_connections: maxConnections, keepalive_enabled: keepAlive, idle_timeout_seconds: idle } = pool;
  return { maxConnections, keepAlive, idleTimeoutMs: idle === undefined ? undefined : idle * 1000 };
}

function toOAuth(auth: AuthConfig): OAuthOptions {
  return {
    type: auth.type,
    grant: auth.grant,
    clientId: auth.client_id,
    clientSecret: auth.client_secret,
    privateKey: auth.private_key,
    signingAlgorithm: auth.signing_algorithm,
    clientMetadataUrl: auth.client_metadata_url,
    scopes: auth.scopes,
    redirectUri: auth.redirect_uri,
    issuer: auth.issuer,
    stepUp: auth.step_up,
  };
}

function toReadyWhen({ ready_when: ready }: ServerConfig) {
  return ready === undefined
    ? undefined
    : { url: ready.url, port: ready.port, logPattern: ready.log_pattern };
}

function toBehaviour(client: ClientConfig): ClientBehaviour {
  return {
    roots: client.roots,
    sampling: client.sampling?.map(({ stop_reason: stopReason, ...reply }) => ({ ...reply, stopReason })),
    elicitation: client.elicitation,
  };
}

function incomplete(entry: ServerEntry, key: string, location: PlannedServer['location']): HarnessError {
  return new HarnessError({
    code: 'CONFIG_INVALID',
    message: `server "${entry.name}" has no ${key}`,
    hint:
      key === 'url'
        ? `transport: ${entry.config.transport} needs the \`url\` of the endpoint.`
        : 'Give the `command` that starts it, or `transport: http` and a `url`.',
    location,
  });
}
