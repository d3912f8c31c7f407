import type { Io } from './io.ts';

/** One option of a command. `count` may be repeated (-vv); `list` may be given several times. */
export interface OptionDefinition {
  readonly type: 'string' | 'number' | 'boolean' | 'count' | 'list';
  readonly short?: string;
  /** Placeholder in the help, e.g. FILE. */
  readonly value?: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

type ValueOf<T extends OptionDefinition> = T['type'] extends 'string'
  ? string | undefined
  : T['type'] extends 'number'
    ? number | undefined
    : T['type'] extends 'boolean'
      ? boolean | undefined
      : T['type'] extends 'count'
        ? number
        : readonly string[];

/** What the arguments of a command say. */
export interface ParsedArguments<T extends OptionDefinitions> {
  readonly options: { readonly [K in keyof T]: ValueOf<T[K]> };
  readonly positionals: readonly string[];
  /** Everything after `--`, as it stands. */
  readonly rest: readonly string[];
}

/** A command: its help is made from this, and so are its parser and the shell completion. */
export interface CommandDefinition<T extends OptionDefinitions = OptionDefinitions> {
  readonly name: string;
  readonly summary: string;
  /** After the name, e.g. `[options] -- COMMAND [ARGS...]`. */
  readonly usage: string;
  /** Paragraphs below the usage. */
  readonly details?: string;
  readonly options: T;
  readonly positionals?: {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    /** For the shell completion; unset: files. */
    readonly choices?: readonly string[];
  };
  readonly acceptsRest?: boolean;
  readonly examples: readonly { readonly command: string; readonly what: string }[];
  /** Returns the exit code. */
  readonly run: (args: ParsedArguments<T>, io: Io) => Promise<number>;
}

/** Declares a command, with the types of its options inferred inside and forgotten outside. */
export function defineCommand<const T extends OptionDefinitions>(
  definition: CommandDefinition<T>,
): CommandDefinition {
  return definition as unknown as CommandDefinition;
}

/** Options that every command has. */
export const commonOptions = {
  help: { type: 'boolean', short: 'h', description: 'Show this help.' },
  color: {
    type: 'boolean',
    description: 'Force colours; --no-color turns them off. Default: only on a terminal.',
  },
  verbose: { type: 'count', short: 'v', description: 'Say more; -vv says still more.' },
} as const satisfies OptionDefinitions;

/** Options of the commands that read a configuration. */
export const configOptions = {
  config: {
    type: 'string',
    short: 'c',
    value: 'FILE',
    description: 'Configuration file. Default: $CONFIG_PATH, then mcp-test-harness.yaml.',
  },
  overlay: {
    type: 'list',
    value: 'FILE',
    description: 'Lay this file over the configuration, before the environment is applied. Repeatable.',
  },
  environment: {
    type: 'string',
    short: 'e',
    value: 'NAME',
    description: 'Entry of `environments` to apply. Default: $ENVIRONMENT.',
  },
  set: {
    type: 'list',
    value: 'KEY=VALUE',
    description: 'Override one key, e.g. --set global.fail_fast=true. Repeatable.',
  },
} as const satisfies OptionDefinitions;

/** Options that choose tests. */
export const filterOptions = {
  suite: { type: 'list', short: 's', value: 'NAME', description: 'Only this suite. Repeatable.' },
  test: {
    type: 'list',
    short: 't',
    value: 'ID',
    description: 'Only this test (`id` or `suite/id`, * as wildcard). Repeatable.',
  },
  grep: {
    type: 'list',
    short: 'g',
    value: 'REGEX',
    description: 'Only tests whose `suite/id` matches. Repeatable.',
  },
  tag: {
    type: 'list',
    value: 'TAG',
    description: 'Only tests with this tag; !TAG leaves them out. Repeatable.',
  },
  shard: {
    type: 'string',
    value: 'I/N',
    description: 'Only the I-th of N equal parts, to spread a run over machines.',
  },
} as const satisfies OptionDefinitions;
