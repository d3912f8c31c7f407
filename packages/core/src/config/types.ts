import type { SourceLocation } from '../errors.ts';
import type { Config } from './schema.ts';

/** Where a value stands in the effective configuration: `['test_suites', 0, 'test_cases', 2, 'expected', 'text']`. */
export type ConfigPath = readonly (string | number)[];

/** A configuration ready to plan: files merged, variables substituted, validated, defaults filled in. */
export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the main file; relative paths in it are resolved against its directory. */
  readonly file: string;
  /** All files read, the main one first; overlays among them. */
  readonly files: readonly string[];
  /** Name of the chosen entry of `environments`, if any. */
  readonly environment: string | undefined;
  /** Where the value at that path (or its nearest ancestor that is written down) stands. */
  readonly locate: (path: ConfigPath) => SourceLocation | undefined;
  /** Values that must never be shown: those that came from the environment by `${NAME}`, and those of keys that hold secrets. */
  readonly secrets: readonly string[];
  readonly warnings: readonly { readonly message: string; readonly location?: SourceLocation | undefined }[];
}

export interface LoadConfigOptions {
  readonly file: string;
  /** The process environment, passed in by the edge. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From --environment; wins over ENVIRONMENT and global.environment. */
  readonly environment?: string | undefined;
  /** From --overlay: files laid over the file, in order, before the environment is. */
  readonly overlays?: readonly string[] | undefined;
  /** From --set key.path=value, in order; values are parsed as YAML scalars. */
  readonly set?: readonly string[] | undefined;
}
