import {
  commonOptions,
  type CommandDefinition,
  type OptionDefinition,
  type OptionDefinitions,
} from './command.ts';
import { commandSummaries } from './commands/index.ts';
import { paint, type Io } from './io.ts';
import { wrap } from './wrap.ts';

/** `mcp-test-harness --help`. */
export function renderMainHelp(io: Io): string {
  const width = Math.max(...commandSummaries.map(({ name }) => name.length));
  return [
    'Test an MCP server and learn the truth about it.',
    '',
    `${paint(io, 'bold', 'Usage')}  mcp-test-harness COMMAND [options]`,
    '',
    paint(io, 'bold', 'Commands'),
    ...commandSummaries.map(({ name, summary }) => `  ${paint(io, 'cyan', name.padEnd(width))}  ${summary}`),
    '',
    paint(io, 'bold', 'First steps'),
    '  mcp-test-harness init --from-server -- npx -y @modelcontextprotocol/server-everything',
    '  mcp-test-harness test',
    '',
    paint(io, 'bold', 'Exit codes'),
    '  0 all well   1 tests failed or findings   2 configuration or usage',
    '  3 server not started or reached   4 file not read or written   130 interrupted',
    '',
    '`mcp-test-harness COMMAND --help` explains a command; `--version` prints the version.',
    '',
  ].join('\n');
}

/** `mcp-test-harness COMMAND --help`. */
export function renderCommandHelp(command: CommandDefinition, io: Io): string {
  const all: OptionDefinitions = { ...command.options, ...commonOptions };
  const options = Object.entries(all);
  const labels = options.map(([name, option]) => optionLabel(name, option));
  const width = Math.min(28, Math.max(...labels.map((label) => label.length)));
  const lines = [
    command.summary,
    '',
    `${paint(io, 'bold', 'Usage')}  mcp-test-harness ${command.name} ${command.usage}`,
    '',
  ];
  if (command.details !== undefined) lines.push(command.details.trim(), '');
  lines.push(paint(io, 'bold', 'Options'));
  for (const [index, [, option]] of options.entries()) {
    const label = labels[index] ?? '';
    const [first = '', ...more] = wrap(
      describeOption(option),
      Math.max(30, Math.min(io.columns, 100) - width - 5),
    );
    const padded = paint(io, 'cyan', label.padEnd(width));
    if (label.length > width) lines.push(`  ${padded}`, `  ${' '.repeat(width)}  ${first}`);
    else lines.push(`  ${padded}  ${first}`);
    for (const line of more) lines.push(`  ${' '.repeat(width)}  ${line}`);
  }
  lines.push('', paint(io, 'bold', 'Examples'));
  for (const { command: line, what } of command.examples)
    lines.push(`  ${paint(io, 'dim', `# ${what}`)}`, `  ${line}`);
  return `${lines.join('\n')}\n`;
}

function optionLabel(name: string, option: OptionDefinition): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  return `${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`;
}

function describeOption(option: OptionDefinition): string {
  return option.choices === undefined
    ? option.description
    : `${option.description} One of: ${option.choices.join(', ')}.`;
}
