/** The units, as systemd itself judges them. */
import { chmodSync, copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../support/folders.ts';
import { deploy, readDeployed } from './support/deploy-files.ts';
import { runProgram, skippedWithout } from './support/programs.ts';

const units = globSync('systemd/*.{service,timer}', { cwd: deploy }).toSorted();
const services = units.filter((unit) => unit.endsWith('.service'));
const skipped = skippedWithout('systemd-analyze');
const newFolder = temporaryFolders();

/** The values of a key of a unit, in their order. */
const valuesOf = (unit: string, key: string): readonly string[] =>
  readDeployed(unit)
    .split('\n')
    .flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));

describe.skipIf(skipped !== '')(`the units in systemd's judgement${skipped}`, () => {
  let folder: string;
  const copies = (): readonly string[] => units.map((unit) => join(folder, basename(unit)));

  beforeAll(() => {
    folder = newFolder({ 'mcp-test-harness': '#!/bin/sh\n' });
    chmodSync(join(folder, 'mcp-test-harness'), 0o755);
    for (const unit of units) {
      const copy = join(folder, basename(unit));
      copyFileSync(join(deploy, unit), copy);
      // systemd-analyze looks for what is started; on this machine it is not installed.
      writeFileSync(copy, readFileSync(copy, 'utf8').replaceAll('/usr/local/bin', folder));
    }
  });

  it('are accepted without a word: of unknown keys it warns, and ends with 0 all the same', async () => {
    const { exitCode, stdout, stderr } = await runProgram('systemd-analyze', ['verify', ...copies()]);
    expect(`${exitCode} ${stdout}${stderr}`).toBe('0 ');
  });

  it('would be told of, if a key were wrong', async () => {
    const copy = join(newFolder(), 'mcp-test-harness.service');
    const text = readFileSync(join(folder, 'mcp-test-harness.service'), 'utf8');
    writeFileSync(copy, text.replace('KillMode', 'KillMod'));
    expect((await runProgram('systemd-analyze', ['verify', copy])).stderr).toContain('KillMod');
  });

  /** Exposure as systemd 252 sees it, from 0 (none) to 10; the network is what it has to be exposed to. */
  it.each(services)('%s is exposed by no more than 2.0 of 10', async (unit) => {
    const args = ['security', '--offline=true', '--threshold=20', '--no-pager', join(folder, basename(unit))];
    const { exitCode, stdout } = await runProgram('systemd-analyze', args);
    expect(`${exitCode} ${stdout.split('\n').at(-2)}`).toMatch(/^0 .*exposure level/);
  });
});

describe('a unit', () => {
  it('is there for the service, and for each job one with its timer', () => {
    expect(units.map((unit) => basename(unit))).toEqual([
      'mcp-test-harness-backup.service',
      'mcp-test-harness-backup.timer',
      'mcp-test-harness-maintenance.service',
      'mcp-test-harness-maintenance.timer',
      'mcp-test-harness.service',
    ]);
  });

  const hardening = (unit: string): string => {
    const text = readDeployed(unit);
    return text.slice(text.indexOf('NoNewPrivileges'), text.indexOf('# Not MemoryDenyWriteExecute'));
  };

  it.each(services)('%s is hardened as the others are', (unit) => {
    expect(hardening(unit)).toBe(hardening('systemd/mcp-test-harness.service'));
    expect(hardening(unit).split('\n').length).toBeGreaterThan(20);
  });

  it('gives the service longer to stop than it may take to drain', () => {
    const [limit = ''] = valuesOf('systemd/mcp-test-harness.service', 'TimeoutStopSec');
    expect(Number(limit)).toBeGreaterThanOrEqual(120 + 15);
  });

  it('lets a service that fails again and again stay down until somebody looks', () => {
    const unit = 'systemd/mcp-test-harness.service';
    const [[interval], [burst], [pause]] = [
      valuesOf(unit, 'StartLimitIntervalSec'),
      valuesOf(unit, 'StartLimitBurst'),
      valuesOf(unit, 'RestartSec'),
    ];
    expect(Number(burst) * Number(pause)).toBeLessThan(Number(interval));
    expect(readDeployed(unit)).toContain('systemctl reset-failed');
  });

  it.each(services)(
    '%s runs as the user that sysusers makes, and writes where tmpfiles and systemd let it',
    (unit) => {
      const user = /^u (\S+)/m.exec(readDeployed('systemd/mcp-test-harness.sysusers.conf'))?.[1];
      expect(valuesOf(unit, 'User')).toEqual([user]);
      const tmpfiles = readDeployed('systemd/mcp-test-harness.tmpfiles.conf');
      for (const path of valuesOf(unit, 'ReadWritePaths'))
        if (path.startsWith('-/var')) expect(tmpfiles).toContain(` ${path.slice(1)} `);
    },
  );
});
