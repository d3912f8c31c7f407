import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';
import { suiteOf } from './support/suites.ts';

const folderWith = temporaryFolders();
const main = resolve(import.meta.dirname, 'fixtures/compliance/main.ts');
/** Its tool `later` answers by a task that takes a moment. */
const server = { command: process.execPath, args: [main, 'stateless'] };

const suite = suiteOf(
  [
    { id: 'waits', tool_name: 'later', expected: { text: 'Done at last' } },
    { id: 'has-no-time', tool_name: 'later', timeout_override_seconds: 0.02 },
  ],
  { server },
);

describe.concurrent('a tool that answers by a task', () => {
  it('is tested like any other: its result comes at last, or its time is up', async () => {
    const { exitCode, stdout, stderr } = await runCli(['test', '--verbose'], {
      cwd: folderWith({ 'mcp-test-harness.yaml': suite }),
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/✓ .*waits/);
    expect(stdout).toMatch(/has-no-time/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('within 20 ms');
    expect(exitCode).toBe(1);
  });

  it('is called from the command line', async () => {
    const args = ['call', '--tool', 'later', '--', process.execPath, main, 'stateless'];
    const { exitCode, stdout } = await runCli(args);
    expect(JSON.parse(stdout)).toEqual({ content: [{ type: 'text', text: 'Done at last' }] });
    expect(exitCode).toBe(0);
  });
});
