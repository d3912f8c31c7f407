import type { SessionOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, type OptionDefinitions, type ParsedArguments } from './command.ts';
import type { Io } from './io.ts';
import { loadFromArguments } from './load.ts';

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

/** What the options say about the server. */
export interface Target {
  readonly session: SessionOptions;
  /** How a shell names it, for messages and reproduce lines. */
  readonly label: string;
  /** Values to mask in what is printed. */
  readonly secrets: readonly string[];
}

/** Resolves the server to talk to. @throws HarnessError USAGE when several or none are named */
export async function resolveTarget(
  { options, rest }: ParsedArguments<typeof targetOptions>,
  io: Io,
): Promise<Target> {
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
  const common = await commonSessionOptions(options);
  const [command, ...args] = rest;
  if (command !== undefined) {
    return {
      session: { transport: 'stdio', command, args, env: io.env, cwd: io.cwd, ...common },
      label: rest.join(' '),
      secrets: [],
    };
  }
  if (options.url !== undefined) {
    const headers = readHeaders(options.header);
    return {
      session: { transport: 'http', url: readUrl(options.url), headers, ...common },
      label: options.url,
      secrets: Object.values(headers),
    };
  }
  return await targetFromConfig(options, io, common);
}

async function targetFromConfig(
  options: ParsedArguments<typeof targetOptions>['options'],
  io: Io,
  common: Pick<SessionOptions, 'protocolVersion' | 'requestTimeoutMs'>,
): Promise<Target> {
  const loaded = await loadFromArguments(options, io);
  const { createPlan } = await import('@mcp-test-harness/core/plan');
  const { servers } = createPlan(loaded);
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
  return {
    session: { ...inheritEnvironment(chosen.session, io.env), ...common },
    label: chosen.name,
    secrets: loaded.secrets,
  };
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
