import type { Config } from './schema.ts';

/**
 * A warning where the servers under test may together take more memory than there is: so many tests at once, each on a
 * server of its own, each at its limit.
 * @param availableBytes of this machine, or of the container
 */
export function memoryDemand(config: Config, availableBytes: number): string | undefined {
  const limits = [
    config.global.resource_limits?.max_memory_mb,
    config.server?.resource_limits?.max_memory_mb,
    ...Object.values(config.servers ?? {}).map(({ resource_limits: own }) => own?.max_memory_mb),
  ].filter((limit) => limit !== undefined);
  const concurrency = config.global.max_global_concurrency;
  const limitMb = Math.max(0, ...limits);
  const availableMb = availableBytes / 1024 ** 2;
  if (concurrency * limitMb <= availableMb) return undefined;
  return `${concurrency} tests at once (global.max_global_concurrency) with max_memory_mb ${limitMb} may take ${gib(concurrency * limitMb)}, and there are ${gib(availableMb)}`;
}

function gib(mib: number): string {
  return `${(mib / 1024).toFixed(1)} GiB`;
}
