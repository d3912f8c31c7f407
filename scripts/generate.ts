/**
 * Writes every generated file, or with --check compares the committed ones and fails when they are stale.
 * A generator is one file in ./generators that default-exports `{ name, committed, files() }`, and one line here.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** One producer of generated files. */
export interface Generator {
  readonly name: string;
  /** Committed files are compared by --check; the others are only built. */
  readonly committed: boolean;
  /** Path from the repository's root → content. */
  files(): Promise<Readonly<Record<string, string>>>;
}

const root = resolve(import.meta.dirname, '..');
const generators: readonly (() => Promise<{ default: Generator }>)[] = [
  () => import('./generators/validators.ts'),
  () => import('./generators/result-schema.ts'),
  () => import('./generators/baseline-schema.ts'),
  () => import('./generators/config-schema.ts'),
  () => import('./generators/config-reference.ts'),
  () => import('./generators/assertions-reference.ts'),
  () => import('./generators/action-reference.ts'),
  () => import('./generators/audit-reference.ts'),
  () => import('./generators/contract-schema.ts'),
  () => import('./generators/contract-reference.ts'),
  () => import('./generators/requirements-reference.ts'),
  () => import('./generators/scorecard.ts'),
  () => import('./generators/html-assets.ts'),
];

const check = process.argv.includes('--check');
let stale = 0;
for (const load of generators) {
  const { default: generator } = await load();
  if (check && !generator.committed) continue;
  for (const [path, content] of Object.entries(await generator.files())) {
    const file = resolve(root, path);
    const current = await readFile(file, 'utf8').catch(() => undefined);
    if (current === content) continue;
    if (check) {
      stale += 1;
      console.error(`${path} is stale: run \`npm run generate\` and commit the result.`);
    } else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      console.log(`generated ${path}`);
    }
  }
}
if (stale > 0) process.exitCode = 1;
