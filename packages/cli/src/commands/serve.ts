import { defineCommand, configOptions } from '../command.ts';
import { configSource } from '../load.ts';
import { harnessVersion } from '../version.ts';

export default defineCommand({
  name: 'serve',
  summary: 'Run suites on a schedule, watch servers, and tell when something breaks.',
  usage: '[options]',
  details: `Stays until it is told to end. Schedules, thresholds and who is told are in the configuration:
\`schedules\`, \`monitoring\`, \`security\`, \`reporting.distribution\`.
Listens for    /health and /ready (monitoring.health_check_port, 8080), /metrics
               (monitoring.metrics_port, 9090), the API and pages for people
               (security.api.port, 8443)
Remembers in   service.data_dir, or in PostgreSQL (service.database_url or DATABASE_URL),
               which several replicas may share
SIGHUP         reads configuration, policy and certificates again; what is broken leaves
               the old in force
SIGTERM, ^C    takes nothing new, lets runs end within service.drain_seconds, hands the
               rest back; a second one ends at once
The log goes to stdout, one JSON object a line.`,
  options: {
    ...configOptions,
    check: {
      type: 'boolean',
      description: 'Say whether the service would start with this configuration, and end.',
    },
  },
  examples: [
    {
      command: 'mcp-test-harness serve --config production.yaml',
      what: 'What a unit file or a container starts',
    },
    { command: 'mcp-test-harness serve --check --config production.yaml', what: 'Before a restart' },
  ],
  async run({ options }, io) {
    const { runService, checkService } = await import('@mcp-test-harness/service/app');
    const source = configSource(options, io);
    if (options.check === true) {
      for (const line of await checkService(source)) io.stdout(`${line}\n`);
      return 0;
    }
    return await runService({ source, version: harnessVersion(), write: io.stdout });
  },
});
