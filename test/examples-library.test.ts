/** The examples of the library: projects for test runners that people have already. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runShell } from './support/run-cli.ts';

const root = resolve(import.meta.dirname, '..');

const projects = [
  [
    'node-test',
    'node --test examples/node-test/everything.test.mjs',
    /pass 5\n[\s\S]*fail 0\n[\s\S]*skipped 0\n/,
  ],
  ['jest', 'npm test --prefix examples/jest', /Tests: +4 passed, 4 total/],
  ['vitest', 'npm test --prefix examples/vitest', /Tests +8 passed \(8\)/],
] as const;

describe.each(projects)('the example %s', (name, command, verdict) => {
  it('has a README that says how to run it, and a manifest that is whole', () => {
    const readme = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(readme).toContain(command);
    expect(readme.length).toBeLessThanOrEqual(15);
    const { devDependencies, ...manifest } = readManifest(`examples/${name}`);
    expect(manifest).toMatchObject({ private: true, type: 'module', engines: { node: '>=22.13' } });
    for (const [dependency, range] of Object.entries(devDependencies))
      expect(`${dependency} ${range}`).toBe(`${dependency} ^${expectedMinimum(dependency, range)}`);
  });

  it('passes', async () => {
    const { exitCode, stdout, stderr } = await runShell(command, { cwd: root });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout + stderr).toMatch(verdict);
  }, 120_000);
});

/** Ranges of ours begin at the version that is here, those of others at what is promised or tested. */
function expectedMinimum(dependency: string, range: string): string {
  if (!dependency.startsWith('@mcp-test-harness/')) return range.slice(1);
  return readManifest(`packages/${dependency.split('/')[1]}`).version;
}

function readManifest(folder: string) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
}
