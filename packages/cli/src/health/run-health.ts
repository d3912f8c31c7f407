import type { CheckResult } from '@mcp-test-harness/service/checks';
import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import type { Io } from '../io.ts';

interface HealthRequest {
  readonly settings: ServiceSettings;
  readonly comprehensive: boolean;
  readonly checklist: boolean;
  readonly backupDirectory: string;
  readonly timeoutMs: number;
}

interface HealthReport {
  readonly checks: readonly CheckResult[];
  /** Undefined: not asked for. */
  readonly checklist: readonly CheckResult[] | undefined;
  readonly healthy: boolean;
}

/** Looks at everything that was asked for. The checklist has the comprehensive checks as its evidence. */
export async function runHealth(request: HealthRequest, io: Io): Promise<HealthReport> {
  const { settings, backupDirectory, timeoutMs } = request;
  const service = await import('@mcp-test-harness/service/checks');
  const options = {
    settings,
    env: io.env,
    backupDirectory,
    timeoutMs,
    now: Date.now,
    onSecret: (secret: string) => void io.hide([secret]),
  };
  const wanted =
    request.comprehensive || request.checklist
      ? service.comprehensiveChecks(options)
      : service.quickChecks(options);
  const checks = await service.runChecks(wanted, io.mask);
  const checklist = request.checklist
    ? await service.runChecks(service.checklist({ ...options, results: checks }), io.mask)
    : undefined;
  const healthy = [...checks, ...(checklist ?? [])].every(({ state }) => state !== 'failed');
  return { checks, checklist, healthy };
}
