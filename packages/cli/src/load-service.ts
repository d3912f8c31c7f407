import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import type { Io } from './io.ts';
import { configSource, type ConfigArguments } from './load.ts';

/** Reads what a configuration says of the service; from then on its secrets are hidden. */
export async function loadServiceFromArguments(args: ConfigArguments, io: Io): Promise<ServiceSettings> {
  const { loadService } = await import('@mcp-test-harness/service/settings');
  const { settings } = await loadService(configSource(args, io));
  await io.hide(settings.secrets);
  return settings;
}
