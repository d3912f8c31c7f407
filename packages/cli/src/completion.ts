import { RootCommand, script } from '@bomb.sh/tab';
import { commonOptions, type OptionDefinitions } from './command.ts';
import { commandSummaries } from './commands/index.ts';

export const completionShells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Prints the script for a shell; it calls `mcp-test-harness complete -- ...` for each suggestion. */
export function printCompletionScript(shell: (typeof completionShells)[number]): void {
  script(shell, 'mcp-test-harness', 'mcp-test-harness');
}

/** Answers the shell: `mcp-test-harness complete -- test --re`. */
export async function answerCompletion(argv: readonly string[]): Promise<number> {
  const root = new RootCommand();
  for (const entry of commandSummaries) {
    const command = root.command(entry.name, entry.summary);
    const { options } = await entry.load();
    const all: OptionDefinitions = { ...options, ...commonOptions };
    for (const [name, option] of Object.entries(all)) {
      const choices = option.choices;
      if (option.type === 'boolean' || option.type === 'count')
        command.option(name, option.description, option.short);
      else
        command.option(
          name,
          option.description,
          (complete) => choices?.forEach((choice) => complete(choice, '')),
          option.short,
        );
    }
  }
  root.parse(argv[0] === '--' ? argv.slice(1) : [...argv]);
  return 0;
}
