import { openAuditLog } from '@mcp-test-harness/service/audit';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const newFolder = temporaryFolders();

/** A log of two parts whose key the command line has made. */
async function writtenLog(): Promise<string> {
  const cwd = newFolder();
  const made = await runCli(['audit-log', 'create-key', 'audit.log.key'], { cwd });
  expect([made.stdout, made.exitCode]).toEqual(['', 0]);
  const key = Buffer.from(readFileSync(join(cwd, 'audit.log.key'), 'utf8').trim(), 'hex');
  const log = await openAuditLog({ file: join(cwd, 'audit.log'), key });
  const add = () => log.append({ action: 'test:run', outcome: 'succeeded', actor: { via: 'cli' } });
  await add();
  renameSync(join(cwd, 'audit.log'), join(cwd, 'audit.log.1'));
  await add();
  return cwd;
}

function change(file: string): void {
  const text = readFileSync(file, 'latin1');
  writeFileSync(file, text.replace('test:run', 'test:view'));
}

describe('audit-log verify', () => {
  // The guide says `audit verify`.
  it.each([[['audit-log', 'verify']], [['audit', 'verify']]])(
    '%j says that a log is intact, and its head',
    async (words) => {
      const { stdout, exitCode } = await runCli([...words, 'audit.log'], { cwd: await writtenLog() });
      expect(stdout).toMatch(/^intact {2}entries 1 to 5 in 2 files\nhead {4}5:[0-9a-f]{64}\n$/);
      expect(exitCode).toBe(0);
    },
  );

  it.each(['audit.log', 'audit.log.1'])(
    'names the file and the line when a byte of %s was changed',
    async (name) => {
      const cwd = await writtenLog();
      change(join(cwd, name));
      const { stdout, exitCode } = await runCli(['audit-log', 'verify', 'audit.log'], { cwd });
      const line = name === 'audit.log' ? 2 : 3;
      expect(stdout).toContain(
        `broken  ${join(cwd, name)}:${line}: entry ${name === 'audit.log' ? 5 : 3} is not as it was written`,
      );
      expect(exitCode).toBe(1);
    },
  );

  it('finds by an earlier head what was replaced with its key', async () => {
    const cwd = await writtenLog();
    const { stdout } = await runCli(['audit-log', 'verify', 'audit.log'], { cwd });
    const head = /^head +(\S+)$/m.exec(stdout)?.[1] ?? '';
    expect(
      (await runCli(['audit-log', 'verify', 'audit.log', '--expect-head', head], { cwd })).exitCode,
    ).toBe(0);
    const other = `${head.slice(0, -1)}${head.endsWith('0') ? '1' : '0'}`;
    const { stdout: broken, exitCode } = await runCli(
      ['audit-log', 'verify', 'audit.log', '--expect-head', other, '--json'],
      { cwd },
    );
    expect(JSON.parse(broken)).toMatchObject({
      state: 'broken',
      reason: 'entry 5 is not the one that was expected',
    });
    expect(exitCode).toBe(1);
  });

  it('verifies old parts by themselves', async () => {
    const cwd = await writtenLog();
    const args = ['audit-log', 'verify', '--archive', '--key-file', 'audit.log.key', 'audit.log.1'];
    expect((await runCli(args, { cwd })).stdout).toMatch(/^intact {2}entries 1 to 3 in 1 file\n/);
  });

  it('is broken where there is no head, or no log', async () => {
    const cwd = await writtenLog();
    rmSync(join(cwd, 'audit.log.head'));
    const { stdout, exitCode } = await runCli(['audit-log', 'verify', 'audit.log'], { cwd });
    expect(stdout).toMatch(/^broken .*the head is missing/);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['no file', ['audit-log', 'verify'], 2, /needs a file/],
    ['no key', ['audit-log', 'verify', 'other.log'], 4, /cannot read the key of the audit log/],
    ['an unknown action', ['audit-log', 'verfy', 'audit.log'], 2, /Did you mean verify\?/],
    ['a head that is none', ['audit-log', 'verify', 'audit.log', '--expect-head', '5'], 2, /is no head/],
    ['a key that exists', ['audit-log', 'create-key', 'audit.log.key'], 4, /never written over/],
    ['an option of another action', ['audit-log', 'create-key', 'x', '--json'], 2, /means nothing/],
  ])('ends with an error for %s', async (_what, args, code, message) => {
    const { stderr, exitCode } = await runCli(args, { cwd: await writtenLog() });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(code);
  });

  it.skipIf(process.platform === 'win32')('has a key for its owner alone', async () => {
    expect(statSync(join(await writtenLog(), 'audit.log.key')).mode & 0o777).toBe(0o600);
  });

  it('explains itself, also as `audit verify --help`', async () => {
    const { stdout } = await runCli(['audit', 'verify', '--help']);
    expect(stdout).toMatch(/^Verify the audit log of the service/);
  });
});
