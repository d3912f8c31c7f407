import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findStaleFiles } from '../scripts/check-dist.ts';

const root = resolve(import.meta.dirname, '..');

describe('dist/, which GitHub runs', () => {
  it('is what the sources make', async () => {
    expect(await findStaleFiles()).toEqual([]);
  }, 120_000);

  it('has the entries that action.yml names, as modules', () => {
    const { runs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
      readonly runs: Readonly<Record<'using' | 'main' | 'post' | 'post-if', string>>;
    };
    expect(runs).toMatchObject({ using: 'node24', 'post-if': 'always()' });
    for (const file of [runs.main, runs.post]) expect(existsSync(join(root, file)), file).toBe(true);
    expect(JSON.parse(readFileSync(join(root, 'dist/package.json'), 'utf8'))).toEqual({ type: 'module' });
  });

  it('names no place of the machine that made it', () => {
    const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    for (const name of files) {
      const text = readFileSync(join(root, 'dist', name), 'utf8');
      expect(text.includes(root), name).toBe(false);
      expect(text, name).not.toMatch(/sourceMappingURL/);
    }
  });
});
