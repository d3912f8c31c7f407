import { z } from 'zod';
import { defaultFailOn, failOnWords } from '../../fail-on-words.ts';

/** In the order that they must rise in, with their defaults. */
export const thresholdDefaults = {
  warning_threshold_percent: 25,
  error_threshold_percent: 50,
  critical_threshold_percent: 100,
} as const;

const threshold = (name: keyof typeof thresholdDefaults, what: string) =>
  z.number().positive().max(10_000).default(thresholdDefaults[name]).describe(what);

export const performanceSchema = z
  .strictObject({
    baseline_storage_path: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Directory of the baselines, relative to this file. Default: /var/lib/mcp-test-harness/baselines where /var/lib/mcp-test-harness exists, else baselines beside this file.',
      ),
    enable_trend_analysis: z
      .boolean()
      .default(true)
      .describe('Look for steps and slow drifts over the history of each benchmark.'),
    retention_days: z
      .number()
      .int()
      .min(1)
      .max(36_500)
      .default(365)
      .describe('Runs older than this leave the history; what is approved stays.'),
    retention_runs: z
      .number()
      .int()
      .min(20)
      .max(1000)
      .default(50)
      .describe('How many runs the history keeps at most.'),
    thresholds: z
      .strictObject({
        warning_threshold_percent: threshold(
          'warning_threshold_percent',
          'Slower by this is a warning, and never becomes a baseline by itself.',
        ),
        error_threshold_percent: threshold('error_threshold_percent', 'Slower by this fails the run.'),
        critical_threshold_percent: threshold('critical_threshold_percent', 'Slower by this is critical.'),
      })
      .prefault({})
      .describe('Severities of a slowdown against the baseline, by the lower end of its interval; they rise.'),
    fail_on: z
      .array(z.enum(failOnWords))
      .default([...defaultFailOn])
      .describe(
        'What ends a comparison with the baseline with 1: regressions from the error threshold on (or from the one named), breaking changes of the contract, newly failing tests, new findings; never: nothing.',
      ),
    baseline_updates: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Let a newer run take the place of the approved one at all.'),
        confidence_threshold: z
          .number()
          .gt(0.5)
          .lt(1)
          .default(0.95)
          .describe('How sure a change must be to be worth an update.'),
        minimum_samples: z
          .number()
          .int()
          .min(2)
          .default(10)
          .describe('Calls that each benchmark needs; below 60 there is no 95th percentile.'),
        update_frequency_days: z
          .number()
          .min(0)
          .max(36_500)
          .default(7)
          .describe('At most one update in so many days.'),
      })
      .prefault({})
      .describe('When a newer run takes the place of the approved one.'),
  })
  .describe('Baselines: where they are, how long their history is, and how runs are judged by them.');
