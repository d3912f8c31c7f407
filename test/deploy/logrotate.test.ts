/** Real logrotate over an audit log that is written all the while. */
import { openAuditLog, verifyWholeLog } from '@mcp-test-harness/service/audit';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../support/folders.ts';
import { readDeployed } from './support/deploy-files.ts';
import { findProgram, runProgram, skippedWithout } from './support/programs.ts';

const skipped =
  skippedWithout('logrotate') ||
  (process.getuid?.() === 0
    ? ''
    : ' (skipped: logrotate takes the user of the service, which only root can)');
const newFolder = temporaryFolders();
const key = Buffer.alloc(32, 5);
const config = readDeployed('logrotate/mcp-test-harness');

describe.skipIf(skipped !== '')(`logrotate${skipped}`, () => {
  it('rotates the audit log while it is written: every entry is there, and the chain is whole', async () => {
    const folder = newFolder();
    const file = join(folder, 'audit.log');
    const here = config
      .replace('/var/log/mcp-test-harness', folder)
      .replace('su mcp-test-harness mcp-test-harness', 'su root root');
    const settings = join(newFolder({ 'logrotate.conf': here }), 'logrotate.conf');
    // logrotate reads nothing that others may write.
    chmodSync(settings, 0o644);

    const log = await openAuditLog({ file, key });
    let written = 1;
    const write = async (): Promise<void> => {
      await log.append({
        action: 'test:run',
        outcome: 'succeeded',
        actor: { via: 'system' },
        target: 'core',
      });
      written += 1;
    };
    const enough = new AbortController();
    const writing = (async () => {
      while (!enough.signal.aborted) await write();
    })();

    const rotate = async (): Promise<string> => {
      const args = ['--force', '--state', join(folder, 'state'), settings];
      const { exitCode, stderr } = await runProgram(findProgram('logrotate') ?? '', args);
      return `${exitCode} ${stderr}`;
    };
    await sleep(50);
    expect(await rotate()).toBe('0 ');
    // The name of a part has the second in it.
    await sleep(1100);
    expect(await rotate()).toBe('0 ');
    await sleep(50);
    enough.abort();
    await writing;
    // The last one may have been on its way into the part that was renamed.
    await write();

    const parts = readdirSync(folder).filter((name) => /^audit\.log-\d{8}-\d+(\.gz)?$/.test(name));
    expect(parts.map((name) => name.endsWith('.gz'))).toEqual([true, false]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const verdict = await verifyWholeLog({ file, key });
    expect(verdict).toMatchObject({ state: 'intact', first: 1 });
    if (verdict.state === 'intact') expect(verdict.last.seq).toBeGreaterThanOrEqual(written);
    expect(written).toBeGreaterThan(5);
  });
});

describe('the configuration of logrotate', () => {
  it('renames: what copies and truncates would lose entries', () => {
    const lines = config.split('\n').map((line) => line.trim());
    expect(lines).toContain('nocreate');
    expect(lines.filter((line) => line.startsWith('copy'))).toEqual([]);
  });

  it('takes the log alone, not its head, key and lock', () => {
    expect(/^(\/\S+) \{$/m.exec(config)?.[1]).toBe('/var/log/mcp-test-harness/audit.log');
  });
});
