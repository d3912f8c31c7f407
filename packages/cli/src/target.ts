import type { Revision, SessionOptions, TlsOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, type OptionDefinitions, type ParsedArguments } from './command.ts';
import { paint, type Io } from './io.ts';
import { loadFromArguments, resolvePath, showWarnings, warningsOf } from './load.ts';
import { oauthOptions, readOAuth } from './oauth-options.ts';
import { readHeaders } from './read-headers.ts';

/** Options that name one server: a configuration, a URL, or a command after `--`. */
export const targetOptions = {
  ...configOptions,
  server: {
    type: 'string',
    value: 'NAME',
    description: 'Server of the configuration. Default: the only one.',
  },
  url: {
    type: 'string',
    value: 'URL',
    description: 'The endpoint of a running server instead of a configuration: http, https, ws or wss.',
  },
  transport: {
    type: 'string',
    value: 'NAME',
    choices: ['http', 'sse', 'websocket'],
    description: 'How to speak to --url. Default: websocket for ws and wss, else http (Streamable HTTP).',
  },
  header: { type: 'list', short: 'H', value: 'NAME:VALUE', description: 'Header for --url. Repeatable.' },
  ...oauthOptions,
  ca: {
    type: 'string',
    value: 'FILE',
    description: 'Certificates of the authorities to trust for --url, in PEM.',
  },
  cert: { type: 'string', value: 'FILE', description: 'Client certificate for --url, in PEM; with --key.' },
  key: { type: 'string', value: 'FILE', description: 'Its private key.' },
  insecure: { type: 'boolean', description: 'Take any certificate of --url.' },
  'protocol-version': {
    type: 'string',
    value: 'REVISION',
    description: 'Protocol revision to ask for. Default: the newest both sides speak.',
  },
  timeout: { type: 'number', value: 'SECONDS', description: 'Longest wait for an answer. Default: 30.' },
} as const satisfies OptionDefinitions;

type Options = ParsedArguments<typeof targetOptions>['options'];

/** Resolves the server to talk to; from then on its secrets are hidden. @throws HarnessError USAGE when several or none are named */
export async function resolveTarget(
  { options, rest }: ParsedArguments<typeof targetOptions>,
  io: Io,
): Promise<SessionOptions> {
  const ways = [rest.length > 0, options.url !== undefined, options.config !== undefined].filter(
    Boolean,
  ).length;
  if (ways > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'several servers are named',
      hint: 'Give one of: a command after --, --url, or --config.',
    });
  }
  refuseUnused(
    options,
    rest.length > 0 ? 'a command after --' : options.url === undefined ? undefined : '--url',
  );
  const common = await commonSessionOptions(options);
  const [command, ...args] = rest;
  if (command !== undefined) {
    return endSoon({ transport: 'stdio', command, args, env: io.env, cwd: io.cwd, ...common });
  }
  if (options.url !== undefined) {
    const headers = readHeaders(options.header);
    const url = readUrl(options.url);
    const auth = readOAuth(options, io.env);
    refuseTwoWays(headers, auth);
    await io.hide(secretsOf(url, headers));
    const { inheritEnvironment } = await import('@mcp-test-harness/core/runner');
    const transport = chooseTransport(url, options.transport);
    const tls = readTls(url, options, io);
    return await authorized(
      inheritEnvironment({ transport, url, headers, auth, tls, ...common }, io.env),
      io,
    );
  }
  return await targetFromConfig(options, io, common);
}

/** An option that is taken and ignored would be a lie. @param way how the server is named; undefined: by a configuration */
function refuseUnused(options: Options, way: string | undefined): void {
  const refuse = (option: string, hint: string): never => {
    throw new HarnessError({
      code: 'USAGE',
      message: `--${option} means nothing ${way === undefined ? 'with a configuration' : `beside ${way}`}`,
      hint,
    });
  };
  if (way !== '--url') {
    const belonging = ['header', 'transport', 'ca', 'cert', 'key', 'insecure'] as const;
    for (const option of [...belonging, ...(Object.keys(oauthOptions) as (keyof typeof oauthOptions)[])]) {
      const given = options[option];
      const isGiven = Array.isArray(given) ? given.length > 0 : given !== undefined && given !== false;
      if (isGiven) refuse(option, 'It belongs to --url.');
    }
  }
  if (way === undefined) return;
  if (options.server !== undefined) refuse('server', 'It chooses a server of the configuration.');
  if (options.environment !== undefined) refuse('environment', 'It belongs to a configuration.');
  if (options.overlay.length > 0) refuse('overlay', 'It belongs to a configuration.');
  if (options.set.length > 0) refuse('set', 'It belongs to a configuration.');
}

