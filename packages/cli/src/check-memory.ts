import type { LoadedConfig } from '@mcp-test-harness/core';
import { memoryDemand } from '@mcp-test-harness/core/config';
import { totalmem } from 'node:os';

/** A warning where the servers under test may together take more memory than this machine, or container, has. */
export function checkMemory({ config }: LoadedConfig): string | undefined {
  const limit = process.constrainedMemory();
  return memoryDemand(config, limit > 0 ? Math.min(limit, totalmem()) : totalmem());
}
