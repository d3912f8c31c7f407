import type { Plan } from '@mcp-test-harness/core';

/** Of a run under every revision that a server speaks, suites and servers are there once for each. */
const instance = / \[protocol=\d{4}-\d\d-\d\d\]$/;

/** The names that the configuration has for the suites and servers of a result. */
export interface ConfiguredNames {
  readonly suite: (name: string) => string;
  /** Without the variants that suites with limits of their own have. */
  readonly server: (name: string) => string;
}

export function configuredNames(plan: Plan): ConfiguredNames {
  const suites = new Set(plan.suites.map(({ name }) => name));
  const servers = new Map(plan.servers.map(({ name, configuredName }) => [name, configuredName]));
  const strip = (name: string): string => name.replace(instance, '');
  return {
    suite: (name) => (suites.has(name) ? name : strip(name)),
    server: (name) => servers.get(name) ?? servers.get(strip(name)) ?? name,
  };
}
