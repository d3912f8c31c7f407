import { configOptions, defineCommand, filterOptions } from '../command.ts';
import { loadFromArguments, planFromArguments, showWarnings } from '../load.ts';

export default defineCommand({
  name: 'list',
  summary: 'List suites and tests in the order they would run, without starting a server.',
  usage: '[options]',
  options: {
    ...configOptions,
    ...filterOptions,
    json: { type: 'boolean', description: 'The whole plan as JSON, for other programs.' },
  },
  examples: [
    { command: 'mcp-test-harness list', what: 'All of them' },
    { command: 'mcp-test-harness list --tag smoke --json', what: 'The plan of a filtered run, as JSON' },
  ],
  async run({ options }, io) {
    const plan = await planFromArguments(await loadFromArguments(options, io), options, io);
    showWarnings(plan.warnings, io);
    if (options.json === true) {
      const { createMasker } = await import('@mcp-test-harness/core/runner');
      const shown = createMasker(plan.secrets).deep({ ...plan, secrets: [] });
      io.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
      return 0;
    }
    const { renderPlan } = await import('../render-plan.ts');
    io.stdout(renderPlan(plan, io));
    return 0;
  },
});
