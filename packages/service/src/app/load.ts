import { exportConfig, loadConfig } from '@mcp-test-harness/core/config';
import { createPlan } from '@mcp-test-harness/core/plan';
import { readServiceSettings } from '../settings/index.ts';
import type { ServiceSettings } from '../settings/define.ts';

/** Where the configuration comes from, the same at every reload. */
export interface ConfigSource {
  readonly file: string;
  readonly environment: string | undefined;
  readonly overlays: readonly string[];
  /** From --set. */
  readonly set: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration that is sound. */
export interface LoadedService {
  readonly settings: ServiceSettings;
  /** As YAML, secrets hidden. */
  readonly exported: string;
  readonly warnings: readonly string[];
}

/** @throws HarnessError or HarnessErrorList: CONFIG_… */
export async function loadService(source: ConfigSource): Promise<LoadedService> {
  const loaded = await loadConfig(source);
  const plan = createPlan(loaded);
  return {
    settings: readServiceSettings(loaded, plan, source.env),
    exported: await exportConfig(loaded),
    warnings: [...loaded.warnings.map(({ message }) => message), ...plan.warnings.map(String)],
  };
}
