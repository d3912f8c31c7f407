import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import { userInfo } from 'node:os';
import type { Io } from './io.ts';

/**
 * Does what changes something of the service as its audit log demands: the entry first, then the work, then how it ended.
 * Without an audit log it is just done.
 */
export async function withAudit<T>(
  { security }: ServiceSettings,
  event: { readonly action: string; readonly target: string },
  io: Io,
  work: () => Promise<T>,
): Promise<T> {
  const { audit } = security;
  if (audit === undefined) return await work();
  const { audited, loadAuditKey, openAuditLog } = await import('@mcp-test-harness/service/audit');
  const log = await openAuditLog({
    file: audit.file,
    key: await loadAuditKey(audit.keyFile),
    scrub: io.mask,
  });
  return await audited(log, { ...event, actor: { username: userName(), via: 'cli' } }, work);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have a number only.
    return `uid ${process.getuid?.() ?? ''}`.trim();
  }
}
