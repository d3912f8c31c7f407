/** What the configuration says of the service, resolved: paths are absolute, times in milliseconds, ratios 0 to 1. */
import type { Plan } from '@mcp-test-harness/core';
import type { BaselineSettings, FailOnPolicy } from '@mcp-test-harness/core/baseline';
import type { ScheduleSettings } from '../scheduler/index.ts';

export interface ServiceSettings {
  /** The file that all of this was read from, and the entry of `environments` in use. */
  readonly file: string;
  readonly environment: string | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly service: {
    /** Address that the listeners bind to. */
    readonly host: string;
    /** State that outlives a restart: database, journal of runs. */
    readonly dataDir: string;
    /** How many runs this process carries out at once. */
    readonly concurrency: number;
    /** How long runs may go on after SIGTERM. */
    readonly drainMs: number;
    /** PostgreSQL; undefined: SQLite in dataDir. */
    readonly databaseUrl: string | undefined;
    readonly runRetentionMs: number;
    /** Where people reach the dashboard, without a slash at the end. */
    readonly publicUrl: string | undefined;
  };
  readonly schedules: readonly ServiceSchedule[];
  readonly monitoring: MonitoringSettings;
  readonly alerts: AlertThresholds;
  readonly distribution: DistributionSettings;
  readonly security: SecuritySettings;
  readonly reporting: {
    readonly outputDir: string;
    readonly formats: readonly string[];
    /** Undefined: reports are kept. */
    readonly retentionMs: number | undefined;
  };
  /** By name of the server under test; those without are not probed. */
  readonly healthChecks: ReadonlyMap<string, HealthCheckSettings>;
  readonly baselineDir: string;
  readonly failOn: FailOnPolicy;
  /** Rules and retention besides; the defaults in `baselineDir` when absent. */
  readonly baselines?: BaselineSettings | undefined;
  /** What runs are made of, with every suite and every server that is watched; the worker filters it. */
  readonly plan: Plan;
  /** Values that must appear nowhere. */
  readonly secrets: readonly string[];
}

/** What runs by itself, and when. */
export interface ServiceSchedule extends ScheduleSettings {
  readonly kind: RunKind;
  /** Names of suites; every one when empty. Each is a run of its own. */
  readonly suites: readonly string[];
}

export type RunKind = 'test' | 'benchmark' | 'compliance';

export interface MonitoringSettings {
  /** False: neither the health nor the metrics listener exists. */
  readonly enabled: boolean;
  /** 0: any free port. */
  readonly metricsPort: number;
  readonly healthPort: number;
  /** The time that error rate, success rate and p95 are of. */
  readonly windowMs: number;
  /** The histogram also under its old name, without a unit. */
  readonly compatNames: boolean;
  readonly prometheus: {
    /** False: `/metrics` answers 404. */
    readonly enabled: boolean;
    /** Where Prometheus answers queries. */
    readonly endpoint: string | undefined;
    readonly pushGateway: string | undefined;
    readonly jobName: string;
  };
}

/** Beyond them something is told. Percent. */
export interface AlertThresholds {
  readonly performanceRegressionPercent: number;
  readonly errorRatePercent: number;
  readonly successRatePercent: number;
  readonly responseTimeMs: number;
}

export interface DistributionSettings {
  readonly email: EmailSettings | undefined;
  readonly slack: SlackSettings | undefined;
  readonly webhooks: readonly WebhookSettings[];
  /** When daily summaries go out: minutes after midnight in `timezone`; weekly ones on Mondays. */
  readonly summaryAtMinutes: number;
  readonly timezone: string;
}

/** What a channel is told of. */
export interface Occasions {
  readonly onFailure: boolean;
  readonly onRecovery: boolean;
  readonly onRegression: boolean;
  readonly dailySummary: boolean;
  readonly weeklySummary: boolean;
}

export interface EmailSettings extends Occasions {
  readonly host: string;
  readonly port: number;
  /** none: plain text, also where the server offers more; starttls: refused without; tls: from the first byte. */
  readonly encryption: 'none' | 'starttls' | 'tls';
  readonly caFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly from: string;
  readonly recipients: readonly string[];
}

export interface SlackSettings extends Occasions {
  readonly webhookUrl: string;
  /** Only old webhooks obey it. */
  readonly channel: string | undefined;
  readonly mode: 'app' | 'legacy';
  /** As of webhooks; for servers of one's own that take what Slack takes. */
  readonly allowNetworks: readonly string[];
}

export interface WebhookSettings extends Occasions {
  readonly name: string;
  readonly url: string;
  /** Signs what is sent: X-MCP-Test-Harness-Signature: sha256=HMAC of the timestamp's header, a dot and the body. */
  readonly secret: string | undefined;
  /** Networks in CIDR notation that it may be in although they are private. */
  readonly allowNetworks: readonly string[];
}

export interface SecuritySettings {
  /** Undefined: no API listener. */
  readonly api: ApiSettings | undefined;
  /** Undefined: everybody may do everything; then the API listens on loopback only. */
  readonly rbacFile: string | undefined;
  readonly audit: { readonly file: string; readonly keyFile: string } | undefined;
  readonly encryption: EncryptionSettings | undefined;
}

export interface ApiSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: plain HTTP. */
  readonly tlsFile: string | undefined;
  /** Requests a client may make in a minute. */
  readonly requestsPerMinute: number;
  /** Networks of proxies whose X-Forwarded-For is believed, in CIDR notation. */
  readonly trustedProxies: readonly string[];
  /** The dashboard for people. */
  readonly dashboard: boolean;
}

export interface EncryptionSettings {
  /** Name in the registry of key providers. */
  readonly provider: 'vault' | 'env' | 'file';
  /** Of the provider, as `openKeyProvider` takes them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The circuit breaker over a server under test. */
export interface HealthCheckSettings {
  readonly intervalMs: number;
  /** So many failures in a row, and it is down. */
  readonly failureThreshold: number;
  readonly timeoutMs: number;
  /** A server that is down is not asked again before. */
  readonly recoveryTimeoutMs: number;
}
