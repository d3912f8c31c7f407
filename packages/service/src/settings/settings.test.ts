import type { HarnessError } from '@mcp-test-harness/core/errors';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { checkServiceFiles, loadService, prepareDirectories } from './index.ts';
import type { ServiceSource, ServiceSettings } from './index.ts';

const folder = temporaryFolders();
const tested = `
server: { command: node, args: [server.js] }
test_suites: [{ name: core, test_cases: [{ id: ping, method: ping }] }]
`;

type Options = Partial<Omit<ServiceSource, 'file'>>;

async function read(text: string, options: Options = {}): Promise<ServiceSettings> {
  const file = join(folder(), 'main.yaml');
  writeFileSync(file, text);
  return (await loadService({ file, env: {}, ...options })).settings;
}

async function errorsOf(text: string): Promise<readonly HarnessError[]> {
  const error: unknown = await read(text).catch((reason: unknown) => reason);
  return (error as { errors: readonly HarnessError[] }).errors;
}

describe('settings of the service', () => {
  it('are complete where nothing is said', async () => {
    const { plan, ...settings } = await read(tested);
    expect(plan.testCount).toBe(1);
    expect(settings).toEqual({
      file: expect.stringMatching(/main\.yaml$/),
      environment: undefined,
      logLevel: 'info',
      service: {
        host: '0.0.0.0',
        dataDir: '/var/lib/mcp-test-harness',
        concurrency: 2,
        drainMs: 30_000,
        databaseUrl: undefined,
        runRetentionMs: 365 * 86_400_000,
        publicUrl: undefined,
      },
      schedules: [],
      monitoring: {
        enabled: true,
        metricsPort: 9090,
        healthPort: 8080,
        windowMs: 300_000,
        compatNames: true,
        prometheus: {
          enabled: true,
          endpoint: undefined,
          pushGateway: undefined,
          jobName: 'mcp-test-harness',
        },
      },
      alerts: {
        performanceRegressionPercent: 30,
        errorRatePercent: 5,
        successRatePercent: 95,
        responseTimeMs: 10_000,
      },
      distribution: {
        email: undefined,
        slack: undefined,
        webhooks: [],
        summaryAtMinutes: 420,
        timezone: 'UTC',
      },
      security: { api: undefined, rbacFile: undefined, audit: undefined, encryption: undefined },
      reporting: {
        outputDir: '/var/lib/mcp-test-harness/reports',
        formats: ['html', 'json'],
        retentionMs: undefined,
      },
      healthChecks: new Map(),
      baselineDir: '/var/lib/mcp-test-harness/baselines',
      failOn: expect.anything(),
      secrets: [],
    });
  });

  it('are those of the production guide', async () => {
    const guide = readFileSync(
      resolve(import.meta.dirname, '../../../../test/fixtures/service/guide-production.yaml'),
      'utf8',
    );
    const settings = await read(guide, {
      env: { SLACK_WEBHOOK_URL: 'https://hooks.example.com/x', VAULT_ENDPOINT: 'https://vault:8200' },
    });
    expect(settings).toMatchObject({
      environment: 'production',
      logLevel: 'warn',
      distribution: {
        email: {
          host: 'smtp.company.com',
          port: 587,
          encryption: 'starttls',
          from: 'mcp-test-harness@company.com',
          recipients: ['team@company.com'],
          dailySummary: true,
          weeklySummary: false,
        },
        slack: { webhookUrl: 'https://hooks.example.com/x', weeklySummary: true },
      },
      security: {
        rbacFile: '/etc/mcp-test-harness/rbac.yaml',
        // Without TLS for this host only.
        api: { host: '127.0.0.1', port: 8443, tlsFile: undefined },
        audit: {
          file: '/var/log/mcp-test-harness/audit.log',
          keyFile: '/var/log/mcp-test-harness/audit.log.key',
        },
        encryption: {
          provider: 'vault',
          options: { endpoint: 'https://vault:8200', mount: 'transit', key_name: 'mcp-test-harness' },
        },
      },
      reporting: {
        outputDir: '/var/log/mcp-test-harness/reports',
        formats: ['html', 'json', 'junit'],
        retentionMs: 90 * 86_400_000,
      },
      baselineDir: '/etc/mcp-test-harness/baselines',
    });
    expect(settings.healthChecks.size).toBe(0);
    expect((await checkServiceFiles(settings)).errors).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['neither roles nor TLS', '{}', '127.0.0.1'],
    ['TLS without roles', '{ tls: { config_file: tls.yaml } }', '127.0.0.1'],
    ['roles without TLS', '{ rbac: { config_file: rbac.yaml } }', '127.0.0.1'],
    ['both', '{ rbac: { config_file: rbac.yaml }, tls: { config_file: tls.yaml } }', '10.0.0.7'],
  ])('have the API where it is safe: %s', async (_what, security, host) => {
    const api = security === '{}' ? '{ api: {} }' : `{ api: {}, ${security.slice(1)}`;
    const settings = await read(`${tested}service: { host: 10.0.0.7 }\nsecurity: ${api}`);
    expect(settings.security.api?.host).toBe(host);
  });

  it('have no API where none is asked for, or it is off', async () => {
    const off = `${tested}security: { api: { enabled: false }, rbac: { config_file: rbac.yaml } }`;
    expect((await read(off)).security.api).toBeUndefined();
    expect((await read(`${tested}security: { rbac: { enabled: false } }`)).security).toMatchObject({
      api: undefined,
      rbacFile: undefined,
    });
  });

  it('take the database from the environment first, and hide it', async () => {
    const text = `${tested}service: { database_url: "postgres://file/a" }`;
    expect((await read(text)).service.databaseUrl).toBe('postgres://file/a');
    const { service, secrets } = await read(text, { env: { DATABASE_URL: 'postgres://u:p%40ssword@env/b' } });
    expect(service.databaseUrl).toBe('postgres://u:p%40ssword@env/b');
    expect(secrets).toEqual(expect.arrayContaining(['postgres://u:p%40ssword@env/b', 'p@ssword']));
    expect((await read(text, { env: { DATABASE_URL: '' } })).service.databaseUrl).toBe('postgres://file/a');
  });

  it('hide what the providers of keys read from the environment', async () => {
    const env = { MCP_TEST_HARNESS_ENCRYPTION_KEY: 'ab'.repeat(32), VAULT_TOKEN: 'hvs.canary' };
    expect((await read(tested, { env })).secrets).toEqual(['ab'.repeat(32), 'hvs.canary']);
  });

  it.each<[string, object]>([
    ['{ key_management: env, key_variable: KEY }', { provider: 'env', options: { variable: 'KEY' } }],
    ['{ key_management: env }', { provider: 'env', options: {} }],
    ['{ key_management: file, key_file: /run/key }', { provider: 'file', options: { path: '/run/key' } }],
    [
      '{ key_management: vault, vault_endpoint: "https://v", vault: { timeout_seconds: 0.5, auth: { method: approle, role_id: r, secret_id_file: /s } } }',
      {
        provider: 'vault',
        options: {
          endpoint: 'https://v',
          mount: 'transit',
          key_name: 'mcp-test-harness',
          auth: { method: 'approle', role_id: 'r', secret_id_file: '/s' },
          timeout_ms: 500,
          allow_http: false,
        },
      },
    ],
  ])('give a key provider the options that it takes: %s', async (protection, encryption) => {
    const settings = await read(
      `${tested}security: { data_protection: { encrypt_sensitive_data: true, ${protection.slice(1)} }`,
    );
    expect(settings.security.encryption).toEqual(encryption);
    expect((await checkServiceFiles(settings)).errors).toEqual([]);
  });
});

