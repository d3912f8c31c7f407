import { configOptions, defineCommand } from '../command.ts';
import { paint } from '../io.ts';
import { loadFromArguments } from '../load.ts';

export default defineCommand({
  name: 'validate',
  summary: 'Check a configuration: every error at once, with file, line, column and a remedy.',
  usage: '[FILE] [options]',
  positionals: { name: 'FILE', min: 0, max: 1 },
  options: {
    ...configOptions,
    connectivity: { type: 'boolean', description: 'Also start or reach every server and shake hands.' },
  },
  examples: [
    { command: 'mcp-test-harness validate', what: 'The file here' },
    {
      command: 'mcp-test-harness validate ci/suite.yaml -e staging --connectivity',
      what: 'Another one, and its servers',
    },
  ],
  async run({ options, positionals }, io) {
    const loaded = await loadFromArguments({ ...options, config: positionals[0] ?? options.config }, io);
    const { createPlan } = await import('@mcp-test-harness/core/plan');
    const plan = createPlan(loaded);
    const environment = loaded.environment === undefined ? '' : `, environment ${loaded.environment}`;
    io.stdout(
      `${paint(io, 'green', 'valid')}  ${loaded.file}: ${plan.testCount} tests in ${plan.suites.length} suites on ${plan.servers.length} servers${environment}\n`,
    );
    if (options.connectivity !== true) return 0;
    const { checkConnectivity } = await import('../check-connectivity.ts');
    return await checkConnectivity(plan, io);
  },
});
