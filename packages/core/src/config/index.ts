/** The configuration: one YAML file, everything it names, one typed value, and every fault with its place. */
import { treeOf } from './loaded-tree.ts';
import { isAboutService } from './service-keys.ts';
import type { LoadConfigOptions, LoadedConfig } from './types.ts';

/**
 * Reads, merges, substitutes and validates a configuration; spec `suite-language.md`.
 * Order of precedence: defaults, `extends`, the file, overlays, its environment, environment variables by `${NAME}`, `set`.
 * Text from the environment or a default stays text, except where a number or boolean is expected, where it is
 * read as one when it is nothing but `${...}`.
 * @throws HarnessErrorList with every fault of all files; each has code, location, caret frame and remedy.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { load } = await import('./load-config.ts');
  return load(options);
}

/**
 * The effective configuration as YAML, every default written out and every secret as `***`: values that came
 * from the process environment, values of keys that are secret by name, and their repetitions elsewhere.
 */
export async function exportConfig(loaded: LoadedConfig): Promise<string> {
  const { renderConfig } = await import('./export-config.ts');
  return renderConfig(loaded);
}

/** Whether a configuration says anything of the long-running service. */
export function describesService(loaded: LoadedConfig): boolean {
  const tree = treeOf(loaded);
  return tree !== undefined && isAboutService(tree);
}

export { deferredNames } from './deferred-names.ts';
export type { DeferredNames } from './deferred-names.ts';
export { formatError } from './format-error.ts';
export type { FormatErrorOptions } from './format-error.ts';
export { memoryDemand } from './memory-demand.ts';
export { maskSecrets, passwordsIn } from './secrets.ts';
export { frameAt } from './source.ts';
export { durationMs, isTimezone, minutesOfDay } from './times.ts';
export type {
  ClientConfig,
  Config,
  ConfigInput,
  ResourceLimitsConfig,
  RetryConfig,
  ServerConfig,
  StepConfig,
  SuiteConfig,
  TestCaseConfig,
} from './schema.ts';
export type { ConfigPath, LoadConfigOptions, LoadedConfig } from './types.ts';
