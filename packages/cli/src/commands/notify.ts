import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, defineCommand } from '../command.ts';
import { loadFromArguments, showWarnings, warningsOf } from '../load.ts';

export default defineCommand({
  name: 'notify',
  summary: 'Send a test message to the channels of `reporting.distribution`, and say what came of it.',
  usage: 'test [options]',
  details: `Each channel is used as the service uses it: the same TLS, login, signature and checks of addresses.
Ends with 0 when every channel took the message, with 1 and the reason when one did not. A channel that is
off, or not configured, is not there.`,
  positionals: { name: '`test`', min: 1, max: 1, choices: ['test'] },
  options: {
    ...configOptions,
    channel: {
      type: 'list',
      value: 'NAME',
      description: 'Only this one: email, slack, webhook:NAME. Repeatable. Default: all of them.',
    },
    json: { type: 'boolean', description: 'As JSON on stdout.' },
  },
  examples: [
    { command: 'mcp-test-harness notify test --config production.yaml', what: 'All channels' },
    { command: 'mcp-test-harness notify test --channel email', what: 'Mail alone' },
  ],
  async run({ options, positionals }, io) {
    if (positionals[0] !== 'test') {
      throw new HarnessError({
        code: 'USAGE',
        message: `unknown action "${positionals[0]}"`,
        hint: 'Only `notify test` is known.',
      });
    }
    const loaded = await loadFromArguments(options, io);
    showWarnings(warningsOf(loaded, io), io);
    const { sendTest } = await import('../notify/send-test.ts');
    return await sendTest(loaded, options, io);
  },
});
