import { configOptions, defineCommand } from '../command.ts';
import { resolvePath } from '../load.ts';
import { loadServiceFromArguments } from '../load-service.ts';
import { readSeconds } from '../read-seconds.ts';

export default defineCommand({
  name: 'health-check',
  summary: 'Say whether the service, its servers and all that it needs are well.',
  usage: '[options]',
  details: `Asks the service for /health and /ready, where one runs, and shakes hands with every server
of the configuration. Each check has its evidence and its time limit; ends with 1 when one
has failed, and names it.

--comprehensive  looks at the database, certificates (14 days), disks, the RBAC policy,
                 baselines, the audit log, the newest backup (24 hours), the mail server
                 (as far as its password), Slack and webhooks (their hosts), Pushgateway,
                 Prometheus and the key provider as well. No message is sent. A service
                 that does not run has failed.
--checklist      the seven lines of the monitoring checklist, each with what was seen`,
  options: {
    ...configOptions,
    comprehensive: { type: 'boolean', description: 'Look at everything.' },
    checklist: {
      type: 'boolean',
      description: 'Go through the monitoring checklist; looks at everything, too.',
    },
    'backup-dir': {
      type: 'string',
      value: 'DIR',
      description: 'Where backups lie. Default: /var/backups/mcp-test-harness.',
    },
    timeout: { type: 'number', value: 'SECONDS', description: 'Time limit of each check. Default: 10.' },
    json: { type: 'boolean', description: 'As JSON on stdout, for other programs.' },
  },
  examples: [
    { command: 'mcp-test-harness health-check', what: 'Are the servers there?' },
    { command: 'mcp-test-harness health-check --comprehensive --json', what: 'For a monitoring system' },
    { command: 'mcp-test-harness health-check --checklist', what: 'Before going live' },
  ],
  async run({ options }, io) {
    const timeoutMs = readSeconds('timeout', options.timeout, 10);
    const [{ runHealth }, { renderChecks, renderChecklist }, { defaultBackupDirectory }] = await Promise.all([
      import('../health/run-health.ts'),
      import('../health/render.ts'),
      import('@mcp-test-harness/service/backup'),
    ]);
    const directory = options['backup-dir'];
    const report = await runHealth(
      {
        settings: await loadServiceFromArguments(options, io),
        comprehensive: options.comprehensive === true,
        checklist: options.checklist === true,
        backupDirectory: directory === undefined ? defaultBackupDirectory : resolvePath(io, directory),
        timeoutMs,
      },
      io,
    );
    if (options.json === true) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
    else {
      const isListed = report.checklist !== undefined && options.comprehensive !== true;
      if (!isListed) io.stdout(renderChecks(report.checks, io));
      if (report.checklist !== undefined) io.stdout(renderChecklist(report.checklist, io));
    }
    if (options.checklist === true && options.comprehensive !== true)
      return report.checklist?.every(({ state }) => state === 'passed') === true ? 0 : 1;
    return report.healthy ? 0 : 1;
  },
});
