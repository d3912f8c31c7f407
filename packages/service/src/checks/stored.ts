/** What lies on disks and in databases. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { loadAuditKey, verifyWholeLog } from '../audit/index.ts';
import { loadPolicy } from '../auth/index.ts';
import { databaseFileIn, latestBackup, verifyBackup, type Environment } from '../backup/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import { openStore } from '../store/index.ts';
import { loadTlsSettings, readTlsMaterial } from '../tls/index.ts';
import { failed, passed, skipped, type Check } from './define.ts';
import { judgeDiskSpace, readDiskSpace, type DiskSpace } from './disk.ts';
import { messageOf } from './run-checks.ts';

interface StoredOptions {
  readonly settings: ServiceSettings;
  readonly env: Environment;
  /** Where backups lie. */
  readonly backupDirectory: string;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Replaced by tests, which cannot fill a disk. */
  readonly diskSpace?: ((directory: string) => Promise<DiskSpace>) | undefined;
}

const dayMs = 86_400_000;
/** A certificate that ends within this is to be renewed now. */
const soonDays = 14;
/** A backup a day. */
const freshHours = 24;

export function checkStored(options: StoredOptions): readonly Check[] {
  return [
    checkDatabase(options),
    checkCertificate(options),
    ...checkDisks(options),
    checkPolicy(options),
    checkBaselines(options),
    checkAuditLog(options),
    checkBackups(options),
  ];
}

function checkDatabase({ settings, timeoutMs }: StoredOptions): Check {
  const { databaseUrl, dataDir } = settings.service;
  return {
    name: 'database',
    timeoutMs,
    run: async () => {
      const store = await openStore(
        databaseUrl === undefined
          ? { file: databaseFileIn(dataDir), schemaChanges: 'refuse' }
          : { url: databaseUrl, schemaChanges: 'refuse', maxConnections: 1, connectTimeoutMs: timeoutMs },
      );
      try {
        await store.ping();
        const [fault, ...more] = await store.checkIntegrity();
        if (fault === undefined)
          return passed(`${store.kind} answers, and its integrity check finds nothing`);
        return failed(
          `${fault.message}${more.length === 0 ? '' : ` (and ${more.length} more)`}`,
          'Stop the service and restore the newest backup.',
        );
      } finally {
        await store.close();
      }
    },
  };
}

function checkCertificate({ settings, timeoutMs, now }: StoredOptions): Check {
  const file = settings.security.api?.tlsFile;
  return {
    name: 'TLS certificate',
    timeoutMs,
    run: async () => {
      const tls = file === undefined ? undefined : await loadTlsSettings(file);
      if (tls === undefined) return skipped('the API speaks no TLS');
      const { expiresAt, warnings } = await readTlsMaterial(tls, now());
      const days = Math.floor((expiresAt - now()) / dayMs);
      if (days < soonDays || warnings.length > 0)
        return failed(
          warnings[0] ?? `${tls.certFile} ends in ${days} days`,
          'Renew it; the service takes up the new files by itself.',
        );
      return passed(`${tls.certFile} is good for ${days} days`);
    },
  };
}

function checkDisks({
  settings,
  timeoutMs,
  diskSpace = readDiskSpace,
  backupDirectory,
}: StoredOptions): readonly Check[] {
  const { service, reporting, baselineDir, security } = settings;
  const directories: Readonly<Record<string, string | undefined>> = {
    data: service.dataDir,
    reports: reporting.outputDir,
    baselines: baselineDir,
    'audit log': security.audit === undefined ? undefined : dirname(security.audit.file),
    backups: backupDirectory,
  };
  return Object.entries(directories).flatMap(([what, directory]) =>
    directory === undefined
      ? []
      : [
          {
            name: `disk of ${what}`,
            timeoutMs,
            run: async () => judgeDiskSpace(directory, await diskSpace(directory)),
          },
        ],
  );
}

function checkPolicy({ settings, timeoutMs, now }: StoredOptions): Check {
  const { rbacFile } = settings.security;
  return {
    name: 'RBAC policy',
    timeoutMs,
    run: async () => {
      if (rbacFile === undefined) return skipped('security.rbac is off');
      const policy = await loadPolicy(rbacFile, now());
      return passed(`${rbacFile} is sound: ${policy.users.size} users`);
    },
  };
}

/** As the largest document that is read. */
const largestBaselineBytes = 128 * 1024 * 1024;

function checkBaselines({ settings, timeoutMs }: StoredOptions): Check {
  return {
    name: 'baselines',
    timeoutMs,
    run: async () => {
      const { openBaselineStore, judgeResponseTimes, readResponseTimes, defaultRetention } =
        await import('@mcp-test-harness/core/baseline');
      const store = await openBaselineStore(
        'file',
        { directory: settings.baselineDir },
        { retention: defaultRetention },
      );
      const found = await store.list();
      const faults: string[] = [];
      for (const { place } of found) {
        const name = basename(dirname(place));
        try {
          const { size } = await stat(place);
          if (size > largestBaselineBytes) throw new Error(`it has ${size} bytes`);
          const times = await readResponseTimes(await readFile(place, 'utf8'), place);
          const verdict = times === undefined ? undefined : judgeResponseTimes(times);
          if (verdict?.valid === false) faults.push(`${name}: ${verdict.message}`);
        } catch (error) {
          faults.push(`${name}: ${messageOf(error)}`);
        }
      }
      if (faults.length > 0) return failed(faults.join('; '), 'See `mcp-test-harness baseline validate`.');
      return found.length === 0
        ? failed(
            `${settings.baselineDir} holds no baselines`,
            'Make them: mcp-test-harness benchmark --establish-baseline.',
          )
        : passed(`${found.length} in ${settings.baselineDir}, all sound`);
    },
  };
}

function checkAuditLog({ settings, timeoutMs }: StoredOptions): Check {
  const { audit } = settings.security;
  return {
    name: 'audit log',
    timeoutMs,
    run: async () => {
      if (audit === undefined) return skipped('security.enable_audit_logging is off');
      const verdict = await verifyWholeLog({ file: audit.file, key: await loadAuditKey(audit.keyFile) });
      return verdict.state === 'intact'
        ? passed(`${audit.file}: entries ${verdict.first} to ${verdict.last.seq} are as they were written`)
        : failed(
            `${verdict.file}:${verdict.line}: ${verdict.reason}`,
            'Somebody changed it, or a disk did. Keep it as evidence.',
          );
    },
  };
}

function checkBackups({ backupDirectory, timeoutMs, now, env }: StoredOptions): Check {
  return {
    name: 'backup',
    timeoutMs,
    run: async () => {
      const newest = await latestBackup(backupDirectory);
      if (newest === undefined)
        return failed(`${backupDirectory} holds none`, 'Make one: mcp-test-harness backup create.');
      const hours = (now() - newest.at) / 3_600_000;
      const said = `${join(backupDirectory, newest.name)} is ${hours.toFixed(0)} hours old`;
      if (hours >= freshHours) return failed(said, 'Is the timer of backups running?');
      const [problem] = (await verifyBackup(backupDirectory, newest.name, { env })).problems;
      return problem === undefined
        ? passed(`${said}, and as it was made`)
        : failed(`${said}, and ${problem.file}: ${problem.reason}`, 'Make another, and look at that disk.');
    },
  };
}
