import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, defineCommand } from '../command.ts';
import { loadFromArguments, showWarnings, warningsOf } from '../load.ts';

export default defineCommand({
  name: 'config',
  summary:
    'Print the effective configuration: files merged, environment applied, defaults filled in, secrets as ***.',
  usage: 'export [options]',
  positionals: { name: '`export`', min: 1, max: 1, choices: ['export'] },
  options: configOptions,
  examples: [
    { command: 'mcp-test-harness config export', what: 'What this file comes to' },
    { command: 'mcp-test-harness config export -e staging', what: 'The same for another environment' },
  ],
  async run({ options, positionals }, io) {
    if (positionals[0] !== 'export') {
      throw new HarnessError({
        code: 'USAGE',
        message: `unknown action "${positionals[0]}"`,
        hint: 'Only `config export` is known.',
      });
    }
    const { exportConfig } = await import('@mcp-test-harness/core/config');
    const loaded = await loadFromArguments(options, io);
    showWarnings(warningsOf(loaded, io), io);
    io.stdout(await exportConfig(loaded));
    return 0;
  },
});
