/** A service as the listeners see it: a real store, policy, audit log and baselines; nothing runs by itself. */
import { createPlan, loadConfig } from '@mcp-test-harness/core';
import { defaultRetention, openBaselineStore, readPolicy } from '@mcp-test-harness/core/baseline';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAuditLog, type AuditLog } from '../../audit/index.ts';
import { createApiKey, openPolicy, type NewApiKey, type PolicyHolder } from '../../auth/index.ts';
import { createMemoryQueue } from '../../queue/index.ts';
import type { RunSummary } from '../../runs/define.ts';
import type { ServiceSettings } from '../../settings/define.ts';
import { openStore, type Store } from '../../store/index.ts';
import { makeRun } from '../../../../core/src/baseline/testing/make-runs.ts';
import type { ServiceContext } from '../define.ts';

export const roles = {
  'test-operator': ['test:run', 'test:view', 'report:view'],
  'test-admin': ['test:*', 'config:*', 'baseline:*', 'report:*'],
  'read-only': ['test:view', 'report:view'],
  auditor: ['audit:view'],
  nothing: [],
} as const;

export type RoleName = keyof typeof roles;
export const roleNames = Object.keys(roles) as readonly RoleName[];

const config = `
servers:
  demo: { transport: stdio, command: node, args: [demo.js] }
  weather: { transport: stdio, command: node, args: [weather.js] }
test_suites:
  - name: core
    description: What every client needs
    server: demo
    test_cases:
      - { id: echoes, tool_name: echo, input_params: { message: hi }, tags: [smoke] }
      - { id: adds, tool_name: add, input_params: { a: 1, b: 2 } }
  - name: forecast
    server: weather
    test_cases:
      - { id: today, tool_name: forecast }
  - name: 'a/b <i>&"'
    server: demo
    test_cases:
      - { id: echoes, tool_name: echo }
`;

export const start = Date.parse('2026-11-26T12:00:00Z');
export const hostileSuite = 'a/b <i>&"';

export interface TestService {
  readonly context: ServiceContext;
  readonly folder: string;
  readonly store: Store;
  readonly policy: PolicyHolder;
  readonly keys: Readonly<Record<RoleName, NewApiKey>>;
  /** What stands in the audit log. */
  readonly audited: () => readonly Readonly<Record<string, unknown>>[];
  readonly logged: { readonly level: string; readonly event: string; readonly details: unknown }[];
  /** Writes rbac.yaml again. */
  readonly writePolicy: (text: string) => void;
  readonly policyText: () => string;
  phase: ReturnType<ServiceContext['phase']>;
  now: number;
  /** What the next reload says. */
  reloaded: Awaited<ReturnType<ServiceContext['reload']>>;
  /** Changes what the configuration says. */
  change: (settings: (before: ServiceSettings) => ServiceSettings) => void;
  readonly close: () => Promise<void>;
}

export interface TestServiceOptions {
  readonly rbac?: boolean;
  readonly audit?: AuditLog | undefined;
  readonly requestsPerMinute?: number;
  readonly clientCertificates?: Readonly<Partial<Record<RoleName, string>>>;
}

