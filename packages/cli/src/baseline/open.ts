import type { BaselineSettings, BaselineStore } from '@mcp-test-harness/core/baseline';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Io } from '../io.ts';
import { loadFromArguments, resolvePath, type ConfigArguments } from '../load.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';

/** The baselines that the options name. */
export interface OpenedBaselines {
  readonly store: BaselineStore;
  readonly settings: BaselineSettings;
  /** Those to work on, by name. */
  readonly suites: readonly string[];
}

export interface StoreArguments extends ConfigArguments {
  readonly dir: string | undefined;
  readonly suite: string | undefined;
}

/**
 * Opens the directory that `--dir` names, or else the configuration. A directory that holds a baseline.json itself is
 * that of one suite.
 * @throws HarnessError USAGE for a suite that has none
 */
export async function openBaselines(options: StoreArguments, io: Io): Promise<OpenedBaselines> {
  const { openBaselineStore } = await import('@mcp-test-harness/core/baseline');
  const settings = await readSettings(options, io);
  const single = existsSync(join(settings.directory, 'baseline.json'));
  const store = await openBaselineStore(
    'file',
    { directory: settings.directory, ...(single ? { single } : {}) },
    { retention: settings.retention },
  );
  const known = await store.suites();
  const { suite } = options;
  if (suite === undefined || known.includes(suite))
    return { store, settings, suites: suite === undefined ? known : [suite] };
  const near = nearestName(suite, known);
  throw new HarnessError({
    code: 'USAGE',
    message: `${store.place} has no baseline of suite "${suite}"`,
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}${known.length === 0 ? 'It has none at all.' : `Known: ${known.join(', ')}.`}`,
  });
}

/** @throws HarnessError IO_READ when there is nothing to work on */
export function requireSuites({ suites, store }: OpenedBaselines): readonly string[] {
  if (suites.length > 0) return suites;
  throw new HarnessError({
    code: 'IO_READ',
    message: `${store.place} holds no baselines`,
    hint: 'Make one: mcp-test-harness benchmark --establish-baseline.',
  });
}

/** With `--dir` a configuration is only read where one is named, for its rules. */
async function readSettings(options: StoreArguments, io: Io): Promise<BaselineSettings> {
  const { defaultBaselineSettings, readBaselineSettings } = await import('@mcp-test-harness/core/baseline');
  const { dir } = options;
  const load = async (more?: { readonly hint: string }): Promise<BaselineSettings> => {
    const { config, file } = await loadFromArguments(options, io, more);
    return readBaselineSettings(config.performance, dirname(file));
  };
  if (dir === undefined)
    return await load({ hint: 'Name the configuration with --config, or the baselines with --dir.' });
  const directory = resolvePath(io, dir);
  if (options.config === undefined) return defaultBaselineSettings(directory);
  return { ...(await load()), directory };
}
