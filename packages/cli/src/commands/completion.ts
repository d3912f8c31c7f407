import { HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand } from '../command.ts';

export default defineCommand({
  name: 'completion',
  summary: 'Print a completion script for your shell',
  usage: 'bash|zsh|fish|powershell',
  positionals: { name: 'the shell', min: 1, max: 1 },
  options: {},
  examples: [
    {
      command: 'source <(mcp-test-harness completion bash)',
      what: 'Bash, this session; put it into ~/.bashrc to keep it',
    },
    {
      command: 'mcp-test-harness completion fish > ~/.config/fish/completions/mcp-test-harness.fish',
      what: 'fish',
    },
  ],
  async run({ positionals }) {
    const { completionShells, printCompletionScript } = await import('../completion.ts');
    const shell = completionShells.find((known) => known === positionals[0]);
    if (shell === undefined) {
      throw new HarnessError({
        code: 'USAGE',
        message: `no completion for "${positionals[0]}"`,
        hint: `Known shells: ${completionShells.join(', ')}.`,
      });
    }
    printCompletionScript(shell);
    return 0;
  },
});
