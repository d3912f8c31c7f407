import type { LoadedConfig } from '@mcp-test-harness/core';
import {
  defaultRetention,
  defaultUpdateRules,
  defaultPolicy,
  defaultValidity,
  readPolicy,
  type FailOnPolicy,
  type Retention,
  type UpdateRules,
} from '@mcp-test-harness/core/baseline';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the configuration says about baselines. */
export interface BaselineSettings {
  /** Absolute path. */
  readonly directory: string;
  readonly retention: Retention;
  readonly policy: FailOnPolicy;
  readonly trend: boolean;
  readonly rules: UpdateRules;
}

/** State of a host's service, by the Filesystem Hierarchy Standard. */
const hostState = '/var/lib/mcp-test-harness';

export function readBaselineSettings({ config, file }: LoadedConfig): BaselineSettings {
  const { performance } = config;
  const { thresholds, baseline_updates: updates } = performance;
  const beside = dirname(file);
  return {
    directory:
      performance.baseline_storage_path === undefined
        ? join(existsSync(hostState) ? hostState : beside, 'baselines')
        : performance.baseline_storage_path,
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