export async function makeTestService(
  folder: string,
  options: TestServiceOptions = {},
): Promise<TestService> {
  const { rbac = true, requestsPerMinute = 100_000, clientCertificates = {} } = options;
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('harness.yaml'), config);
  const plan = createPlan(await loadConfig({ file: at('harness.yaml'), env: {} }));
  const keys = Object.fromEntries(roleNames.map((role) => [role, createApiKey()])) as Record<
    RoleName,
    NewApiKey
  >;
  const policyText = (): string => `roles:
${roleNames.map((role) => `  - { name: ${role}, permissions: [${roles[role].map((one) => `"${one}"`).join(', ')}] }`).join('\n')}
users:
${roleNames
  .map((role) => {
    const name = clientCertificates[role];
    return `  - { username: ${role}-user, role: ${role}, api_key_hash: "${keys[role].hash}"${name === undefined ? '' : `, client_certificates: ["${name}"]`} }`;
  })
  .join('\n')}
`;
  const writePolicy = (text: string): void => writeFileSync(at('rbac.yaml'), text, { mode: 0o600 });
  writePolicy(policyText());
  const auditKey = Buffer.alloc(32, 7);
  writeFileSync(at('audit.key'), auditKey.toString('hex'), { mode: 0o600 });
  const policy = await openPolicy(at('rbac.yaml'));
  const audit = options.audit ?? (await openAuditLog({ file: at('audit.log'), key: auditKey }));
  const clock = { now: start };
  const store = await openStore({ file: at('state.db'), clock: () => clock.now });
  const baselines = await openBaselineStore(
    'file',
    { directory: at('baselines') },
    { retention: defaultRetention },
  );
  let settings: ServiceSettings = {
    file: at('harness.yaml'),
    environment: undefined,
    logLevel: 'info',
    service: {
      host: '127.0.0.1',
      dataDir: folder,
      concurrency: 1,
      drainMs: 1000,
      databaseUrl: undefined,
      runRetentionMs: 1,
      publicUrl: undefined,
    },
    schedules: [
      { id: 'nightly', cron: '0 3 * * *', timezone: 'Europe/Berlin', kind: 'benchmark', suites: ['core'] },
      { id: 'often', everyMs: 300_000, kind: 'test', suites: [] },
    ],
    monitoring: {
      enabled: true,
      metricsPort: 0,
      healthPort: 0,
      windowMs: 300_000,
      compatNames: true,
      prometheus: { enabled: true, endpoint: undefined, pushGateway: undefined, jobName: 'mcp-test-harness' },
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
      summaryAtMinutes: 480,
      timezone: 'UTC',
    },
    security: {
      api: {
        host: '127.0.0.1',
        port: 0,
        tlsFile: undefined,
        requestsPerMinute,
        trustedProxies: [],
        dashboard: true,
      },
      rbacFile: rbac ? at('rbac.yaml') : undefined,
      audit: { file: at('audit.log'), keyFile: at('audit.key') },
      encryption: undefined,
    },
    reporting: { outputDir: at('reports'), formats: ['html', 'json'], retentionMs: undefined },
    healthChecks: new Map([
      ['demo', { intervalMs: 30_000, failureThreshold: 5, timeoutMs: 10_000, recoveryTimeoutMs: 60_000 }],
    ]),
    baselineDir: at('baselines'),
    failOn: readPolicy(['never']),
    plan,
    secrets: [],
  };
  const logged: TestService['logged'] = [];
  const log = (level: string) => (event: string, details?: unknown) =>
    void logged.push({ level, event, details });
  const metrics = () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' });
  const nothing = (): void => undefined;
  const context: ServiceContext = {
    version: '1.2.3',
    settings: () => settings,
    store,
    queue: createMemoryQueue(store),
    metrics: {
      runEnded: nothing,
      runLost: nothing,
      serverHealth: nothing,
      scheduleLag: nothing,
      queueDepth: nothing,
      notifications: nothing,
      configReloaded: nothing,
      retain: nothing,
      render: metrics,
      renderHealth: (accept) => ({ contentType: 'text/plain', body: `# ${accept ?? ''}\n` }),
    },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    policy: rbac ? policy : undefined,
    audit,
    baselines: async () => baselines,
    exportConfig: async () => 'global:\n  log_level: info\n',
    reload: async () => {
      await policy.reload();
      return service.reloaded;
    },
    phase: () => service.phase,
    startedAt: start - 90_000,
    memory: async () => ({
      rssBytes: 100_000_000,
      heapUsedBytes: 50_000_000,
      servers: [{ server: 'demo', runId: 'r', pid: 42, rssBytes: 30_000_000 }],
    }),
    readReport: async (path, name) => {
      try {
        return readFileSync(join(folder, 'reports', path, name));
      } catch {
        return undefined;
      }
    },
    listReports: async (path) => readdirSync(join(folder, 'reports', path)),
  };
  mkdirSync(at('reports/daily'), { recursive: true });
  mkdirSync(at('reports/weekly'));
  writeFileSync(at('reports/daily/2026-11-25.html'), '<!doctype html><title>Day</title>');
  writeFileSync(at('reports/daily/2026-11-24.json'), '{}');
  const service: TestService = {
    context,
    folder,
    store,
    policy,
    keys,
    logged,
    writePolicy,
    policyText,
    audited: () =>
      readFileSync(at('audit.log'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    phase: 'ready',
    get now() {
      return clock.now;
    },
    set now(time) {
      clock.now = time;
    },
    reloaded: { ok: true, problems: [] },
    change: (make) => {
      settings = make(settings);
    },
    close: async () => await store.close(),
  };
  return service;
}

/** What a run of a suite said. */
export function makeSummary(suite: string, more: Partial<RunSummary> = {}): RunSummary {
  const verdict = more.verdict ?? 'passed';
  return {
    version: 1,
    kind: 'test',
    verdict,
    startedAt: start,
    durationMs: 1234,
    suites: [
      {
        suite,
        server: 'demo',
        passed: verdict === 'passed' ? 2 : 1,
        failed: verdict === 'failed' ? 1 : 0,
        errored: verdict === 'errored' ? 1 : 0,
        skipped: 0,
        flaky: 0,
        retries: 0,
        violations: {},
        latency: { n: 100, p50Ms: 12, p95Ms: 31.5, p99Ms: 40 },
        baselineP95Ms: 30,
      },
    ],
    failures: [],
    regressions: [],
    notes: [],
    reports: ['report.html', 'report.json'],
    ...more,
  };
}

/** Carries a run of a suite out, as a worker does. */
export async function finishRun(
  service: TestService,
  suite: string,
  more: Partial<RunSummary> = {},
): Promise<string> {
  const { store, folder } = service;
  const summary = makeSummary(suite, more);
  const { run } = await store.runs.enqueue({
    key: `made ${suite} ${service.now} ${Math.random()}`,
    kind: summary.kind,
    suite,
    server: 'demo',
    request: { kind: summary.kind, suites: [suite] },
    requestedBy: 'ci-system',
  });
  const claim = await store.runs.claim({ owner: 'worker-1', leaseMs: 60_000, runId: run.id });
  if (claim === undefined) throw new Error('the run cannot be claimed');
  service.now += summary.durationMs;
  const reportPath = `runs/2026-11-26/${run.id}-a1`;
  mkdirSync(join(folder, 'reports', reportPath), { recursive: true });
  writeFileSync(
    join(folder, 'reports', reportPath, 'report.html'),
    '<!doctype html><title>Report</title><h1>Report of a run</h1><script>document.title = "ran"</script>',
  );
  writeFileSync(join(folder, 'reports', reportPath, 'report.json'), '{"a":1}');
  await store.runs.finish(claim, {
    verdict: summary.verdict,
    summary: JSON.parse(JSON.stringify(summary)),
    reportPath,
  });
  return run.id;
}

/** A baseline of the suite `core` with two runs in its history. */
export async function makeBaselines({ context }: TestService): Promise<void> {
  const store = await context.baselines();
  const author = { by: 'somebody', now: start };
  await store.change('core', () => ({
    event: 'established',
    run: makeRun({ day: 0 }),
    at: new Date(author.now).toISOString(),
    by: author.by,
  }));
  for (const day of [1, 2])
    await store.change('core', () => ({
      event: 'recorded',
      run: makeRun({ day, latencyMs: 14, cpuMs: 1.2 }),
      at: new Date(author.now).toISOString(),
      by: author.by,
    }));
}
