import type { LoadedConfig, Plan, PlanFilter, PlanOverrides } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { isAbsolute, resolve } from 'node:path';
import { formatLocation } from './format-location.ts';
import { paint, type Io } from './io.ts';
import { saysWarnings } from './log-level.ts';

/** The options of `configOptions`. */
export interface ConfigArguments {
  readonly config: string | undefined;
  readonly overlay: readonly string[];
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

/**
 * Loads the configuration that the options name; from then on its secrets are hidden. Its warnings are the caller's to
 * show, once: with {@link showWarnings}, or in the report of a run.
 * @param more `set`: overrides of other flags; `hint`: what to do where no file is named and none is here
 */
export async function loadFromArguments(
  args: ConfigArguments,
  io: Io,
  more: { readonly set?: readonly string[]; readonly hint?: string } = {},
): Promise<LoadedConfig> {
  const { loadConfig } = await import('@mcp-test-harness/core/config');
  const source = configSource(args, io);
  const loaded = await loadConfig({ ...source, set: [...source.set, ...(more.set ?? [])] }).catch(
    (error: unknown) => {
      throw isNamed(args, io) ? error : explainDefault(error, more.hint);
    },
  );
  await io.hide(loaded.secrets);
  return loaded;
}

/** What `loadConfig` takes for the configuration that the options name. */
export function configSource(args: ConfigArguments, io: Io) {
  return {
    file: resolve(io.cwd, args.config ?? io.env['CONFIG_PATH'] ?? defaultFile),
    env: io.env,
    overlays: args.overlay.map((overlay) => resolve(io.cwd, overlay)),
    environment: args.environment,
    set: args.set,
  };
}

function isNamed(args: ConfigArguments, io: Io): boolean {
  return (args.config ?? io.env['CONFIG_PATH']) !== undefined;
}

function explainDefault(
  error: unknown,
  hint = 'Write one with `mcp-test-harness init --from-server -- COMMAND`, or pass --config FILE.',
): unknown {
  const unreadable = (error as { code?: unknown }).code === 'CONFIG_UNREADABLE';
  if (!unreadable) return error;
  return new HarnessError({
    code: 'CONFIG_UNREADABLE',
    message: `no ${defaultFile} here, and neither --config nor CONFIG_PATH names another file`,
    hint,
    cause: error,
  });
}

/** Makes the plan, filtered; an empty one is a usage error, since a run of nothing proves nothing. */
export async function planFromArguments(
  loaded: LoadedConfig,
  args: FilterArguments,
  io: Io,
  overrides: PlanOverrides = {},
): Promise<Plan> {
  const { createPlan } = await import('@mcp-test-harness/core/plan');
  const filter = readFilter(args);
  // A plan keeps messages only.
  const warnings = warningsOf(loaded, io).map((message) => ({ message }));
  const plan = createPlan({ ...loaded, warnings }, filter, overrides);
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

/** The warnings of a configuration, each with its place. */
export function warningsOf(loaded: LoadedConfig, io: Io): readonly string[] {
  return loaded.warnings.map(({ message, location }) =>
    location === undefined ? message : `${formatLocation(location, io.cwd)}  ${message}`,
  );
}

/** Says warnings on stderr, unless the configuration asks for errors alone. */
export function showWarnings(warnings: readonly string[], io: Io): void {
  if (!saysWarnings(io)) return;
  for (const message of warnings) io.stderr(`${paint(io, 'yellow', 'warning')}  ${message}\n`);
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
