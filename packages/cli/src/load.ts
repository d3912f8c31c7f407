import type { LoadedConfig, Plan, PlanFilter } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { isAbsolute, resolve } from 'node:path';
import { paint, type Io } from './io.ts';

/** The options of `configOptions`. */
export interface ConfigArguments {
  readonly config: string | undefined;
  readonly environment: string | undefined;
  readonly set: readonly string[];
}

/** The options of `filterOptions`. */
export interface FilterArguments {
  readonly suite: readonly string[];
  readonly test: readonly string[];
  readonly grep: readonly string[];
  readonly tag: readonly string[];
  readonly shard: string | undefined;
}

const defaultFile = 'mcp-test-harness.yaml';

/** Loads the configuration that the options name, and says its warnings on stderr. `set` adds overrides of other flags. */
export async function loadFromArguments(
  args: ConfigArguments,
  io: Io,
  set: readonly string[] = [],
): Promise<LoadedConfig> {
  const { loadConfig } = await import('@mcp-test-harness/core/config');
  const named = args.config ?? io.env['CONFIG_PATH'];
  const file = resolve(io.cwd, named ?? defaultFile);
  const loaded = await loadConfig({
    file,
    env: io.env,
    environment: args.environment,
    set: [...args.set, ...set],
  }).catch((error: unknown) => {
    throw named === undefined ? explainDefault(error) : error;
  });
  for (const { message, location } of loaded.warnings) {
    const where = location === undefined ? '' : `${location.file}:${location.line}:${location.column}  `;
    io.stderr(`${paint(io, 'yellow', 'warning')}  ${where}${message}\n`);
  }
  return loaded;
}

function explainDefault(error: unknown): unknown {
  const unreadable = (error as { code?: unknown }).code === 'CONFIG_UNREADABLE';
  if (!unreadable) return error;
  return new HarnessError({
    code: 'CONFIG_UNREADABLE',
    message: `no ${defaultFile} here, and neither --config nor CONFIG_PATH names another file`,
    hint: 'Write one with `mcp-test-harness init -- COMMAND`, or pass --config FILE.',
    cause: error,
  });
}

/** Makes the plan, filtered; an empty one is a usage error, since a run of nothing proves nothing. */
export async function planFromArguments(loaded: LoadedConfig, args: FilterArguments): Promise<Plan> {
  const { createPlan } = await import('@mcp-test-harness/core/plan');
  const filter = readFilter(args);
  const plan = createPlan(loaded, filter);
  if (plan.testCount === 0 && filter.shard === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message:
        args.suite.length + args.test.length + args.grep.length + args.tag.length > 0
          ? 'no test matches the filters'
          : `${loaded.file} holds no tests`,
      hint: 'See what there is with `mcp-test-harness list`.',
    });
  }
  return plan;
}

function readFilter(args: FilterArguments): PlanFilter {
  return {
    suites: args.suite,
    names: args.test,
    grep: args.grep,
    tags: args.tag,
    shard: readShard(args.shard),
  };
}

function readShard(text: string | undefined): PlanFilter['shard'] {
  if (text === undefined) return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (match === null || index < 1 || index > count) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--shard must be I/N with 1 <= I <= N, not "${text}"`,
      hint: 'For example --shard 1/4.',
    });
  }
  return { index, count };
}

export function resolvePath(io: Io, path: string): string {
  return isAbsolute(path) ? path : resolve(io.cwd, path);
}
