import { configOptions, defineCommand } from '../command.ts';
import { count } from '../count.ts';
import { paint } from '../io.ts';
import { loadFromArguments, showWarnings, warningsOf } from '../load.ts';

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
    const [{ createPlan }, { describesService }, { checkExpectations }, { checkMemory }, { checkService }] =
      await Promise.all([
        import('@mcp-test-harness/core/plan'),
        import('@mcp-test-harness/core/config'),
        import('../check-expectations.ts'),
        import('../check-memory.ts'),
        import('../check-service.ts'),
      ]);
    const memory = checkMemory(loaded);
    showWarnings([...warningsOf(loaded, io), ...(memory === undefined ? [] : [memory])], io);
    const plan = createPlan(loaded);
    const expectations = await checkExpectations(plan);
    const service = describesService(loaded) ? await checkService(loaded, plan, io) : undefined;
    const has = [
      `${count(plan.testCount, 'test')} in ${count(plan.suites.length, 'suite')}`,
      `on ${count(plan.servers.length, 'server')}`,
      ...(loaded.environment === undefined ? [] : [`in environment ${loaded.environment}`]),
    ].join(' ');
    const checked = [
      `${count(loaded.files.length, 'file')}: every key and value, variables, expressions, names that refer to others`,
      `${count(expectations, 'expectation')}: regular expressions, JSONPaths, JSON Schemas`,
      ...(service === undefined ? [] : [service]),
    ].join('; ');
    io.stdout(`${paint(io, 'green', 'valid')}  ${loaded.file}: ${has}\nchecked  ${checked}\n`);
    if (options.connectivity !== true) {
      io.stdout(
        'not checked  whether the servers start and have what the tests ask for: --connectivity, test\n',
      );
      return 0;
    }
    const { checkConnectivity } = await import('../check-connectivity.ts');
    return await checkConnectivity(plan, io);
  },
});
