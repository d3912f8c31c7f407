import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { HarnessError } from '../errors.ts';
import { deprecatedKeys } from './deprecated-keys.ts';
import { describesService, exportConfig, loadConfig, memoryDemand } from './index.ts';
import type { LoadConfigOptions, LoadedConfig } from './index.ts';
import { writeFiles } from './testing/temporary-files.ts';

type Options = Partial<Omit<LoadConfigOptions, 'file'>>;

const tested = `
server: { command: node, args: [server.js] }
test_suites: [{ name: core, test_cases: [{ id: ping, method: ping }] }]
`;
const guide = readFileSync(
  resolve(import.meta.dirname, '../../../../test/fixtures/service/guide-production.yaml'),
  'utf8',
);
const guideEnv = {
  SLACK_WEBHOOK_URL: 'https://hooks.example.com/T0/B0/canary',
  VAULT_ENDPOINT: 'https://vault:8200',
};

async function load(
  files: Readonly<Record<string, string>> | string,
  options: Options = {},
): Promise<LoadedConfig & { dir: string; exported: Promise<string> }> {
  const written = writeFiles(typeof files === 'string' ? { 'main.yaml': files } : files);
  try {
    const loaded = await loadConfig({
      file: join(written.directory, 'main.yaml'),
      env: {},
      ...options,
      overlays: options.overlays?.map((overlay) => join(written.directory, overlay)),
    });
    return { ...loaded, dir: written.directory, exported: exportConfig(loaded) };
  } finally {
    written.remove();
  }
}

async function errorsOf(text: string, options: Options = {}): Promise<readonly string[]> {
  const error: unknown = await load(text, options).catch((reason: unknown) => reason);
  return (error as { errors: readonly HarnessError[] }).errors.map(
    ({ code, message }) => `${code} ${message}`,
  );
}

const warningsOf = async (text: string): Promise<readonly string[]> =>
  (await load(text)).warnings.map(({ message }) => message);

describe('the configuration of the production guide', () => {
  it('is taken as it stands', async () => {
    const { config, environment } = await load(guide, { env: guideEnv });
    expect(environment).toBe('production');
    expect(config.monitoring).toMatchObject({
      enabled: true,
      metrics_port: 9090,
      health_check_port: 8080,
      prometheus: { endpoint: 'http://prometheus:9090', job_name: 'mcp-test-harness' },
      alerts: { performance_regression_threshold: 30, success_rate_threshold: 95 },
    });
    expect(config.server?.health_check).toEqual({
      enabled: true,
      interval_seconds: 30,
      failure_threshold: 5,
      timeout_seconds: 10,
      recovery_timeout_seconds: 60,
    });
    expect(config.reporting.distribution).toMatchObject({
      email: { smtp_server: 'smtp.company.com', smtp_port: 587, on_failure: true, daily_summary: true },
      slack: { mode: 'app', weekly_summary: true },
    });
    expect(config.security).toMatchObject({
      audit_log_path: '/var/log/mcp-test-harness/audit.log',
      rbac: { enabled: true, config_file: '/etc/mcp-test-harness/rbac.yaml' },
      data_protection: { key_management: 'vault', vault_endpoint: 'https://vault:8200' },
    });
  });

  it.each<[string, object]>([
    [
      'production',
      {
        global: { log_level: 'warn', max_global_concurrency: 16 },
        performance: { thresholds: { error_threshold_percent: 50, critical_threshold_percent: 75 } },
        monitoring: { alerts: { error_rate_threshold: 5 } },
      },
    ],
    [
      'staging',
      {
        global: { log_level: 'info', max_global_concurrency: 4 },
        monitoring: { alerts: { error_rate_threshold: 10, success_rate_threshold: 95 } },
      },
    ],
    ['development', { global: { log_level: 'debug', max_global_concurrency: 2, fail_fast: true } }],
  ])('says of the environment %s what the guide says', async (name, expected) => {
    const { config } = await load(guide, { env: { ...guideEnv, ENVIRONMENT: name } });
    expect(config).toMatchObject(expected);
  });

  it('knows no environment of another name, and names those that there are', async () => {
    const error: unknown = await load(guide, { env: { ...guideEnv, ENVIRONMENT: 'prod' } }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      code: 'CONFIG_UNKNOWN_ENVIRONMENT',
      hint: expect.stringContaining('production, staging, development'),
    });
  });

  it('names each variable that is not set', async () => {
    expect(await errorsOf(guide)).toEqual([
      expect.stringMatching(/^CONFIG_VARIABLE_UNSET reporting\.distribution\.slack\.webhook_url: /),
      expect.stringMatching(/^CONFIG_VARIABLE_UNSET security\.data_protection\.vault_endpoint: /),
    ]);
  });

  it('warns that there is nothing to test, and that a Slack app has its own channel', async () => {
    const { warnings } = await load(guide, { env: guideEnv });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('server: has no command and no url'),
      expect.stringContaining('connection_pool: a stdio server has no connections'),
      expect.stringContaining('slack.channel: the webhook of a Slack app'),
    ]);
  });

  it('still needs a server once there are suites', async () => {
    const suites = 'test_suites: [{ name: core, test_cases: [{ id: ping, method: ping }] }]';
    expect(await errorsOf(`${guide}\n${suites}`, { env: guideEnv })).toEqual([
      'CONFIG_INVALID server.command is missing',
    ]);
  });

  it('may take much more memory than a small machine has', async () => {
    const { config } = await load(guide, { env: guideEnv });
    expect(memoryDemand(config, 4 * 1024 ** 3)).toBe(
      '16 tests at once (global.max_global_concurrency) with max_memory_mb 2048 may take 32.0 GiB, and there are 4.0 GiB',
    );
    expect(memoryDemand(config, 32 * 1024 ** 3)).toBeUndefined();
  });
});

