import { script, ShellCompDirective } from '@bomb.sh/tab';
import { commonOptions, type CommandDefinition, type OptionDefinitions } from './command.ts';
import { commandSummaries, findCommand } from './commands/index.ts';
import type { Io } from './io.ts';

/** Prints the script for a shell; it calls `mcp-test-harness complete -- WORDS...` for each suggestion. */
export function printCompletionScript(shell: 'bash' | 'zsh' | 'fish' | 'powershell', io: Io): void {
  script(shell, 'mcp-test-harness', 'mcp-test-harness');
  // The script registers itself without the fallback to file names that the other shells have.
  if (shell === 'bash') io.stdout('complete -o default -F __mcp_test_harness_complete mcp-test-harness\n');
}

/** What may stand at a place of the command line, each with its description; the shell adds file names where `files`. */
interface Suggestions {
  readonly words: readonly (readonly [word: string, description: string])[];
  readonly files: boolean;
}

/** Answers the shell: `mcp-test-harness complete -- test --re`; the last word is the one to complete. */
export async function answerCompletion(argv: readonly string[], io: Io): Promise<number> {
  const words = argv[0] === '--' ? argv.slice(1) : argv;
  const current = words.at(-1) ?? '';
  const { words: suggested, files } = await suggest(words.slice(0, -1), current);
  for (const [word, description] of suggested)
    if (word.startsWith(current)) io.stdout(`${word}\t${description}\n`);
  const { ShellCompDirectiveDefault, ShellCompDirectiveNoFileComp } = ShellCompDirective;
  io.stdout(`:${files ? ShellCompDirectiveDefault : ShellCompDirectiveNoFileComp}\n`);
  return 0;
}

async function suggest(before: readonly string[], current: string): Promise<Suggestions> {
  const [name, ...rest] = before;
  if (name === undefined)
    return { words: commandSummaries.map(({ name, summary }) => [name, summary]), files: false };
  const command = await findCommand(name)?.load();
  if (command === undefined) return { words: [], files: false };
  if (rest.includes('--')) return { words: [], files: true };
  const options: OptionDefinitions = { ...command.options, ...commonOptions };
  const [, inline] = /^--([\w-]+)=/.exec(current) ?? [];
  if (inline !== undefined) return suggestValues(options, inline, `--${inline}=`);
  const previous = optionNamed(options, rest.at(-1));
  if (previous !== undefined) return suggestValues(options, previous, '');
  if (current.startsWith('-')) {
    const words = Object.entries(options).flatMap(([option, { description, short }]) => [
      [`--${option}`, description] as const,
      ...(short === undefined ? [] : [[`-${short}`, description] as const]),
    ]);
    return { words, files: false };
  }
  return suggestPositionals(command);
}

/** The option that waits for its value after this word. */
function optionNamed(options: OptionDefinitions, word: string | undefined): string | undefined {
  return Object.keys(options).find((name) => {
    const { type, short } = options[name] ?? { type: 'boolean' };
    if (type === 'boolean' || type === 'count') return false;
    return word === `--${name}` || (short !== undefined && word === `-${short}`);
  });
}

function suggestValues(options: OptionDefinitions, name: string, prefix: string): Suggestions {
  const { choices } = options[name] ?? {};
  return { words: (choices ?? []).map((choice) => [`${prefix}${choice}`, '']), files: choices === undefined };
}

function suggestPositionals({ positionals }: CommandDefinition): Suggestions {
  if (positionals === undefined) return { words: [], files: false };
  const { choices } = positionals;
  return { words: (choices ?? []).map((choice) => [choice, '']), files: choices === undefined };
}
