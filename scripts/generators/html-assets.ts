/** The styles and scripts of the HTML reports as modules, so that the reporters read no files when they are bundled. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Generator } from '../generate.ts';

const root = resolve(import.meta.dirname, '../..');
const reports = [
  { folder: 'packages/report/src/html', name: 'report' },
  { folder: 'packages/report/src/benchmark/html', name: 'benchmark' },
] as const;

const generator: Generator = {
  name: 'html-assets',
  committed: true,
  async files() {
    return Object.fromEntries(await Promise.all(reports.map(moduleOf)));
  },
};
export default generator;

async function moduleOf({
  folder,
  name,
}: (typeof reports)[number]): Promise<readonly [file: string, text: string]> {
  const [style, script] = await Promise.all(
    [`${name}.css`, `${name}.client.js`].map((asset) => readAsset(`${folder}/assets/${asset}`)),
  );
  const text = `/** Generated from ./assets by scripts/generators/html-assets.ts: edit those. */
export const ${name}Style = \`${style}\`;

export const ${name}Script = \`${script}\`;
`;
  return [`${folder}/assets.ts`, text];
}

async function readAsset(file: string): Promise<string> {
  const text = await readFile(resolve(root, file), 'utf8');
  return `\n${text}`.replace(/[\\`]|\$\{/g, '\\$&');
}
