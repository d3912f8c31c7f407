import type { Config } from '@mcp-test-harness/core/config';
import type { AlertThresholds, MonitoringSettings } from './define.ts';
import { secondMs } from './units.ts';

type MonitoringConfig = Config['monitoring'];

export function readMonitoring(monitoring: MonitoringConfig): MonitoringSettings {
  const { prometheus } = monitoring;
  return {
    enabled: monitoring.enabled,
    metricsPort: monitoring.metrics_port,
    healthPort: monitoring.health_check_port,
    windowMs: monitoring.window_seconds * secondMs,
    compatNames: monitoring.compat_names,
    prometheus: {
      enabled: prometheus.enabled,
      endpoint: prometheus.endpoint,
      pushGateway: prometheus.push_gateway,
      jobName: prometheus.job_name,
    },
  };
}

export function readAlerts(alerts: MonitoringConfig['alerts']): AlertThresholds {
  return {
    performanceRegressionPercent: alerts.performance_regression_threshold,
    errorRatePercent: alerts.error_rate_threshold,
    successRatePercent: alerts.success_rate_threshold,
    responseTimeMs: alerts.response_time_threshold_ms,
  };
}
