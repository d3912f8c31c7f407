import { loadAuditKey } from '../audit/index.ts';
import { loadPolicy } from '../auth/index.ts';
import { openKeyProvider } from '../secrets/index.ts';
import { loadTlsSettings, readTlsMaterial } from '../tls/index.ts';
import { jobsOf } from './jobs.ts';
import { loadService, type ServiceSource } from '../settings/index.ts';

/**
 * Reads everything that a start would read, and opens nothing.
 * @returns lines for people
 * @throws HarnessError or HarnessErrorList for what would keep it from starting
 */
export async function checkService(source: ServiceSource): Promise<readonly string[]> {
  const { settings, warnings } = await loadService(source);
  const jobs = jobsOf(settings);
  const { api, audit, encryption, rbacFile } = settings.security;
  const policy = rbacFile === undefined ? undefined : await loadPolicy(rbacFile);
  if (audit !== undefined) await loadAuditKey(audit.keyFile);
  if (encryption !== undefined) {
    const keys = await openKeyProvider(encryption.provider, encryption.options, { env: source.env });
    await keys.close?.();
  }
  const tls = api?.tlsFile === undefined ? undefined : await loadTlsSettings(api.tlsFile);
  const material = tls === undefined ? undefined : await readTlsMaterial(tls, Date.now());
  const next = jobs.map(({ schedule }) => ({ id: schedule.id, at: schedule.nextDue(Date.now()) }));
  return [
    ...[...warnings, ...(material?.warnings ?? [])].map((warning) => `warning  ${warning}`),
    `${settings.plan.suites.length} suites, ${jobs.length} scheduled`,
    ...next.map(({ id, at }) => `${id}  next ${at === undefined ? 'never' : new Date(at).toISOString()}`),
    ...(policy === undefined ? [] : [`${policy.users.size} users`]),
    'sound',
  ];
}
