import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { readReport, runCli } from './support/run-cli.ts';

const root = resolve(import.meta.dirname, '..');
/** Those of the Action and of the library have tests of their own. */
const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(?:action-.*|node-test|jest|vitest)$/.test(entry.name))
  .map(({ name }) => name);
const suites = examples.filter((name) => existsSync(join(root, 'examples', name, 'mcp-test-harness.yaml')));

const folderWith = temporaryFolders();

describe.concurrent('the example', () => {
  it.each(examples)('%s has a README of about ten lines that says how to run it', (name) => {
    const lines = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(6);
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines).toContain(`npx mcp-test-harness test --config examples/${name}/mcp-test-harness.yaml`);
  });

  it.each(suites)('%s passes', async (name) => {
    const folder = folderWith();
    const run = await runCli(
      ['test', '--config', `examples/${name}/mcp-test-harness.yaml`, '--report', `json:${folder}/run.json`],
      {
        cwd: root,
        // So that two runs on one machine do not meet.
        env: { MCP_EXAMPLE_PORT: String(await freePort()), MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
      },
    );
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const result = readReport(join(folder, 'run.json'));
    expect(result).toMatchObject({ verdict: 'passed', complete: true, findings: [], warnings: [] });
    expect(result?.totals.passed).toBeGreaterThanOrEqual(name === 'everything' ? 25 : 1);
    expect(result?.totals).toMatchObject({ failed: 0, errored: 0, skipped: 0, flaky: 0 });
  });

  it('contract keeps what it promises its callers', async () => {
    const target = ['--config', 'examples/contract/mcp-test-harness.yaml'];
    const file = ['--contract', 'examples/contract/mcp-contract.json'];
    const run = await runCli(['contract', 'check', ...target, ...file, '--fail-on', 'any'], { cwd: root });
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toContain('the contract is kept: nothing changed');
  });

  it('folders are all covered here', () => {
    expect(new Set(examples)).toEqual(new Set(suites));
    expect(suites).toEqual(
      expect.arrayContaining(['contract', 'everything', 'filesystem', 'memory', 'oauth', 'sse', 'websocket']),
    );
  });
});
