import type { LoadedConfig, Plan } from '@mcp-test-harness/core';
import type {
  BaselineMode,
  BaselineSettings,
  FailOnPolicy,
  RunBaselines,
} from '@mcp-test-harness/core/baseline';
import type { FailOn } from '@mcp-test-harness/core/benchmark';
import { dirname } from 'node:path';
import type { Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import { readAuthor } from './author.ts';

export interface RunBaselineArguments {
  /** As it was given. */
  readonly directory: string | undefined;
  /** The option that names the directory, for a hint. */
  readonly directoryOption: string;
  /** Instead of the regressions that the configuration lets fail. */
  readonly failOn?: FailOn | undefined;
}

/**
 * The baselines of the suites of a run.
 * @throws HarnessError as {@link RunBaselines.open}
 */
export async function openRunBaselines(
  mode: BaselineMode,
  loaded: LoadedConfig,
  plan: Plan,
  { directory, directoryOption, failOn }: RunBaselineArguments,
  io: Io,
): Promise<RunBaselines> {
  const {
    openBaselineStore,
    readBaselineSettings,
    RunBaselines: Baselines,
  } = await import('@mcp-test-harness/core/baseline');
  const settings = readBaselineSettings(loaded.config.performance, dirname(loaded.file));
  const store = await openBaselineStore(
    'file',
    directory === undefined
      ? { directory: settings.directory }
      : { directory: resolvePath(io, directory), single: plan.suites.length === 1 },
    { retention: settings.retention },
  );
  return await Baselines.open({
    mode,
    suites: plan.suites.map(({ name }) => name),
    store,
    settings,
    failOn: failOn === undefined ? undefined : policyOf(failOn, settings),
    author: () => readAuthor(io),
    hintWithoutBaseline: `Make one with --establish-baseline, or name its directory with ${directoryOption}.`,
    // A glance decides nothing, and so does what it cannot read.
    onUnreadable: mode === 'glance' ? ({ message }) => io.stderr(`${message}\n`) : undefined,
  });
}

function policyOf(failOn: FailOn, { policy }: BaselineSettings): FailOnPolicy {
  if (failOn === 'never')
    return { regressions: 'never', breakingChanges: false, tests: false, findings: false };
  return { ...policy, regressions: failOn };
}