describe('schedules', () => {
  it('are read with their defaults, those that are off left out', async () => {
    const { schedules } = await read(`${tested}
service: { timezone: Europe/Berlin }
schedules:
  - { name: often, every: 15m, jitter: 1m }
  - { name: nightly, kind: benchmark, suites: [core], cron: "30 2 * * *", overlap: queue, catch_up: all, catch_up_limit: 3 }
  - { name: elsewhere, cron: "@daily", timezone: America/New_York, catch_up: none }
  - { name: "off", every: 1h, enabled: false }
`);
    expect(schedules).toEqual([
      expect.objectContaining({
        id: 'often',
        kind: 'test',
        suites: [],
        everyMs: 900_000,
        timezone: undefined,
        jitterMs: 60_000,
        overlap: 'skip',
        catchUp: { policy: 'one' },
      }),
      expect.objectContaining({
        id: 'nightly',
        kind: 'benchmark',
        cron: '30 2 * * *',
        timezone: 'Europe/Berlin',
        overlap: 'queue',
        catchUp: { policy: 'all', limit: 3 },
      }),
      expect.objectContaining({ id: 'elsewhere', timezone: 'America/New_York', catchUp: { policy: 'none' } }),
    ]);
  });

  it('that can never be due are all reported, each with its line', async () => {
    const errors = await errorsOf(`${tested}
schedules:
  - { name: a, cron: "61 2 * * *" }
  - { name: b, cron: "0 0 31 2 *" }
  - { name: c, every: 0s }
`);
    expect(errors.map(({ message, location }) => [location?.line, message])).toEqual([
      [6, expect.stringContaining('"a" has the cron expression')],
      [7, expect.stringContaining('"b" is never due')],
      [8, expect.stringContaining('"c" cannot run every 0 ms')],
    ]);
    expect(errors[0]?.frame).toContain('^');
  });
});

