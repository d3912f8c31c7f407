import type { PlannedServer, RunResult } from '@mcp-test-harness/core';
import type { ComplianceResult } from '@mcp-test-harness/core/compliance';
import { openSession } from './open-session.ts';
import type { Workplace } from '../workplace.ts';

/** A judgement, and the same as a run of tests, for reports. */
export interface Judgement {
  readonly compliance: ComplianceResult;
  readonly asRun: RunResult;
}

/** Judges a server by the requirements of the specification; only its read-only tools are called. */
export async function runCompliance(server: PlannedServer, place: Workplace): Promise<Judgement> {
  const { log, stop, harness } = place;
  const { runCompliance: judge, toRunResult } = await import('@mcp-test-harness/core/compliance');
  return await log.group('Compliance', async () => {
    const result = log.masker.record(
      await judge({
        server: await openSession(server, place),
        profile: 'newest',
        call: 'read-only',
        signal: stop.signal,
      }),
    );
    const { totals, score } = result;
    for (const { id, status, message = '' } of result.results) {
      if (status === 'failed' || status === 'warning') log.line(`${status}  ${id}  ${message}`);
    }
    log.line(
      `${totals.passed} passed, ${totals.failed} failed, ${totals.warnings} warnings, ${totals.notApplicable} not applicable, ${totals.notTestable} not testable${score === undefined ? '' : `; score ${Math.round(score * 100)} %`}`,
    );
    return { compliance: result, asRun: log.masker.record(toRunResult(result, { harness })) };
  });
}
