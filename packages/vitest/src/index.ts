/**
 * MCP servers under test in Vitest. Importing this module adds the matchers and the snapshot serialiser to `expect`.
 */
import { expect } from 'vitest';
import { mcpMatchers } from './matchers/index.ts';
import { mcpSnapshotSerializer } from './snapshot-serializer.ts';

expect.extend(mcpMatchers);
expect.addSnapshotSerializer(mcpSnapshotSerializer);

export { mcpTest } from './mcp-test.ts';
export type { ConnectMcp, McpFixtures, McpServer, McpTestOptions } from './mcp-test.ts';
export { describeSuite } from './suite/describe-suite.ts';
export type { DescribeSuiteOptions } from './suite/describe-suite.ts';
export { mcpMatchers } from './matchers/index.ts';
export type { McpMatchers } from './matchers/types.ts';
export { mcpSnapshotSerializer } from './snapshot-serializer.ts';
