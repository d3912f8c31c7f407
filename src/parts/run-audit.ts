import type { PlannedServer } from '@mcp-test-harness/core';
import type { AuditResult } from '@mcp-test-harness/core/audit';
import type { ComplianceResult } from '@mcp-test-harness/core/compliance';
import { openSession } from './open-session.ts';
import type { Workplace } from '../workplace.ts';

/** How long read-only tools are called with faulty arguments. */
const fuzzMs = 10_000;
/** Findings that the log tells one by one. */
const shownFindings = 50;

/** Looks a server over; what the specification says of it is taken from a judgement where there is one. */
export async function runAudit(
  server: PlannedServer,
  compliance: ComplianceResult | undefined,
  place: Workplace,
): Promise<AuditResult> {
  const { log, stop } = place;
  const { auditServer } = await import('@mcp-test-harness/core/audit');
  return await log.group('Audit', async () => {
    const result = log.masker.record(
      await auditServer({
        server: await openSession(server, place),
        fuzzMs,
        seed: Math.floor(Math.random() * 2 ** 31),
        compliance,
        signal: stop.signal,
      }),
    );
    const { findings, context } = result;
    for (const { severity, code, subject, message } of findings.slice(0, shownFindings))
      log.line(`${severity}  ${code}  ${subject.kind} ${subject.name}: ${message}`);
    if (findings.length > shownFindings) log.line(`and ${findings.length - shownFindings} more`);
    log.line(`${findings.length} findings; its tools cost a context ${context.totalTokens} tokens`);
    return result;
  });
}
