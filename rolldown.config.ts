import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const { version } = JSON.parse(readFileSync('packages/cli/package.json', 'utf8')) as { version: string };

/** Runs from source: nothing needs to be built before. */
const shared = {
  platform: 'node',
  transform: { define: { HARNESS_VERSION: JSON.stringify(version) } },
  resolve: { conditionNames: ['mcp-test-harness-source', 'import', 'node', 'default'] },
} satisfies RolldownOptions;

export default defineConfig([
  /**
   * The CLI is bundled, since loading zod, yaml and execa file by file triples its start-up.
   * Every command is imported dynamically, so that each becomes a chunk of its own.
   */
  {
    ...shared,
    // Without `import`, which is added to what imports: pg requires pg-pool, and gets no class from its ES module.
    resolve: { conditionNames: ['mcp-test-harness-source', 'node', 'default'] },
    // Not for the Action: what is committed cannot name its own commit.
    transform: { define: { ...shared.transform.define, HARNESS_COMMIT: JSON.stringify(readCommit()) } },
    input: {
      main: 'packages/cli/src/main.ts',
      // The service starts it as a process of its own, and looks for it beside itself.
      'chunks/child': 'packages/service/src/runs/child.ts',
    },
    output: {
      dir: 'packages/cli/dist',
      format: 'esm',
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      sourcemap: false,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      cleanDir: true,
    },
  },
  /**
   * The Action is what is committed: GitHub runs it without an installation. In pieces, so that a step loads only what it
   * needs: the toolkit for caches and artifacts takes half a second.
   */
  {
    ...shared,
    input: { main: 'src/main.ts', post: 'src/post.ts' },
    plugins: [declareModules()],
    output: {
      dir: 'dist',
      format: 'esm',
      minify: true,
      sourcemap: false,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name].js',
      cleanDir: true,
    },
  },
]);

/** The commit that is built; empty outside of a clone, and for sources that are no commit's. */
function readCommit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('status', '--porcelain', '--untracked-files=no') === '' ? git('rev-parse', 'HEAD') : '';
  } catch {
    return '';
  }
}

/** Beside files that end with `.js` and have no manifest, Node would take them for CommonJS. */
function declareModules(): Plugin {
  return {
    name: 'declare-modules',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
    },
  };
}