describe('sections of the service', () => {
  it('have every default', async () => {
    const { config } = await load(tested);
    expect(config.service).toEqual({
      host: '0.0.0.0',
      max_concurrent_runs: 2,
      drain_seconds: 30,
      run_retention_days: 365,
      timezone: 'UTC',
    });
    expect(config.monitoring).toMatchObject({ window_seconds: 300, compat_names: true });
    expect(config.security).toMatchObject({ enable_audit_logging: false });
    expect(config.schedules).toEqual([]);
  });

  it('are no part of what is shown of a file that has none of them', async () => {
    const loaded = await load(tested);
    expect(describesService(loaded)).toBe(false);
    expect(Object.keys(parse(await loaded.exported) as object)).toEqual(
      expect.not.arrayContaining(['service', 'monitoring', 'security', 'schedules']),
    );
  });

  it.each([
    'service: {}',
    'schedules: []',
    'reporting: { retention_days: 1 }',
    'reporting: { distribution: {} }',
  ])('are shown in full by a file with %s', async (section) => {
    const exported = parse(await (await load(`${tested}${section}`)).exported) as object;
    expect(exported).toMatchObject({ monitoring: { metrics_port: 9090 }, service: { drain_seconds: 30 } });
  });

  it('name files relative to the file they stand in', async () => {
    const { config, dir } = await load({
      'main.yaml': 'extends: base/base.yaml\nservice: { data_dir: state }',
      'base/base.yaml': `${tested}
security:
  audit_log_path: audit.log
  rbac: { config_file: rbac.yaml }
  tls: { config_file: ../tls.yaml }
  data_protection: { key_file: key, vault: { ca_file: ca.pem, auth: { token_file: token } } }
`,
    });
    expect(config.security).toMatchObject({
      audit_log_path: join(dir, 'base/audit.log'),
      rbac: { config_file: join(dir, 'base/rbac.yaml') },
      tls: { config_file: join(dir, 'tls.yaml') },
      data_protection: {
        key_file: join(dir, 'base/key'),
        vault: { ca_file: join(dir, 'base/ca.pem'), auth: { token_file: join(dir, 'base/token') } },
      },
    });
    expect(config.service.data_dir).toBe(join(dir, 'state'));
    // What one command approves is what another compares with.
    expect(config.performance.baseline_storage_path).toBe(join(dir, 'state/baselines'));
  });
});

