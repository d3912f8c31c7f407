import { harnessClientInfo } from '@mcp-test-harness/core/protocol';
import type { RunResult } from '@mcp-test-harness/core';

/** The one place that reads the process: what servers inherit, and what configurations may name. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** How this package describes itself in results. */
export function describeHarness(): RunResult['harness'] {
  return {
    version: harnessClientInfo.version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
}

/** Where nobody looks at what is written: snapshots are compared there, never stored. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']);
}
