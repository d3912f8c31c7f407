/** The summary of a run, as the store has it: of this version of the service or of an earlier one. */
import { z } from 'zod';

const amount = z.int().nonnegative();

export const summarySchema = z.object({
  version: z.literal(1),
  kind: z.string(),
  verdict: z.string(),
  startedAt: z.number().describe('ms since 1970'),
  durationMs: z.number(),
  suites: z.array(
    z.object({
      suite: z.string(),
      server: z.string(),
      passed: amount,
      failed: amount,
      errored: amount,
      skipped: amount,
      flaky: amount,
      retries: amount,
      violations: z.record(z.string(), z.number()).describe('By limit'),
      latency: z
        .object({ n: amount, p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() })
        .optional()
        .describe('Of the calls of the tests'),
      baselineP95Ms: z.number().optional().describe('Of the approved baseline'),
    }),
  ),
  failures: z
    .array(
      z.object({
        test: z.string(),
        outcome: z.enum(['failed', 'errored']),
        message: z.string(),
        location: z.string().optional().describe('file:line:column'),
      }),
    )
    .describe('At most 50'),
  regressions: z
    .array(
      z.object({
        id: z.string(),
        metric: z.string(),
        changePercent: z.number(),
        severity: z.enum(['warning', 'error', 'critical']),
      }),
    )
    .describe('Slower than their baseline; at most 50'),
  notes: z.array(z.string()).describe('What the comparison with baselines says besides'),
  reports: z.array(z.string()).describe('Names of the report files'),
});

export type StoredSummary = z.infer<typeof summarySchema>;

/** Undefined for what is no summary that we can read. */
export function readSummary(document: unknown): StoredSummary | undefined {
  const read = summarySchema.safeParse(document);
  return read.success ? read.data : undefined;
}
