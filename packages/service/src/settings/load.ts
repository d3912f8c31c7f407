import { exportConfig, loadConfig } from '@mcp-test-harness/core/config';
import { createPlan } from '@mcp-test-harness/core/plan';
import type { ServiceSettings } from './define.ts';
import { readServiceSettings } from './read.ts';

/** Where the configuration comes from, the same at every reload. */
export interface ServiceSource {
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

/** A configuration that is sound. */
export interface LoadedService {
  readonly settings: ServiceSettings;
  readonly warnings: readonly string[];
  /** As YAML, secrets hidden. */
  readonly exported: () => Promise<string>;
}

/**
 * Reads the configuration as it stands now, at the start and at each reload.
 * @throws HarnessError or HarnessErrorList with every fault: CONFIG_…
 */
export async function loadService(source: ServiceSource): Promise<LoadedService> {
  const loaded = await loadConfig(source);
  const plan = createPlan(loaded);
  return {
    settings: readServiceSettings(loaded, plan, source.env),
    warnings: [...loaded.warnings.map(({ message }) => message), ...plan.warnings.map(String)],
    exported: () => exportConfig(loaded),
  };
}
