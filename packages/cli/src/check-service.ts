import type { LoadedConfig, Plan } from '@mcp-test-harness/core';
import { HarnessErrorList } from '@mcp-test-harness/core/errors';
import { count } from './count.ts';
import type { Io } from './io.ts';
import { showWarnings } from './load.ts';

/**
 * Checks what a configuration says of the service, and the files that it names, as far as they are on this machine.
 * @returns what was checked, for people
 * @throws HarnessErrorList with every fault
 */
export async function checkService(loaded: LoadedConfig, plan: Plan, io: Io): Promise<string> {
  const { checkServiceFiles, readServiceSettings } = await import('@mcp-test-harness/service/settings');
  const settings = readServiceSettings(loaded, plan, io.env);
  await io.hide(settings.secrets);
  const { errors, warnings, missing } = await checkServiceFiles(settings);
  showWarnings(
    [
      ...warnings,
      ...missing.map(({ key, file }) => `${key}: ${file} is not on this machine, so it was not checked`),
    ],
    io,
  );
  const [first, ...rest] = errors;
  if (first !== undefined) throw new HarnessErrorList([first, ...rest]);
  const { schedules, healthChecks } = settings;
  return `the service: ${count(schedules.length, 'schedule')}, ${count(healthChecks.size, 'watched server')}`;
}
