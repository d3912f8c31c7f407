import { relative } from 'node:path';
import { stringify } from 'yaml';

export interface ServerChoice {
  /** Absolute. */
  readonly root: string;
  readonly cwd: string;
  /** Empty: an example. */
  readonly command: readonly string[];
  readonly url: string | undefined;
  readonly transport: string | undefined;
}

const schemaUrl =
  'https://raw.githubusercontent.com/mcp-test-harness/mcp-test-harness/main/schema/mcp-test-harness.schema.json';
const head = `# yaml-language-server: $schema=${schemaUrl}`;

/** The configurations of the three environments, and what is laid over them for a place. */
export function configFiles(server: ServerChoice): Readonly<Record<string, string>> {
  return {
    'config/production.yaml': production(server),
    'config/staging.yaml': staging,
    'config/development.yaml': development,
    'config/environments/aws.yaml': aws,
    'config/environments/gcp.yaml': gcp,
    'config/environments/on-premise.yaml': onPremise,
  };
}

function production(server: ServerChoice): string {
  return `${head}
# The service in production: mcp-test-harness serve --config FILE
include: ["../test-suites/**/*.yaml"]

${serverSection(server)}
global:
  environment: production
  max_global_concurrency: 8
  global_timeout_seconds: 600
  log_level: info
  # Of each server under test, with all its children.
  resource_limits:
    max_memory_mb: 512
    max_cpu_seconds: 300
  retry:
    max_retries: 3
    retry_delay_ms: 2000
    exponential_backoff: true
    retry_on_patterns: ["connection refused", "timeout", "temporary failure", "resource unavailable"]

service:
  # Database, baselines, reports. Several replicas share PostgreSQL instead: set DATABASE_URL.
  data_dir: /var/lib/mcp-test-harness
  drain_seconds: 30
  timezone: UTC

schedules:
  - { name: core, suites: [core-protocol], every: 15m, jitter: 1m }
  - { name: security, suites: [security-compliance], cron: "0 3 * * *", jitter: 5m }
  - { name: benchmarks, kind: benchmark, suites: [performance-benchmarks], cron: "30 3 * * *" }

monitoring:
  metrics_port: 9090
  health_check_port: 8080
  prometheus:
    job_name: mcp-test-harness
  alerts:
    performance_regression_threshold: 30
    error_rate_threshold: 5
    success_rate_threshold: 95
    response_time_threshold_ms: 10000

performance:
  thresholds:
    warning_threshold_percent: 25
    error_threshold_percent: 50
    critical_threshold_percent: 75
  baseline_updates:
    enabled: true
    confidence_threshold: 0.95
    minimum_samples: 60
    update_frequency_days: 7

reporting:
  output_dir: /var/log/mcp-test-harness/reports
  formats: [html, json, junit]
  retention_days: 90
  # Whom to tell. Passwords and addresses of webhooks come from the environment.
  # distribution:
  #   summary_at: "07:00"
  #   email:
  #     smtp_server: smtp.example.com
  #     username: "\${SMTP_USERNAME}"
  #     password: "\${SMTP_PASSWORD}"
  #     from_address: mcp-test-harness@example.com
  #     recipients: ["team@example.com"]
  #     daily_summary: true
  #   slack:
  #     webhook_url: "\${SLACK_WEBHOOK_URL}"
  #     weekly_summary: true

security:
  enable_audit_logging: true
  audit_log_path: /var/log/mcp-test-harness/audit.log
  audit_key_file: ../audit.key
  rbac:
    config_file: ../rbac.yaml
  # With TLS the API listens on service.host, without it on loopback only.
  # tls:
  #   config_file: ../tls-config.yaml
  api:
    port: 8443
  # Reports hold what servers were sent and answered.
  # data_protection:
  #   encrypt_sensitive_data: true
  #   key_management: vault
  #   vault_endpoint: "\${VAULT_ENDPOINT}"
`;
}

/** What the guide recommends for every server under watch. */
const healthCheck = `  health_check:
    interval_seconds: 30
    failure_threshold: 5
    timeout_seconds: 10
    recovery_timeout_seconds: 60
`;

function serverSection({ root, cwd, command, url, transport }: ServerChoice): string {
  const [program, ...args] = command;
  const workingDir = relative(`${root}/config`, cwd);
  const section =
    url !== undefined
      ? { transport: transport ?? transportOf(url), url: literal(url) }
      : program === undefined
        ? undefined
        : {
            command: literal(program),
            args: args.map(literal),
            ...(workingDir === '' ? {} : { working_dir: literal(workingDir) }),
          };
  if (section !== undefined) return `${stringify({ server: section }, { lineWidth: 0 })}${healthCheck}`;
  return `# An example: put your own server here.
server:
  command: npx
  args: ["-y", "@modelcontextprotocol/server-everything"]
${healthCheck}`;
}

function transportOf(url: string): string {
  return /^wss?:/i.test(url) ? 'websocket' : 'http';
}

/** Keeps a `${` of the user's shell line from being read as a variable. */
function literal(text: string): string {
  return text.replaceAll('${', '$${');
}

const staging = `${head}
# As production, with less of everything.
extends: production.yaml

global:
  environment: staging
  max_global_concurrency: 4

monitoring:
  alerts:
    error_rate_threshold: 10
`;

const development = `${head}
# On a laptop: nothing runs by itself, and all state is in the directory state beside this one.
extends: production.yaml

global:
  environment: development
  log_level: debug
  max_global_concurrency: 2
  fail_fast: true

service:
  host: 127.0.0.1
  data_dir: ../state

schedules: []

monitoring:
  metrics_port: 9464

performance:
  thresholds:
    critical_threshold_percent: 100

reporting:
  output_dir: ../state/reports

security:
  enable_audit_logging: false
  # Set to nothing: everybody may do everything, from this host only.
  rbac:
`;

const overlayHead = (place: string) => `${head}
# Laid over a configuration: mcp-test-harness serve --config config/production.yaml --overlay config/environments/${place}.yaml
`;

const aws = `${overlayHead('aws')}
service:
  # A Spot instance is taken away two minutes after its notice.
  drain_seconds: 110
`;

const gcp = `${overlayHead('gcp')}
service:
  # A Spot VM is taken away thirty seconds after its notice.
  drain_seconds: 25
`;

const onPremise = `${overlayHead('on-premise')}
service:
  # Nobody takes the machine away: runs may end.
  drain_seconds: 300

monitoring:
  # Prometheus is often on the same host, and has 9090 itself.
  metrics_port: 9464
`;
