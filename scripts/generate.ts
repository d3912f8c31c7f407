/**
 * Writes every generated file, or with --check compares the committed ones and fails when they are stale.
 * A generator is one file in ./generators that default-exports `{ name, committed, files() }`, and one line here.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** One producer of generated files. */
export interface Generator {
  readonly name: string;
  /** Committed files are compared by --check; the others are only built. */
  readonly committed: boolean;
  /** Holds nothing but what is generated: what is left there of a thing that is no more goes. */
  readonly directory?: string;
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
  () => import('./generators/api-reference.ts'),
  () => import('./generators/prometheus.ts'),
  () => import('./generators/grafana-dashboard.ts'),
];

const check = process.argv.includes('--check');
let stale = 0;
for (const load of generators) {
  const { default: generator } = await load();
  if (check && !generator.committed) continue;
  const files = await generator.files();
  for (const path of await leftOvers(generator, files)) {
    if (check) {
      stale += 1;
      console.error(`${path} is generated no more: run \`npm run generate\` and commit the result.`);
    } else {
      await rm(resolve(root, path));
      console.log(`removed ${path}`);
    }
  }
  for (const [path, content] of Object.entries(files)) {
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

async function leftOvers(
  { directory }: Generator,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  if (directory === undefined) return [];
  const names = await readdir(resolve(root, directory)).catch((): string[] => []);
  return names.map((name) => join(directory, name)).filter((path) => !Object.hasOwn(files, path));
}
