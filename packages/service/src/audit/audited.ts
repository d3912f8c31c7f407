import { isHarnessError } from '@mcp-test-harness/core/errors';
import type { AuditLog } from './audit-log.ts';
import type { AuditEvent } from './event.ts';

/**
 * Does what has to be logged: first the entry that somebody wants to, then the work, then how it ended. When the first
 * entry cannot be written nothing is done.
 * @throws what the work throws, and IO_WRITE also when it is done and its end could not be written
 */
export async function audited<T>(
  log: AuditLog,
  event: Omit<AuditEvent, 'outcome' | 'of'>,
  work: () => Promise<T>,
): Promise<T> {
  const { seq } = await log.append({ ...event, outcome: 'attempted' });
  const { detail: _told, ...end } = event;
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const detail = { code: isHarnessError(error) ? error.code : 'INTERNAL' };
    // Where this cannot be written, an entry without an end says as much, and the first fault is the one to mend.
    await log.append({ ...end, outcome: 'failed', of: seq, detail }).catch(() => undefined);
    throw error;
  }
  await log.append({ ...end, outcome: 'succeeded', of: seq });
  return result;
}
