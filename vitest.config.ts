import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mcp-test-harness-source'] },
  ssr: {
    resolve: {
      conditions: ['mcp-test-harness-source', 'node', 'module'],
      externalConditions: ['mcp-test-harness-source'],
    },
  },
  define: { HARNESS_VERSION: JSON.stringify('0.0.0-source') },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
