import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli, runShell } from './support/run-cli.ts';

const newFolder = temporaryFolders();
const hash = `sha256:${'0'.repeat(64)}`;
const policy = (user = `username: ci, role: operator, api_key_hash: "${hash}"`): string =>
  `roles:\n  - { name: operator, permissions: ["test:run", "test:view"] }\nusers:\n  - { ${user} }\n`;

function folderWith(text: string, mode = 0o640): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'rbac.yaml'), text);
  chmodSync(join(folder, 'rbac.yaml'), mode);
  return folder;
}

describe('rbac create-key', () => {
  it('prints the key to stdout alone, and what goes into rbac.yaml to stderr', async () => {
    const { stdout, stderr, exitCode } = await runCli([
      'rbac',
      'create-key',
      '--user',
      'night',
      '--expires',
      '90d',
    ]);
    expect([stdout, exitCode]).toEqual([
      expect.stringMatching(/^mth_[0-9a-z]{8}_[0-9a-z]{50}_[0-9a-f]{8}\n$/),
      0,
    ]);
    const sum = createHash('sha256').update(stdout.trim()).digest('hex');
    expect(stderr).toContain(`- hash: "sha256:${sum}" # ${stdout.slice(4, 12)}`);
    expect(stderr).toMatch(/username: "night"[^]*expires_at: "20\d\d-/);
    expect(stderr).not.toContain(stdout.slice(13, 40));
  });

  it('makes what rbac check accepts', async () => {
    const made = JSON.parse(
      (await runCli(['rbac', 'create-key', '--json', '--expires', '2999-01-01'])).stdout,
    ) as {
      hash: string;
      expires_at: string;
    };
    expect(made.expires_at).toBe('2999-01-01T00:00:00Z');
    const cwd = folderWith(
      policy(
        `username: ci, role: operator, api_keys: [{ hash: "${made.hash}", expires_at: "${made.expires_at}" }]`,
      ),
    );
    expect((await runCli(['rbac', 'check', 'rbac.yaml'], { cwd })).exitCode).toBe(0);
  });

  it.each(['tomorrow', '2001-01-01', '0d'])('takes no end that has passed or is none: %s', async (when) => {
    const { stdout, exitCode } = await runCli(['rbac', 'create-key', '--expires', when]);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});

describe('rbac hash-key', () => {
  it('hashes a key from stdin as sha256sum does', async () => {
    const key = 'k'.repeat(64);
    const { stdout } = await runShell(`echo ${key} | mcp-test-harness rbac hash-key`);
    expect(stdout).toBe(`sha256:${createHash('sha256').update(key).digest('hex')}\n`);
  });

  it('refuses one that can be guessed, and does not repeat it', async () => {
    const { stdout, stderr, exitCode } = await runShell('echo hunter2 | mcp-test-harness rbac hash-key');
    expect([stdout, exitCode]).toEqual(['', 2]);
    expect(stderr).toContain('fewer than 43 characters');
    expect(stderr).not.toContain('hunter2');
  });
});

describe('rbac check', () => {
  it('says what roles and users may do', async () => {
    const { stdout, exitCode } = await runCli(['rbac', 'check', 'rbac.yaml'], { cwd: folderWith(policy()) });
    expect(stdout).toMatch(
      /is in order\.\n\nRoles\n {2}operator {2}test:run test:view\n\nUsers\n {2}ci {2}operator {2}1 key\n$/,
    );
    expect(exitCode).toBe(0);
  });

  it.each([
    ['test:run', 'allowed: ci (operator) has test:run\n', 0],
    ['config:reload', 'denied: ci (operator) lacks config:reload\n', 1],
  ])('answers whether a user may do %s', async (permission, stdout, exitCode) => {
    const run = await runCli(['rbac', 'check', 'rbac.yaml', '--user', 'ci', '--permission', permission], {
      cwd: folderWith(policy()),
    });
    expect([run.stdout, run.exitCode]).toEqual([stdout, exitCode]);
  });

  it('names the fault and its place', async () => {
    const { stderr, exitCode } = await runCli(['rbac', 'check', 'rbac.yaml'], {
      cwd: folderWith(policy('username: ci, role: operatr')),
    });
    expect(stderr).toMatch(/rbac\.yaml:4:\d+[^]*there is no role "operatr"[^]*Did you mean operator\?/);
    expect(exitCode).toBe(2);
  });

  it.skipIf(process.platform === 'win32')('refuses a file that others may write', async () => {
    const { stderr, exitCode } = await runCli(['rbac', 'check', 'rbac.yaml'], {
      cwd: folderWith(policy(), 0o666),
    });
    expect(stderr).toContain('may be written by others than its owner (mode 0666)');
    expect(exitCode).toBe(2);
  });

  it('shows names that hold control characters harmless', async () => {
    const { stdout } = await runCli(['rbac', 'check', 'rbac.yaml'], {
      cwd: folderWith(policy(`username: "a\\u001b[31m\\u202e", role: operator, api_key_hash: "${hash}"`)),
    });
    expect(stdout).toContain(String.raw`a\u001b[31m\u202e`);
  });
});

it.each([
  ['an unknown action', ['rbac', 'create'], /unknown action "create"[^]*create-key/],
  [
    'an option of another action',
    ['rbac', 'check', '--expires', '9d'],
    /--expires means nothing for rbac check/,
  ],
  ['a file where none is read', ['rbac', 'create-key', 'x'], /takes no file/],
])('rbac refuses %s', async (_what, args, message) => {
  const { stderr, exitCode } = await runCli(args);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});
