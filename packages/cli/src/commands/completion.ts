import { HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand } from '../command.ts';

const completionShells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export default defineCommand({
  name: 'completion',
  summary: 'Print a completion script for your shell',
  usage: 'bash|zsh|fish|powershell',
  positionals: { name: 'the shell', min: 1, max: 1, choices: completionShells },
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
  async run({ positionals }, io) {
    const shell = completionShells.find((known) => known === positionals[0]);
    if (shell === undefined) {
      throw new HarnessError({
        code: 'USAGE',
        message: `no completion for "${positionals[0]}"`,
        hint: `Known shells: ${completionShells.join(', ')}.`,
      });
    }
    const { printCompletionScript } = await import('../completion.ts');
    printCompletionScript(shell, io);
    return 0;
  },
});