async function targetFromConfig(
  options: Options,
  io: Io,
  common: Pick<SessionOptions, 'protocolVersion' | 'requestTimeoutMs'>,
): Promise<SessionOptions> {
  const loaded = await loadFromArguments(options, io, {
    hint: 'Name the server: a command after --, --url URL, or --config FILE.',
  });
  showWarnings(warningsOf(loaded, io), io);
  const { planServers } = await import('@mcp-test-harness/core/plan');
  const servers = planServers(loaded);
  const names = servers.map(({ name }) => name);
  const chosen =
    options.server === undefined ? servers[0] : servers.find(({ name }) => name === options.server);
  if (chosen === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message:
        options.server === undefined
          ? `${loaded.file} names no server`
          : `${loaded.file} has no server "${options.server}"`,
      hint: names.length === 0 ? 'Give a command after --.' : `It has: ${names.join(', ')}.`,
    });
  }
  if (options.server === undefined && servers.length > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: `${loaded.file} has several servers`,
      hint: `Choose with --server: ${names.join(', ')}.`,
    });
  }
  const { inheritEnvironment } = await import('@mcp-test-harness/core/runner');
  return endSoon(await authorized({ ...inheritEnvironment(chosen.session, io.env), ...common }, io));
}

/** One authorizer for all sessions of the command, whose tokens are hidden as they come. */
async function authorized(session: SessionOptions, io: Io): Promise<SessionOptions> {
  if (!('url' in session) || session.auth === undefined) return session;
  const { withAuthorizer } = await import('@mcp-test-harness/core/auth');
  return withAuthorizer(session, (secret) => io.hide([secret]));
}

function refuseTwoWays(headers: Readonly<Record<string, string>>, auth: unknown): void {
  const has = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (!has || auth === undefined) return;
  throw new HarnessError({
    code: 'USAGE',
    message: '--oauth and a header Authorization are both given',
    hint: 'Keep one of the two.',
  });
}

/** Somebody waits for the prompt, and how the server ends is judged by runs only. */
const longestShutdownMs = 2000;

function endSoon(session: SessionOptions): SessionOptions {
  const shorten = <T extends { readonly shutdownTimeoutMs?: number | undefined }>(options: T): T => ({
    ...options,
    shutdownTimeoutMs: Math.min(options.shutdownTimeoutMs ?? longestShutdownMs, longestShutdownMs),
  });
  if (!('url' in session)) return shorten(session);
  return session.start === undefined ? session : { ...session, start: shorten(session.start) };
}

async function commonSessionOptions(
  options: Options,
): Promise<Pick<SessionOptions, 'protocolVersion' | 'requestTimeoutMs'>> {
  const timeout = options.timeout === undefined ? {} : { requestTimeoutMs: options.timeout * 1000 };
  const wanted = options['protocol-version'];
  if (wanted === undefined) return timeout;
  return { ...timeout, protocolVersion: await readRevision(wanted) };
}

/**
 * The value of `--protocol-version`.
 * @param others words that the command knows as well
 * @throws HarnessError USAGE for a revision that we do not speak
 */
export async function readRevision(wanted: string, others: readonly string[] = []): Promise<Revision> {
  const { supportedRevisions } = await import('@mcp-test-harness/core/protocol');
  const revision = supportedRevisions.find((known) => known === wanted);
  if (revision !== undefined) return revision;
  throw new HarnessError({
    code: 'USAGE',
    message: `--protocol-version ${wanted} is not supported`,
    hint: `Known: ${[...supportedRevisions, ...others].join(', ')}.`,
  });
}

function readUrl(text: string): string {
  if (!URL.canParse(text) || !/^(https?|wss?):/i.test(text)) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--url needs an http, https, ws or wss URL, not "${text}"`,
      hint: 'For example --url http://localhost:3001/mcp.',
    });
  }
  return text;
}

/** The transport that was asked for, or that the URL tells by itself. */
function chooseTransport(url: string, wanted: string | undefined): 'http' | 'sse' | 'websocket' {
  const isSocket = /^wss?:/i.test(url);
  if (wanted === undefined) return isSocket ? 'websocket' : 'http';
  if (isSocket !== (wanted === 'websocket')) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--transport ${wanted} does not go with --url ${url}`,
      hint: isSocket ? 'A ws or wss URL is a WebSocket.' : 'A WebSocket has a ws or wss URL.',
    });
  }
  return wanted === 'sse' || wanted === 'websocket' ? wanted : 'http';
}

/** Certificates for --url; says that the server could be any when they are not checked. */
function readTls(
  url: string,
  { ca, cert, key, insecure }: Pick<Options, 'ca' | 'cert' | 'key' | 'insecure'>,
  io: Io,
): TlsOptions | undefined {
  const given = Object.entries({ ca, cert, key, insecure }).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return undefined;
  if (!/^(https|wss):/i.test(url)) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--${given} means nothing with --url ${url}`,
      hint: 'Certificates belong to https and wss.',
    });
  }
  if (insecure === true) {
    io.stderr(
      `${paint(io, 'yellow', 'warning')}  --insecure: any certificate is taken, so that nothing proves that this is the right server\n`,
    );
  }
  const path = (file: string | undefined) => (file === undefined ? undefined : resolvePath(io, file));
  return { ca: path(ca), cert: path(cert), key: path(key), verify: insecure !== true };
}

/** A password in the URL and the values of headers, those of `Authorization: Bearer TOKEN` also without their scheme. */
function secretsOf(url: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const values = Object.values(headers).flatMap((value) => [value, value.replace(/^\w+\s+/, '')]);
  // Hiding what is shorter would garble everything.
  return [decodeURIComponent(new URL(url).password), ...values].filter((value) => value.length >= 4);
}
