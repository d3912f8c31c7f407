import type { RunResult } from '@mcp-test-harness/core';
import type { AuditFinding, ContextCost } from '@mcp-test-harness/core/audit';
import type { BaselineComparison, FailOnPolicy } from '@mcp-test-harness/core/baseline';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import type { ComplianceResult } from '@mcp-test-harness/core/compliance';
import type { JobIdentity, ReportedBaseline, ReportLink } from '../types.ts';

/** What of an audit is reported. */
export interface AuditedServer {
  readonly server: Pick<ComplianceResult['server'], 'name'>;
  readonly findings: readonly AuditFinding[];
  readonly context: ContextCost;
  /** Lists that the server declared and would not give. */
  readonly unreadable: readonly { readonly list: string; readonly reason: string }[];
  readonly compliance: Pick<ComplianceResult, 'totals' | 'results'>;
}

/** What a job did, and what is known of it besides. */
export interface JobReportParts {
  readonly job: JobIdentity;
  readonly harness: { readonly version: string };
  /** Absolute path of the repository: places outside of it are not told. */
  readonly root: string;
  readonly finishedAt: Date;
  readonly durationMs: number;
  /** As it ran; what baselines say of it is in {@link baselineComparisons}. */
  readonly tests?: RunResult | undefined;
  readonly compliance?: RunResult | undefined;
  readonly audit?: AuditedServer | undefined;
  /** With what it was compared with: its base, its baselines. */
  readonly benchmark?: BenchmarkResult | undefined;
  /** Of runs of tests without benchmarks. */
  readonly baselineComparisons?: readonly BaselineComparison[] | undefined;
  readonly baseline: ReportedBaseline;
  /** The same that the comparisons were made with. */
  readonly failOn: FailOnPolicy;
  /** The same for sides that were measured in turns. Default: that of {@link failOn}. */
  readonly sideBySideLevel?: FailOnPolicy['regressions'] | undefined;
  /** What kept the job from a verdict: anything thrown. */
  readonly error?: unknown;
  readonly cancelled?: boolean | undefined;
  readonly notes?: readonly string[] | undefined;
  readonly links?: readonly ReportLink[] | undefined;
}

/** All that was held against a baseline, each once. */
export function comparisonsOf({
  benchmark,
  baselineComparisons = [],
}: Pick<JobReportParts, 'benchmark' | 'baselineComparisons'>): readonly BaselineComparison[] {
  return [...new Set([...(benchmark?.baselines ?? []), ...baselineComparisons])];
}
