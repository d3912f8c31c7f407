import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mcp-test-harness-source'] },
  ssr: {
    resolve: {
      conditions: ['mcp-test-harness-source', 'node', 'module'],
      externalConditions: ['mcp-test-harness-source'],
    },
  },
  define: { HARNESS_VERSION: JSON.stringify('0.0.0-source'), HARNESS_COMMIT: '""' },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Most tests wait for processes that they have started; one worker for two cores would wait with them.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
