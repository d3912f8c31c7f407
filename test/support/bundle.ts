import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Makes one JavaScript file of a fixture, so that each of many starts costs 50 ms instead of 200; returns its path. */
export async function bundleFixture(input: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-test-harness-fixture-'));
  const build = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  const file = join(folder, 'fixture.mjs');
  await build.write({ file, format: 'esm' });
  await build.close();
  return file;
}
