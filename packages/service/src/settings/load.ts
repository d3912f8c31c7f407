import { loadConfig } from '@mcp-test-harness/core/config';
import { createPlan } from '@mcp-test-harness/core/plan';
import type { ServiceSettings } from './define.ts';
import { readServiceSettings } from './read.ts';

export interface LoadServiceSettingsOptions {
  readonly file: string;
  /** The process environment, passed in by the edge. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From --environment. */
  readonly environment?: string | undefined;
  /** From --overlay. */
  readonly overlays?: readonly string[] | undefined;
  /** From --set. */
  readonly set?: readonly string[] | undefined;
}

/**
 * Reads the configuration as it stands now, at the start and at each reload.
 * @throws HarnessErrorList with every fault
 */
export async function loadServiceSettings(options: LoadServiceSettingsOptions): Promise<ServiceSettings> {
  const loaded = await loadConfig(options);
  return readServiceSettings(loaded, createPlan(loaded), options.env);
}
