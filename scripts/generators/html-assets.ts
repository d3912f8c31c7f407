/** The style and the script of the HTML report as a module, so that the reporter reads no files when it is bundled. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Generator } from '../generate.ts';

const folder = 'packages/report/src/html';
const root = resolve(import.meta.dirname, '../..');

const generator: Generator = {
  name: 'html-assets',
  committed: true,
  async files() {
    const [style, script] = await Promise.all(['report.css', 'report.client.js'].map(readAsset));
    const text = `/** Generated from ./assets by scripts/generators/html-assets.ts: edit those. */
export const reportStyle = \`${style}\`;

export const reportScript = \`${script}\`;
`;
    return { [`${folder}/assets.ts`]: text };
  },
};
export default generator;

async function readAsset(name: string): Promise<string> {
  const text = await readFile(resolve(root, folder, 'assets', name), 'utf8');
  return `\n${text}`.replace(/[\\`]|\$\{/g, '\\$&');
}
