import type { SessionOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, type OptionDefinitions, type ParsedArguments } from './command.ts';
import type { Io } from './io.ts';
import { loadFromArguments, showWarnings, warningsOf } from './load.ts';

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
    description: 'A Streamable HTTP endpoint instead of a configuration.',
  },
  header: { type: 'list', short: 'H', value: 'NAME:VALUE', description: 'Header for --url. Repeatable.' },
  'protocol-version': {
    type: 'string',
    value: 'REVISION',
    description: 'Protocol revision to ask for. Default: the newest both sides speak.',
  },
  timeout: { type: 'number', value: 'SECONDS', description: 'Longest wait for an answer. Default: 30.' },
} as const satisfies OptionDefinitions;

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
    await io.hide(secretsOf(url, headers));
    return { transport: 'http', url, headers, ...common };
  }
  return await targetFromConfig(options, io, common);
}

/** An option that is taken and ignored would be a lie. @param way how the server is named; undefined: by a configuration */
function refuseUnused(
  options: ParsedArguments<typeof targetOptions>['options'],
  way: string | undefined,
): void {
  const refuse = (option: string, hint: string): never => {
    throw new HarnessError({
      code: 'USAGE',
      message: `--${option} means nothing ${way === undefined ? 'with a configuration' : `beside ${way}`}`,
      hint,
    });
  };
  if (way !== '--url' && options.header.length > 0) refuse('header', 'It belongs to --url.');
  if (way === undefined) return;
  if (options.server !== undefined) refuse('server', 'It chooses a server of the configuration.');
  if (options.environment !== undefined) refuse('environment', 'It belongs to a configuration.');
  if (options.set.length > 0) refuse('set', 'It belongs to a configuration.');
}

async function targetFromConfig(
  options: ParsedArguments<typeof targetOptions>['options'],
  io: Io,
  common: Pick<SessionOptions, 'protocolVersion' | 'requestTimeoutMs'>,
): Promise<SessionOptions> {
  const loaded = await loadFromArguments(options, io, {
    hint: 'Name the server: a command after --, --url URL, or --config FILE.',
  });
  showWarnings(warningsOf(loaded, io), io);
  const { planServers } = await import('./plan-servers.ts');
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
  return endSoon({ ...inheritEnvironment(chosen.session, io.env), ...common });
}

/** Somebody waits for the prompt, and how the server ends is judged by runs only. */
const longestShutdownMs = 2000;

function endSoon(session: SessionOptions): SessionOptions {
  const shorten = <T extends { readonly shutdownTimeoutMs?: number | undefined }>(options: T): T => ({
    ...options,
    shutdownTimeoutMs: Math.min(options.shutdownTimeoutMs ?? longestShutdownMs, longestShutdownMs),
  });
  if (session.transport !== 'http') return shorten(session);
  return session.start === undefined ? session : { ...session, start: shorten(session.start) };
}

async function commonSessionOptions(
  options: ParsedArguments<typeof targetOptions>['options'],
): Promise<Pick<SessionOptions, 'protocolVersion' | 'requestTimeoutMs'>> {
  const timeout = options.timeout === undefined ? {} : { requestTimeoutMs: options.timeout * 1000 };
  const wanted = options['protocol-version'];
  if (wanted === undefined) return timeout;
  const { supportedRevisions } = await import('@mcp-test-harness/core/protocol');
  const protocolVersion = supportedRevisions.find((revision) => revision === wanted);
  if (protocolVersion === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--protocol-version ${wanted} is not supported`,
      hint: `Known: ${supportedRevisions.join(', ')}.`,
    });
  }
  return { ...timeout, protocolVersion };
}

function readUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--url needs an http or https URL, not "${text}"`,
      hint: 'For example --url http://localhost:3001/mcp.',
    });
  }
  return text;
}

function readHeaders(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => {
      const colon = value.indexOf(':');
      if (colon < 1)
        throw new HarnessError({ code: 'USAGE', message: `--header needs NAME:VALUE, not "${value}"` });
      return [value.slice(0, colon).trim(), value.slice(colon + 1).trim()];
    }),
  );
}

/** A password in the URL and the values of headers, those of `Authorization: Bearer TOKEN` also without their scheme. */
function secretsOf(url: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const values = Object.values(headers).flatMap((value) => [value, value.replace(/^\w+\s+/, '')]);
  // Hiding what is shorter would garble everything.
  return [decodeURIComponent(new URL(url).password), ...values].filter((value) => value.length >= 4);
}
