import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatError, loadConfig } from './index.ts';

const directory = resolve(import.meta.dirname, '../../../../test/fixtures/configs');
const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));

const errorOf = async (file: string): Promise<unknown> =>
  loadConfig({ file: resolve(directory, file), env: {} }).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('configurations with a mistake that people make', () => {
  it('are at least forty', () => {
    expect(files.length).toBeGreaterThanOrEqual(40);
  });

  it.each(files)('%s', async (file) => {
    const error = await errorOf(file);
    expect(error).toBeDefined();
    await expect(`${formatError(error, { cwd: directory })}\n`).toMatchFileSnapshot(
      resolve(directory, 'errors', `${basename(file, '.yaml')}.txt`),
    );
  });

  it.each(files)('%s: every error has a code, a place in the file, a frame and a sentence', async (file) => {
    const error = await errorOf(file);
    expect(error).toMatchObject({ errors: expect.any(Array) });
    for (const one of (error as { errors: readonly unknown[] }).errors) {
      expect(one).toMatchObject({
        code: expect.stringMatching(/^CONFIG_/),
        location: { file: resolve(directory, file), line: expect.any(Number), column: expect.any(Number) },
        frame: expect.stringContaining('^'),
        message: expect.stringMatching(/\S{3,}/),
      });
    }
  });
});
