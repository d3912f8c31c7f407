import type { LoadedConfig } from '@mcp-test-harness/core';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import type * as Metrics from '@mcp-test-harness/service/metrics';
import type { Endpoint, LastRun, PushGroup } from '@mcp-test-harness/service/metrics';
import { hostname } from 'node:os';
import type { ParsedArguments } from '../command.ts';
import type { Io } from '../io.ts';
import { showWarnings } from '../load.ts';
import type { pushOptions } from './push-options.ts';

type PushArguments = ParsedArguments<typeof pushOptions>['options'] & {
  readonly shard: string | undefined;
};

/** Where a run is told of. */
export interface Push {
  /** Never throws: the verdict of a run is not changed by who hears of it. */
  send(run: (metrics: typeof Metrics) => LastRun): Promise<void>;
  /** @throws HarnessError TARGET_UNREACHABLE */
  delete(): Promise<void>;
}

/**
 * Where this run is to be told of; undefined: nowhere. Checked before anything runs.
 * @param loaded undefined without a configuration
 * @throws HarnessError USAGE, CONFIG_INVALID
 */
export async function openPush(
  options: PushArguments,
  loaded: LoadedConfig | undefined,
  io: Io,
): Promise<Push | undefined> {
  const settings = loaded?.config.monitoring.prometheus;
  const configured = settings?.enabled === true ? settings.push_gateway : undefined;
  const url = options['push-gateway'] ?? configured;
  const isDeleting = options['push-delete'] === true;
  const isAsked = options['push-metrics'] === true || options['push-gateway'] !== undefined || isDeleting;
  if (options['push-metrics'] === false) {
    if (options['push-gateway'] === undefined && !isDeleting) return undefined;
    throw usage('--no-push-metrics and another --push-... exclude each other', 'Leave one of them out.');
  }
  if (!isAsked && !(io.ci && configured !== undefined)) {
    if (options['push-instance'] === undefined) return undefined;
    throw usage('--push-instance means nothing when nothing is pushed', 'Add --push-metrics.');
  }
  if (url === undefined) {
    throw usage(
      `--${isDeleting ? 'push-delete' : 'push-metrics'} needs a Pushgateway`,
      'Name it by --push-gateway URL, or in monitoring.prometheus.push_gateway.',
    );
  }
  const metrics = await import('@mcp-test-harness/service/metrics');
  const gateway = metrics.openEndpoint({ what: 'Pushgateway', url });
  await io.hide(gateway.secrets);
  const group: PushGroup = {
    job: settings?.job_name ?? 'mcp-test-harness',
    instance: options['push-instance'] ?? defaultInstance(io.env, options.shard),
  };
  return {
    send: async (run) => await tell(metrics, gateway, group, run(metrics), io),
    delete: async () => {
      await metrics.deletePushed(gateway, group);
      io.stderr(`What ${group.instance} had pushed to ${gateway.shown} is deleted.\n`);
    },
  };
}

async function tell(
  metrics: typeof Metrics,
  gateway: Endpoint,
  group: PushGroup,
  run: LastRun,
  io: Io,
): Promise<void> {
  try {
    await metrics.pushLastRun(gateway, group, run);
    if (io.verbosity > 0) io.stderr(`Pushed to ${gateway.shown} as ${group.job}, ${group.instance}.\n`);
  } catch (error) {
    const why = isHarnessError(error) ? error.message : String(error);
    showWarnings([`the run is not told to the Pushgateway: ${why}`], io);
  }
}

/**
 * Names of hosts are new with every run in CI, and a gateway forgets none of them: there the repository it is. Shards must
 * not replace each other.
 */
function defaultInstance(env: Io['env'], shard: string | undefined): string {
  const name = env['GITHUB_REPOSITORY'] ?? env['CI_PROJECT_PATH'] ?? hostname();
  return shard === undefined ? name : `${name} shard ${shard}`;
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'USAGE', message, hint });
}
