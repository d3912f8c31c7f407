import { defineConfig } from 'rolldown';

/**
 * The CLI is bundled, since loading zod, yaml and execa file by file triples its start-up.
 * Every command is imported dynamically, so that each becomes a chunk of its own.
 */
export default defineConfig({
  input: { main: 'packages/cli/src/main.ts' },
  platform: 'node',
  resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
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
