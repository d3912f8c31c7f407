import { audited, type AuditEvent, type AuditLog } from '../../audit/index.ts';
import type { Caller } from './caller.ts';

/** Writes who did what, and who was refused what. What cannot be written is not done: it throws IO_WRITE, which is 503. */
export interface AuditTrail {
  /** Does what changes something. */
  readonly change: <T>(caller: Caller, change: Change, work: () => Promise<T>) => Promise<T>;
  readonly denied: (event: Omit<AuditEvent, 'outcome' | 'of'>) => Promise<void>;
}

/** What is changed: a permission, or another `resource:action`; of what; and how. */
type Change = Pick<AuditEvent, 'action' | 'target' | 'detail'>;

/** @param log undefined: the audit log is switched off */
export function createAuditTrail(log: AuditLog | undefined): AuditTrail {
  return {
    change: async ({ actor }, change, work) =>
      log === undefined ? await work() : await audited(log, { ...change, actor }, work),
    denied: async (event) => {
      await log?.append({ ...event, outcome: 'denied' });
    },
  };
}