describe('servers under watch', () => {
  it('are those with a health check that is on, also where no suite runs on them', async () => {
    const { healthChecks, plan } = await read(`
servers:
  one: { command: node, health_check: { interval_seconds: 5, failure_threshold: 2 } }
  two: { transport: http, url: "http://127.0.0.1:1/mcp", health_check: {} }
  three: { command: node, health_check: { enabled: false } }
  four: { command: node }
test_suites: [{ name: core, server: one, test_cases: [{ id: ping, method: ping }] }]
`);
    expect([...healthChecks]).toEqual([
      ['one', { intervalMs: 5000, failureThreshold: 2, timeoutMs: 10_000, recoveryTimeoutMs: 60_000 }],
      ['two', { intervalMs: 30_000, failureThreshold: 5, timeoutMs: 10_000, recoveryTimeoutMs: 60_000 }],
    ]);
    expect(plan.servers.map(({ name }) => name)).toEqual(['one', 'two']);
  });
});

describe('channels', () => {
  it('are read with their occasions', async () => {
    const { distribution } = await read(`${tested}
service: { timezone: Europe/Berlin }
reporting:
  distribution:
    summary_at: "18:30"
    email: { smtp_server: smtp, smtp_port: 465, recipients: ["Team <team@example.org>"], on_recovery: false }
    webhooks:
      - { name: pager, url: "https://p.example", secret: 0123456789abcdef, allow_networks: [10.0.0.0/8, "fd00::/8"] }
      - { name: quiet, url: "https://q.example", enabled: false }
`);
    expect(distribution).toMatchObject({
      summaryAtMinutes: 18 * 60 + 30,
      timezone: 'Europe/Berlin',
      email: {
        encryption: 'tls',
        from: 'mcp-test-harness@example.org',
        onFailure: true,
        onRecovery: false,
        onRegression: true,
        dailySummary: false,
      },
      webhooks: [{ name: 'pager', allowNetworks: ['10.0.0.0/8', 'fd00::/8'], onFailure: true }],
    });
  });

  it.each(['a@b@c', 'team', 'a@b.c\\r\\nBcc: d@e.f', 'a@b.c, d@e.f', '<a@b.c'])(
    'take no address such as %s',
    async (address) => {
      const errors = await errorsOf(
        `${tested}reporting: { distribution: { email: { smtp_server: s, recipients: ["${address}"] } } }`,
      );
      expect(errors[0]?.message).toContain('expected a mail address');
    },
  );
});

describe('what lies beside the configuration', () => {
  it('is made for the service alone, and named when it cannot be', async () => {
    const root = folder();
    const settings = await read(
      `${tested}service: { data_dir: ${root}/state }\nsecurity: { enable_audit_logging: true, audit_log_path: ${root}/log/audit.log }`,
    );
    await prepareDirectories(settings);
    for (const path of ['state', 'state/reports', 'state/baselines', 'log'])
      expect(statSync(join(root, path)).mode & 0o777 & ~0o750, path).toBe(0);
    writeFileSync(join(root, 'file'), '');
    const blocked = await read(`${tested}service: { data_dir: ${root}/file }`);
    await expect(prepareDirectories(blocked)).rejects.toMatchObject({
      code: 'IO_WRITE',
      message: expect.stringMatching(/^service\.data_dir: cannot write to .*file/),
    });
  });

  it('is checked where it is here', async () => {
    const root = folder();
    mkdirSync(join(root, 'etc'));
    const security = `security: { rbac: { config_file: ${root}/etc/rbac.yaml }, tls: { config_file: ${root}/etc/tls.yaml } }`;
    const settings = await read(`${tested}${security}`);
    expect(await checkServiceFiles(settings)).toEqual({
      errors: [],
      warnings: [],
      missing: [
        { key: 'security.rbac.config_file', file: join(root, 'etc/rbac.yaml') },
        { key: 'security.tls.config_file', file: join(root, 'etc/tls.yaml') },
      ],
    });
    for (const [name, text] of [
      ['rbac.yaml', 'roles: [{ name: a, permissions: ["test:fly"] }]'],
      ['tls.yaml', 'tls: { cert_file: a }'],
    ] as const) {
      writeFileSync(join(root, 'etc', name), text);
      chmodSync(join(root, 'etc', name), 0o640);
    }
    const { errors, missing } = await checkServiceFiles(settings);
    expect(missing).toEqual([]);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('there is no permission "test:fly"'),
      expect.stringContaining('tls.key_file'),
    ]);
  });

  it('includes options of a key provider that contradict each other', async () => {
    const settings = await read(
      `${tested}security: { data_protection: { encrypt_sensitive_data: true, key_management: vault, vault_endpoint: "http://vault:8200", vault: { auth: { method: kubernetes } } } }`,
    );
    const { errors } = await checkServiceFiles(settings);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the key provider vault: .*auth\.role/),
    ]);
  });
});
