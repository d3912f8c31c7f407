import { HarnessError } from '@mcp-test-harness/core/errors';
import { parseArgs } from 'node:util';
import {
  commonOptions,
  type CommandDefinition,
  type OptionDefinition,
  type OptionDefinitions,
  type ParsedArguments,
} from './command.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';

/**
 * Parses what follows the command's name. Unknown options, missing values, wrong numbers and values outside
 * of an option's choices are USAGE errors: an option that is taken and ignored would be a lie.
 */
export function parseArguments<T extends OptionDefinitions>(
  command: CommandDefinition<T>,
  argv: readonly string[],
): ParsedArguments<T> {
  const definitions: OptionDefinitions = { ...command.options, ...commonOptions };
  const values: Record<string, string | number | boolean | readonly string[] | undefined> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    values[name] = definition.type === 'count' ? 0 : definition.type === 'list' ? [] : undefined;
  }
  const positionals: string[] = [];
  const terminator = argv.indexOf('--');
  const own = terminator === -1 ? argv : argv.slice(0, terminator);
  const rest = terminator === -1 ? [] : argv.slice(terminator + 1);

  const { tokens } = parseArgs({
    args: [...own],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(definitions).map(([name, { type, short }]) => [
        name,
        {
          type: takesValue(type) ? ('string' as const) : ('boolean' as const),
          multiple: true,
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
  });
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const negated = token.name.startsWith('no-') && definitions[token.name.slice(3)]?.type === 'boolean';
    const name = negated ? token.name.slice(3) : token.name;
    const definition = definitions[name];
    if (definition === undefined) throw unknownOption(command, token.rawName, Object.keys(definitions));
    values[name] = readValue({
      command,
      rawName: token.rawName,
      definition,
      value: token.value,
      previous: values[name],
      negated,
    });
  }
  if (rest.length > 0 && command.acceptsRest !== true) {
    throw usage(command, `\`${command.name}\` takes nothing after --, but got ${rest.join(' ')}`);
  }
  checkPositionals(command, positionals);
  // The loop above has filled every declared option with a value of its declared type.
  return { options: values as ParsedArguments<T>['options'], positionals, rest };
}

function takesValue(type: OptionDefinition['type']): boolean {
  return type === 'string' || type === 'number' || type === 'list';
}

interface ValueInput {
  readonly command: Pick<CommandDefinition, 'name'>;
  readonly rawName: string;
  readonly definition: OptionDefinition;
  readonly value: string | undefined;
  readonly previous: unknown;
  readonly negated: boolean;
}

function readValue(input: ValueInput): string | number | boolean | readonly string[] {
  const { command, rawName, definition, value, previous, negated } = input;
  if (!takesValue(definition.type)) {
    if (value !== undefined) throw usage(command, `${rawName} takes no value, but got "${value}"`);
    return definition.type === 'count' ? (previous as number) + 1 : !negated;
  }
  if (value === undefined)
    throw usage(command, `${rawName} needs a value: ${rawName} ${definition.value ?? 'VALUE'}`);
  if (definition.choices !== undefined && !definition.choices.includes(value)) {
    throw usage(command, `${rawName} must be one of ${definition.choices.join(', ')}, not "${value}"`);
  }
  if (definition.type === 'list') return [...(previous as readonly string[]), value];
  if (definition.type === 'string') return value;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number))
    throw usage(command, `${rawName} needs a number, not "${value}"`);
  return number;
}

function checkPositionals(
  command: Pick<CommandDefinition, 'name' | 'positionals' | 'options'>,
  positionals: readonly string[],
): void {
  const { min, max, name } = command.positionals ?? { min: 0, max: 0, name: '' };
  const surplus = positionals[max];
  if (surplus !== undefined) {
    const hint =
      command.options['config'] === undefined
        ? undefined
        : `The configuration is named by an option: --config ${surplus}.`;
    throw usage(command, `unexpected argument "${surplus}"`, hint);
  }
  if (positionals.length < min) throw usage(command, `${name} is missing`);
}

function unknownOption(
  command: Pick<CommandDefinition, 'name'>,
  rawName: string,
  names: readonly string[],
): HarnessError {
  const near = rawName.startsWith('--') ? nearestName(rawName.slice(2), names) : undefined;
  return usage(
    command,
    `unknown option ${rawName}`,
    near === undefined ? undefined : `Did you mean --${near}?`,
  );
}

function usage(command: Pick<CommandDefinition, 'name'>, message: string, hint?: string): HarnessError {
  const see = `See \`mcp-test-harness ${command.name} --help\`.`;
  return new HarnessError({ code: 'USAGE', message, hint: hint === undefined ? see : `${hint} ${see}` });
}
