import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import { resolve } from 'node:path';
import type { Io } from './io.ts';
import type { ConfigArguments } from './load.ts';

/** Reads what a configuration says of the service; from then on its secrets are hidden. */
export async function loadServiceFromArguments(args: ConfigArguments, io: Io): Promise<ServiceSettings> {
  const { loadServiceSettings } = await import('@mcp-test-harness/service/settings');
  const settings = await loadServiceSettings({
    file: serviceConfigFile(args, io),
    env: io.env,
    overlays: args.overlay.map((overlay) => resolve(io.cwd, overlay)),
    environment: args.environment,
    set: args.set,
  });
  await io.hide(settings.secrets);
  return settings;
}

/** As every command finds its configuration. */
export function serviceConfigFile({ config }: Pick<ConfigArguments, 'config'>, io: Io): string {
  return resolve(io.cwd, config ?? io.env['CONFIG_PATH'] ?? 'mcp-test-harness.yaml');
}
