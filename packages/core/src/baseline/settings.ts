import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultRetention, type Retention } from './apply-event.ts';
import { defaultPolicy, readPolicy } from './compare/policy.ts';
import type { FailOnPolicy } from './compare/types.ts';
import { defaultUpdateRules, type UpdateRules } from './propose-update.ts';
import { defaultValidity } from './validity.ts';

/** How baselines are kept, compared and changed. */
export interface BaselineSettings {
  /** Absolute path. */
  readonly directory: string;
  readonly retention: Retention;
  readonly policy: FailOnPolicy;
  readonly trend: boolean;
  readonly rules: UpdateRules;
}

/** What {@link readBaselineSettings} looks at of `performance` in a configuration. */
export interface BaselineConfig {
  /** Absolute path. */
  readonly baseline_storage_path?: string | undefined;
  readonly enable_trend_analysis: boolean;
  readonly retention_days: number;
  readonly retention_runs: number;
  readonly fail_on: readonly string[];
  readonly thresholds: {
    readonly warning_threshold_percent: number;
    readonly error_threshold_percent: number;
    readonly critical_threshold_percent: number;
  };
  readonly baseline_updates: {
    readonly enabled: boolean;
    readonly confidence_threshold: number;
    readonly minimum_samples: number;
    readonly update_frequency_days: number;
  };
}

/** State of a host's service, by the Filesystem Hierarchy Standard. */
const hostState = '/var/lib/mcp-test-harness';

/**
 * What a configuration says about baselines.
 * @param performance its key of that name
 * @param beside directory of the configuration, where baselines are kept unless it or the host says otherwise
 */
export function readBaselineSettings(performance: BaselineConfig, beside: string): BaselineSettings {
  const { thresholds, baseline_updates: updates } = performance;
  return {
    directory:
      performance.baseline_storage_path ?? join(existsSync(hostState) ? hostState : beside, 'baselines'),
    retention: { runs: performance.retention_runs, days: performance.retention_days },
    policy: readPolicy(performance.fail_on),
    trend: performance.enable_trend_analysis,
    rules: {
      enabled: updates.enabled,
      confidence: updates.confidence_threshold,
      validity: { ...defaultValidity, minimumSamples: updates.minimum_samples },
      frequencyDays: updates.update_frequency_days,
      thresholds: {
        warningPercent: thresholds.warning_threshold_percent,
        errorPercent: thresholds.error_threshold_percent,
        criticalPercent: thresholds.critical_threshold_percent,
      },
    },
  };
}

/** Without a configuration, for a directory that is named. */
export function defaultBaselineSettings(directory: string): BaselineSettings {
  return {
    directory,
    retention: defaultRetention,
    policy: defaultPolicy,
    trend: true,
    rules: defaultUpdateRules,
  };
}
