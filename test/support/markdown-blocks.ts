import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface CodeBlock {
  /** `docs/assertions.md:41`. */
  readonly place: string;
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

/** Every fenced block of the READMEs and of the pages in `docs`, generated ones included. */
export function readCodeBlocks(): readonly CodeBlock[] {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name));
  const readmes = [
    '.',
    'packages/cli',
    'packages/core',
    'packages/report',
    'packages/service',
    'packages/vitest',
  ].map((path) => join(root, path, 'README.md'));
  return [...readmes, ...pages.toSorted()].flatMap(blocksOf);
}

function blocksOf(file: string): readonly CodeBlock[] {
  const source = readFileSync(file, 'utf8');
  const page = relative(root, file).replaceAll('\\', '/');
  return [...source.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: text = '' }) => ({
      place: `${page}:${source.slice(0, index).split('\n').length}`,
      page,
      language,
      text,
    }),
  );
}
