import type { OptionDefinitions } from '../command.ts';

/** Options that tell a Pushgateway of a run. */
export const pushOptions = {
  'push-metrics': {
    type: 'boolean',
    description:
      'Tell a Pushgateway what the run found. On by itself in CI where monitoring.prometheus.push_gateway is set; --no-push-metrics for not at all.',
  },
  'push-gateway': {
    type: 'string',
    value: 'URL',
    description: 'The Pushgateway, instead of monitoring.prometheus.push_gateway; tells it.',
  },
  'push-instance': {
    type: 'string',
    value: 'NAME',
    description:
      'What runs replace each other: each overwrites what the last one with this name has pushed. Default: the repository in CI, else the host.',
  },
  'push-delete': {
    type: 'boolean',
    description: 'Run nothing; delete what was pushed under that name.',
  },
} as const satisfies OptionDefinitions;
