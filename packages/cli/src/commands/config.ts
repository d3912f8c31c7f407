import type { LoadedConfig } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { configOptions, defineCommand, type ParsedArguments } from '../command.ts';
import type { Io } from '../io.ts';
import { loadFromArguments, showWarnings, warningsOf } from '../load.ts';

const actions = ['export', 'prometheus', 'prometheus-rules'] as const;

const options = {
  ...configOptions,
  host: {
    type: 'string',
    value: 'HOST',
    description: 'prometheus: where the service is, as Prometheus sees it. Default: mcp-test-harness.',
  },
  alertmanager: {
    type: 'string',
    value: 'HOST:PORT',
    description: 'prometheus: whom alerts are sent to. Default: alertmanager:9093.',
  },
  'rules-file': {
    type: 'string',
    value: 'FILE',
    description: 'prometheus: the rules, beside the file. Default: mcp-test-harness-rules.yml.',
  },
} as const;

type Arguments = ParsedArguments<typeof options>['options'];

export default defineCommand({
  name: 'config',
  summary: 'Print the effective configuration, or what Prometheus needs to know of it.',
  usage: 'export|prometheus|prometheus-rules [options]',
  details: `export            files merged, environment applied, defaults filled in, secrets as ***
prometheus        a prometheus.yml that scrapes the service
prometheus-rules  alerts by the thresholds of \`monitoring.alerts\` and \`performance.thresholds\`, and
                  recording rules of the objectives that \`kpi\` tells of`,
  positionals: { name: `an action (${actions.join(', ')})`, min: 1, max: 1, choices: actions },
  options,
  examples: [
    { command: 'mcp-test-harness config export', what: 'What this file comes to' },
    { command: 'mcp-test-harness config export -e staging', what: 'The same for another environment' },
    {
      command: 'mcp-test-harness config prometheus-rules > mcp-test-harness-rules.yml',
      what: 'Alerts by these thresholds',
    },
  ],
  async run({ options: given, positionals: [action = ''] }, io) {
    if (!(actions as readonly string[]).includes(action)) {
      throw new HarnessError({
        code: 'USAGE',
        message: `unknown action "${action}"`,
        hint: suggestName(action, actions),
      });
    }
    refuseUnused(given, action);
    const loaded = await loadFromArguments(given, io);
    showWarnings(warningsOf(loaded, io), io);
    io.stdout(await render(action, loaded, given, io));
    return 0;
  },
});

async function render(action: string, loaded: LoadedConfig, given: Arguments, io: Io): Promise<string> {
  if (action === 'export') {
    const { exportConfig } = await import('@mcp-test-harness/core/config');
    return await exportConfig(loaded);
  }
  const files = await import('../metrics/prometheus-files.ts');
  if (action === 'prometheus-rules') return await files.renderPrometheusRules(loaded.config);
  const warning = files.warnOfSharedPort(loaded.config, given);
  if (warning !== undefined) showWarnings([warning], io);
  return await files.renderPrometheus(loaded.config, given);
}

function refuseUnused(given: Arguments, action: string): void {
  const unused = (['host', 'alertmanager', 'rules-file'] as const).find((name) => given[name] !== undefined);
  if (unused === undefined || action === 'prometheus') return;
  throw new HarnessError({
    code: 'USAGE',
    message: `--${unused} means nothing for config ${action}`,
    hint: 'It belongs to config prometheus.',
  });
}