describe('secrets of the service', () => {
  const text = `${tested}
service: { database_url: "postgres://mth:canary-database%21@db/runs" }
reporting:
  distribution:
    email: { smtp_server: smtp, username: ops, password: canary-password, recipients: ["a@example.com"] }
    slack: { webhook_url: "https://hooks.example.com/canary-slack" }
    webhooks: [{ name: pager, url: "https://pager.example.com/canary-url", secret: canary-webhook-secret }]
monitoring: { prometheus: { push_gateway: "http://ops:canary-gateway@push:9091" } }
`;

  it('are shown nowhere', async () => {
    const loaded = await load(text);
    expect(await loaded.exported).not.toContain('canary');
    expect(await loaded.exported).toContain('push_gateway: http://ops:***@push:9091');
  });

  it('are known to whoever masks', async () => {
    const { secrets } = await load(text);
    expect(secrets).toEqual(
      expect.arrayContaining([
        'postgres://mth:canary-database%21@db/runs',
        'canary-database!',
        'canary-password',
        'https://hooks.example.com/canary-slack',
        'https://pager.example.com/canary-url',
        'canary-webhook-secret',
        'canary-gateway',
      ]),
    );
  });
});

describe('an overlay', () => {
  const files = {
    'main.yaml': `${tested}
global: { log_level: info, max_global_concurrency: 8 }
environments: { staging: { log_level: debug } }
`,
    'places/aws.yaml':
      'global: { log_level: warn, max_global_concurrency: 3 }\nservice: { data_dir: data }\n',
    'places/more.yaml': 'global: { max_global_concurrency: 5 }\n',
  };

  it('is laid over the file and under the environment and the flags', async () => {
    const {
      config,
      files: read,
      dir,
    } = await load(files, {
      overlays: ['places/aws.yaml', 'places/more.yaml'],
      environment: 'staging',
      set: ['service.drain_seconds=1'],
    });
    expect(config.global).toMatchObject({ log_level: 'debug', max_global_concurrency: 5 });
    expect(config.service).toMatchObject({ data_dir: join(dir, 'places/data'), drain_seconds: 1 });
    expect(read).toEqual([
      join(dir, 'main.yaml'),
      join(dir, 'places/aws.yaml'),
      join(dir, 'places/more.yaml'),
    ]);
  });

  it('is reported with its own name when it is wrong or missing', async () => {
    const wrong: unknown = await load(
      { ...files, 'wrong.yaml': 'globl: {}' },
      { overlays: ['wrong.yaml'] },
    ).catch((reason: unknown) => reason);
    expect(wrong).toMatchObject({
      code: 'CONFIG_UNKNOWN_KEY',
      location: { file: expect.stringMatching(/wrong\.yaml$/) },
    });
    const missing: unknown = await load(files, { overlays: ['none.yaml'] }).catch(
      (reason: unknown) => reason,
    );
    expect(missing).toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining('none.yaml'),
    });
  });
});

describe('deprecated keys', () => {
  /** By the last segment of the older name. */
  const values: Readonly<Record<string, unknown>> = {
    port: 9999,
    url: 'http://push:9091',
    job_name: 'harness',
    performance_regression_threshold: 40,
    error_rate_threshold: 6,
    success_rate_threshold: 90,
    response_time_threshold_ms: 5000,
    warning_threshold_percent: 40,
    error_threshold_percent: 60,
    critical_threshold_percent: 90,
    auto_update_baselines: false,
    baseline_confidence_threshold: 0.9,
    baseline_sample_size: 70,
    enable_rbac: false,
    rbac_config_path: '/etc/rbac.yaml',
    to_addresses: ['a@example.com'],
    send_on_failure: false,
    notify_on_failure: false,
    notify_on_regression: false,
  };
  const nest = (path: readonly string[], value: unknown): unknown =>
    path.reduceRight((inner, key) => ({ [key]: inner }), value);
  const at = (value: unknown, path: readonly string[]): unknown =>
    path.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
  const off = (older: string): string =>
    older.includes('.email.') || older.includes('.slack.')
      ? `reporting: { distribution: { ${older.includes('.email.') ? 'email' : 'slack'}: { enabled: false } } }\n`
      : '';

  it.each(Object.entries(deprecatedKeys))('%s is taken for %s, with a warning', async (older, name) => {
    const value = values[older.split('.').at(-1) ?? ''];
    expect(value).toBeDefined();
    const { config, warnings } = await load({
      'base.yaml': `${tested}${off(older)}`,
      'main.yaml': JSON.stringify({
        extends: 'base.yaml',
        ...(nest(older.split('.'), value) as object),
      }),
    });
    expect(at(config, name.split('.'))).toEqual(value);
    expect(warnings.map(({ message }) => message)).toContain(
      `${older} is deprecated: the key is ${name} now`,
    );
  });

  it('may stand beside the key itself with the same value, and not with another', async () => {
    const both = (port: number) =>
      `${tested}monitoring: { metrics_port: 9464, metrics: { port: ${port} } }\n`;
    expect((await load(both(9464))).config.monitoring.metrics_port).toBe(9464);
    expect(await errorsOf(both(9465))).toEqual([
      'CONFIG_INVALID monitoring.metrics.port: given a second time, with another value, as monitoring.metrics_port',
    ]);
  });

  it('of one layer give way to the key of another, as the key itself would', async () => {
    const { config } = await load(
      {
        'base.yaml': `${tested}monitoring: { metrics: { port: 9000 } }`,
        'main.yaml': `extends: base.yaml
monitoring: { metrics_port: 9001 }
environments: { staging: { monitoring: { metrics: { port: 9002 } } } }`,
      },
      { environment: 'staging' },
    );
    expect(config.monitoring.metrics_port).toBe(9002);
  });

  it('may be set by a flag', async () => {
    const { config } = await load(tested, { set: ['monitoring.health.port=8181'] });
    expect(config.monitoring.health_check_port).toBe(8181);
  });
});

