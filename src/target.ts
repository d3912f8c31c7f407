import type { LoadedConfig, Plan, PlannedServer, SessionOptions } from '@mcp-test-harness/core';
import type { BaselineSettings, FailOnPolicy } from '@mcp-test-harness/core/baseline';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { defaultFailOn } from '@mcp-test-harness/core/fail-on-words';
import { join, resolve } from 'node:path';
import type { PartName } from './inputs.ts';
import type { Workplace } from './workplace.ts';

/** What is under test, and what is to be done with it. */
export interface Target {
  readonly parts: readonly PartName[];
  /** Somebody has asked for these parts: one that is not possible is an error then. */
  readonly isExplicit: boolean;
  /** Of a configuration. */
  readonly plan: Plan | undefined;
  /** Servers that can be judged and audited. */
  readonly servers: readonly PlannedServer[];
  readonly settings: BaselineSettings;
  readonly failOn: FailOnPolicy;
  /** From which regression on `compare` fails. */
  readonly sideBySideLevel: FailOnPolicy['regressions'];
}

const defaultFile = 'mcp-test-harness.yaml';
/** Without a configuration, what the one server is called. */
export const plainName = 'server';

/** @throws HarnessError for a configuration or a combination that does not make sense */
export async function readTarget(place: Workplace): Promise<Target> {
  const { inputs } = place;
  return inputs.target.kind === 'config'
    ? await fromConfig(place, inputs.target.file)
    : await fromServer(place, inputs.target);
}

async function fromConfig(place: Workplace, named: string | undefined): Promise<Target> {
  const { inputs, env, directory, log } = place;
  const [{ loadConfig }, { createPlan, planServers }, { readBaselineSettings }] = await Promise.all([
    import('@mcp-test-harness/core/config'),
    import('@mcp-test-harness/core/plan'),
    import('@mcp-test-harness/core/baseline'),
  ]);
  const loaded = await loadConfig({
    file: resolve(directory, named ?? defaultFile),
    env,
    environment: inputs.environment,
  }).catch((error: unknown) => {
    throw named === undefined ? explainMissing(error) : error;
  });
  for (const secret of loaded.secrets) log.hide(secret);
  const parts =
    inputs.parts ??
    (inputs.compare === undefined ? ['test' as const] : ['test' as const, 'benchmark' as const]);
  const plan = createPlan(loaded, {
    suites: inputs.suites,
    names: inputs.filter,
    tags: inputs.tags,
    shard: inputs.shard,
  });
  if (plan.testCount === 0 && inputs.shard === undefined && parts.some(needsTests))
    throw noTests(place, loaded);
  const settings = readBaselineSettings(loaded.config.performance, plan.baseDir);
  return {
    parts,
    isExplicit: inputs.parts !== undefined,
    plan,
    servers: planServers(loaded),
    settings:
      inputs.baselinePath === undefined
        ? settings
        : { ...settings, directory: resolve(directory, inputs.baselinePath) },
    ...(await readFailOn(inputs.failOn ?? loaded.config.performance.fail_on)),
  };
}

async function fromServer(
  place: Workplace,
  target:
    | { readonly kind: 'command'; readonly commandLine: string }
    | { readonly kind: 'url'; readonly url: string },
): Promise<Target> {
  const { inputs, directory, log } = place;
  const [{ splitCommandLine }, { plainServer }, { defaultBaselineSettings }] = await Promise.all([
    import('@mcp-test-harness/core/plan'),
    import('@mcp-test-harness/core/benchmark'),
    import('@mcp-test-harness/core/baseline'),
  ]);
  if (target.kind === 'url') for (const secret of secretsOf(target.url)) log.hide(secret);
  const session: SessionOptions =
    target.kind === 'command'
      ? stdioSession(splitCommandLine(target.commandLine), directory)
      : { transport: /^wss?:/i.test(target.url) ? 'websocket' : 'http', url: target.url };
  const settings = defaultBaselineSettings(
    inputs.baselinePath === undefined
      ? join(directory, 'baselines')
      : resolve(directory, inputs.baselinePath),
  );
  return {
    parts: inputs.parts ?? ['compliance', 'audit', 'benchmark'],
    isExplicit: inputs.parts !== undefined,
    plan: undefined,
    servers: [plainServer(plainName, { ...session, name: plainName })],
    settings,
    ...(await readFailOn(inputs.failOn ?? defaultFailOn)),
  };
}

async function readFailOn(words: readonly string[]): Promise<Pick<Target, 'failOn' | 'sideBySideLevel'>> {
  const { readPolicy, sideBySideLevel } = await import('@mcp-test-harness/core/baseline');
  return { failOn: readPolicy(words), sideBySideLevel: sideBySideLevel(words) };
}

/** The one server that is judged and audited. */
export function onlyServer({ servers }: Target, part: PartName): PlannedServer {
  const [server, ...others] = servers;
  if (server === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `run: ${part} needs a server, and the configuration names none`,
      hint: 'Add `server:` to it.',
    });
  }
  if (others.length > 0) {
    throw new HarnessError({
      code: 'USAGE',
      message: `run: ${part} is for one server, and the configuration has ${servers.length}: ${servers.map(({ name }) => name).join(', ')}`,
      hint: 'Use the Action once for each, with server-command or server-url.',
    });
  }
  return server;
}

function stdioSession([command, ...args]: readonly string[], cwd: string): SessionOptions {
  if (command === undefined) {
    throw new HarnessError({ code: 'USAGE', message: 'input server-command: it names no command' });
  }
  return { transport: 'stdio', command, args, cwd };
}

function needsTests(part: PartName): boolean {
  return part === 'test' || part === 'benchmark';
}

function noTests({ inputs }: Workplace, { file }: LoadedConfig): HarnessError {
  const isFiltered = inputs.suites.length + inputs.filter.length + inputs.tags.length > 0;
  return new HarnessError({
    code: 'USAGE',
    message: isFiltered ? 'no test matches suite, filter and tags' : `${file} holds no tests`,
    hint: isFiltered
      ? 'See what there is with `npx mcp-test-harness list`.'
      : 'Give run: audit to look the server over.',
  });
}

function explainMissing(error: unknown): unknown {
  if (!isHarnessError(error) || error.code !== 'CONFIG_UNREADABLE') return error;
  return new HarnessError({
    code: 'CONFIG_UNREADABLE',
    message: `there is no ${defaultFile} in the working directory, and no input names another configuration or a server`,
    hint: 'Give config, server-command or server-url; and check the repository out before (actions/checkout).',
    cause: error,
  });
}

/** A password in a URL. */
function secretsOf(url: string): readonly string[] {
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)].filter((secret) => secret.length >= 4);
}
