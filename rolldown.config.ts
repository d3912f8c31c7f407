import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const { version } = JSON.parse(readFileSync('packages/cli/package.json', 'utf8')) as { version: string };

/**
 * The CLI is bundled, since loading zod, yaml and execa file by file triples its start-up.
 * Every command is imported dynamically, so that each becomes a chunk of its own.
 */
export default defineConfig({
  input: { main: 'packages/cli/src/main.ts' },
  platform: 'node',
  transform: { define: { HARNESS_VERSION: JSON.stringify(version) } },
  resolve: { conditionNames: ['mcp-test-harness-source', 'import', 'node', 'default'] },
  output: {
    dir: 'packages/cli/dist',
    format: 'esm',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    sourcemap: false,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
  },
});