describe('what goes together in the service', () => {
  it.each([
    [
      'Prometheus on this host with its own port',
      'monitoring: { prometheus: { endpoint: "http://localhost:9090" } }',
      'monitoring.metrics_port: 9090 is the port of Prometheus itself',
    ],
    [
      'an API in the clear',
      'security: { api: { host: 0.0.0.0 }, rbac: { config_file: rbac.yaml } }',
      'security.api.host: without security.tls',
    ],
    [
      'a password in the clear',
      'reporting: { distribution: { email: { smtp_server: s, username: u, password: pass, encryption: none, recipients: ["a@b.c"] } } }',
      'email.encryption: none sends the password in the clear',
    ],
  ])('%s is warned of', async (_what, section, message) => {
    expect((await warningsOf(`${tested}${section}`)).join()).toContain(message);
  });

  it.each([
    ['Prometheus elsewhere', 'monitoring: { prometheus: { endpoint: "http://prometheus:9090" } }'],
    ['another port', 'monitoring: { metrics_port: 9464, prometheus: { endpoint: "http://localhost:9090" } }'],
    [
      'an old webhook with its channel',
      'reporting: { distribution: { slack: { webhook_url: "https://h.example", channel: "#x", mode: legacy } } }',
    ],
    [
      'channels that are off',
      'reporting: { distribution: { email: { enabled: false }, slack: { enabled: false } } }',
    ],
    ['an API for this host', 'security: { api: { host: 127.0.0.1 } }'],
    ['any free port, twice', 'monitoring: { metrics_port: 0, health_check_port: 0 }'],
    ['cron with seconds', 'schedules: [{ name: a, cron: "*/10 * * * * *" }]'],
    ['a nickname', 'schedules: [{ name: a, cron: "@daily", timezone: Europe/Berlin }]'],
    ['an interval', 'schedules: [{ name: a, every: 15m, suites: [core], overlap: queue, catch_up: all }]'],
  ])('%s is fine', async (_what, section) => {
    expect(await warningsOf(`${tested}${section}`)).toEqual([]);
  });

  it.each([
    [
      'schedules: [{ name: a, every: 15 }]',
      'expected a duration such as 30s, 15m, 12h or 7d, got the number 15',
    ],
    ['schedules: [{ name: a, every: soon }]', 'expected a duration such as 30s, 15m, 12h or 7d'],
    ['service: { public_url: harness }', 'public_url'],
    ['security: { api: { trusted_proxies: [10.0.0.300/8] } }', 'expected a network in CIDR notation'],
    ['security: { api: { trusted_proxies: [10.0.0.1] } }', 'expected a network in CIDR notation'],
    ['security: { api: { trusted_proxies: ["fd00::/129"] } }', 'expected a network in CIDR notation'],
  ])('%s is refused', async (section, message) => {
    expect((await errorsOf(`${tested}${section}`)).join()).toContain(message);
  });

  it('networks of proxies may be of both families', async () => {
    const section = 'security: { api: { trusted_proxies: [10.0.0.0/8, "fd00::/8", "::1/128"] } }';
    const { config } = await load(`${tested}${section}`);
    expect(config.security.api?.trusted_proxies).toEqual(['10.0.0.0/8', 'fd00::/8', '::1/128']);
  });
});
