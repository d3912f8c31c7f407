import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../alerts/testing/mail-server.ts';
import { createAuditKey, loadAuditKey, openAuditLog } from '../audit/index.ts';
import { createBackup, databaseFileIn, placesOf } from '../backup/index.ts';
import type { EmailSettings, ServiceSettings } from '../settings/define.ts';
import { loadService } from '../settings/index.ts';
import { openStore } from '../store/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { makeAuthority, makeCertificate, type Pair } from '../tls/testing/certificates.ts';
import {
  checklist,
  comprehensiveChecks,
  quickChecks,
  runChecks,
  writeStamp,
  type CheckResult,
  type ChecksOptions,
} from './index.ts';

const server = resolve(import.meta.dirname, '../../../../test/fixtures/servers/wait-for.mjs');
const newFolder = temporaryFolders();
const dayMs = 86_400_000;
const password = 'canary-of-the-mail-server';

/** What answers for the service, Pushgateway and Prometheus: only that they are there is asked. */
interface Monitoring {
  readonly port: number;
  /** Status of paths that are not answered with 200. */
  readonly statuses: Map<string, number>;
  readonly rules: string[];
  readonly listener: Server;
}

async function startMonitoring(): Promise<Monitoring> {
  const statuses = new Map<string, number>();
  const rules = ['MCPTestHarnessDown', 'HighErrorRate', 'PerformanceRegression', 'LowSuccessRate'];
  const listener = createServer(({ url = '' }, response) => {
    response.writeHead(statuses.get(url) ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: { groups: [{ rules: rules.map((name) => ({ name })) }] } }));
  });
  await new Promise<void>((done) => void listener.listen(0, '127.0.0.1', done));
  return { port: (listener.address() as AddressInfo).port, statuses, rules, listener };
}

let authority: Pair;
let monitoring: Monitoring;
let mail: MailServer;
beforeAll(async () => {
  authority = await makeAuthority('an authority of tests');
  monitoring = await startMonitoring();
  mail = await startMailServer({
    tls: { ...(await makeCertificate(authority)), fromFirstByte: false },
    login: { username: 'harness', password },
  });
});
afterAll(async () => {
  monitoring.listener.close();
  await mail.close();
});

interface Healthy {
  readonly folder: string;
  readonly settings: ServiceSettings;
  readonly options: ChecksOptions;
}

/** A service of which nothing is wrong. */
async function healthyService(): Promise<Healthy> {
  const folder = newFolder();
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  const write = (name: string, text: string, mode = 0o600): void => {
    mkdirSync(join(at(name), '..'), { recursive: true });
    writeFileSync(at(name), text, { mode });
  };
  write(
    'config/production.yaml',
    JSON.stringify({
      server: { command: process.execPath, args: [server, '1'] },
      service: { data_dir: at('data') },
      performance: { baseline_storage_path: at('data', 'baselines') },
      test_suites: [{ name: 'core', test_cases: [{ id: 'wait', tool_name: 'wait' }] }],
    }),
  );
  write('rbac.yaml', 'roles: [{ name: reader, permissions: [test:view] }]\nusers: []\n');
  const pair = await makeCertificate(authority);
  write('tls.crt', pair.cert);
  write('tls.key', pair.key);
  write('ca.pem', authority.cert);
  write('tls-config.yaml', 'tls: { cert_file: tls.crt, key_file: tls.key }\n');
  const times = Array.from({ length: 30 }, (_, n) => 50 + (n % 5));
  write('data/baselines/core/baseline.json', JSON.stringify({ response_times: times }));
  mkdirSync(at('reports'));
  await (await openStore({ file: databaseFileIn(at('data')) })).close();
  await createAuditKey(at('audit.key'));
  await openAuditLog({ file: at('log', 'audit.log'), key: await loadAuditKey(at('audit.key')) }).catch(
    async () => {
      mkdirSync(at('log'));
      await openAuditLog({ file: at('log', 'audit.log'), key: await loadAuditKey(at('audit.key')) });
    },
  );
  const { settings: loaded } = await loadService({ file: at('config/production.yaml'), env: {} });
  const url = `http://127.0.0.1:${monitoring.port}`;
  const email: EmailSettings = {
    host: '127.0.0.1',
    port: mail.port,
    encryption: 'starttls',
    caFile: at('ca.pem'),
    username: 'harness',
    password,
    from: 'harness@example.org',
    recipients: ['team@example.org'],
    onFailure: true,
    onRecovery: false,
    onRegression: false,
    dailySummary: false,
    weeklySummary: false,
  };
  const settings: ServiceSettings = {
    ...loaded,
    monitoring: {
      ...loaded.monitoring,
      enabled: true,
      healthPort: monitoring.port,
      prometheus: { ...loaded.monitoring.prometheus, endpoint: url, pushGateway: `${url}/push` },
    },
    distribution: { ...loaded.distribution, email },
    security: {
      ...loaded.security,
      api: {
        host: '127.0.0.1',
        port: monitoring.port,
        tlsFile: at('tls-config.yaml'),
        requestsPerMinute: 60,
        trustedProxies: [],
        dashboard: true,
      },
      rbacFile: at('rbac.yaml'),
      audit: { file: at('log', 'audit.log'), keyFile: at('audit.key') },
    },
    reporting: { ...loaded.reporting, outputDir: at('reports') },
  };
  const backupDirectory = at('backups');
  await createBackup({
    directory: backupDirectory,
    places: placesOf(settings),
    version: '1.2.3',
    env: {},
    now: Date.now,
    reportsDays: 30,
    allowMissing: [],
    secrets: [],
    withSecrets: false,
    retention: undefined,
  });
  return {
    folder,
    settings,
    options: {
      settings,
      env: { PATH: process.env['PATH'] },
      backupDirectory,
      timeoutMs: 20_000,
      now: Date.now,
      onSecret: () => undefined,
      diskSpace: async () => ({ totalBytes: 1e12, freeBytes: 5e11, totalFiles: 1e6, freeFiles: 1e6 }),
    },
  };
}

const scrub = (text: string): string => text.replaceAll(password, '***');
const run = (options: ChecksOptions): Promise<readonly CheckResult[]> =>
  runChecks(comprehensiveChecks(options), scrub);
const failures = (results: readonly CheckResult[]): readonly string[] =>
  results.filter(({ state }) => state === 'failed').map(({ name }) => name);

describe('comprehensive checks', () => {
  let healthy: Healthy;
  beforeEach(async () => {
    healthy = await healthyService();
    monitoring.statuses.clear();
  });

  it('find nothing wrong where nothing is, and send no message', async () => {
    const results = await run(healthy.options);
    expect(failures(results), JSON.stringify(results)).toEqual([]);
    expect(results.filter(({ state }) => state === 'skipped').map(({ name }) => name)).toEqual([
      'Slack',
      'encryption',
    ]);
    expect(mail.mails).toEqual([]);
  });

  interface Breakage {
    readonly name: string;
    readonly inflict: (service: Healthy) => void | Partial<ServiceSettings> | Promise<void>;
    readonly says?: RegExp;
    readonly more?: Partial<ChecksOptions>;
  }
  const breakages: readonly Breakage[] = [
    {
      name: 'service',
      inflict: () => void monitoring.statuses.set('/ready', 503),
      says: /\/ready with 503/,
    },
    {
      name: 'server server',
      inflict: ({ settings }) => ({
        plan: {
          ...settings.plan,
          servers: settings.plan.servers.map((one) => ({
            ...one,
            session: { transport: 'stdio' as const, command: 'no-such-program' },
          })),
        },
      }),
    },
    {
      name: 'database',
      inflict: ({ settings }) => {
        const file = databaseFileIn(settings.service.dataDir);
        const bytes = readFileSync(file);
        bytes.fill(0x55, 0, 8192);
        writeFileSync(file, bytes);
      },
    },
    {
      name: 'TLS certificate',
      inflict: async ({ folder }) => {
        const endsAt = new Date(Date.now() + 13 * dayMs);
        const { cert, key } = await makeCertificate(authority, { endsAt });
        writeFileSync(join(folder, 'tls.crt'), cert);
        writeFileSync(join(folder, 'tls.key'), key);
      },
      says: /expires on/,
    },
    {
      name: 'disk of reports',
      inflict: () => undefined,
      says: /1 MiB free/,
      more: {
        diskSpace: async (directory) => ({
          totalBytes: 1e12,
          freeBytes: directory.endsWith('reports') ? 1e6 : 5e11,
          totalFiles: 0,
          freeFiles: 0,
        }),
      },
    },
    {
      name: 'RBAC policy',
      inflict: ({ folder }) =>
        writeFileSync(join(folder, 'rbac.yaml'), 'roles: [{ name: x, permissions: [no:such] }]\n'),
    },
    {
      name: 'baselines',
      inflict: ({ settings }) =>
        writeFileSync(join(settings.baselineDir, 'core', 'baseline.json'), '{"response_times": [1, 2, 3]}'),
      says: /core: Insufficient data points/,
    },
    {
      name: 'audit log',
      inflict: ({ folder }) => {
        const file = join(folder, 'log', 'audit.log');
        writeFileSync(file, readFileSync(file, 'latin1').replace('log:open', 'log:opem'));
        chmodSync(file, 0o640);
      },
      says: /audit\.log:2: entry 2 is not as it was written/,
    },
    {
      name: 'backup',
      inflict: () => undefined,
      says: /25 hours old/,
      more: { now: () => Date.now() + dayMs + 3_600_000 },
    },
    {
      name: 'backup',
      inflict: ({ options }) => {
        const [name = ''] = execFileSync('ls', [options.backupDirectory], { encoding: 'utf8' }).split('\n');
        rmSync(join(options.backupDirectory, name, 'config.tar.gz'));
      },
      says: /config\.tar\.gz/,
    },
    {
      name: 'e-mail',
      inflict: ({ settings }) => ({
        distribution: {
          ...settings.distribution,
          email: { ...(settings.distribution.email as EmailSettings), password: `${password} not` },
        },
      }),
    },
    {
      name: 'webhook ops',
      inflict: ({ settings }) => {
        const [sample] = settings.distribution.webhooks;
        const webhook = { ...sample, name: 'ops', url: 'https://127.0.0.1:9/secret-path', secret: undefined };
        return {
          distribution: {
            ...settings.distribution,
            webhooks: [webhook],
          },
        };
      },
      says: /^127\.0\.0\.1:9: refused/,
    },
    {
      name: 'Pushgateway',
      inflict: () => void monitoring.statuses.set('/push/-/ready', 503),
      says: /answers 503/,
    },
    { name: 'Prometheus', inflict: () => void monitoring.statuses.set('/-/ready', 500), says: /answers 500/ },
    {
      name: 'encryption',
      inflict: ({ settings }) => ({
        security: {
          ...settings.security,
          encryption: { provider: 'file', options: { path: '/nowhere/key' } },
        },
      }),
    },
  ];

  it('name each thing that is broken, and nothing else', { timeout: 120_000 }, async () => {
    for (const { name, inflict, says = /./, more } of breakages) {
      monitoring.statuses.clear();
      const service = name === breakages[0]?.name ? healthy : await healthyService();
      const changed = await inflict(service);
      const settings = { ...service.settings, ...changed };
      const results = await run({ ...service.options, settings, ...more });
      expect(failures(results), JSON.stringify(results)).toEqual([name]);
      const found = results.find(({ state }) => state === 'failed');
      expect(found?.evidence).toMatch(says);
      expect(JSON.stringify(results)).not.toMatch(/canary|secret-path/);
    }
  });

  it('take a service that does not run for broken; the quick ones do not', async () => {
    const settings = {
      ...healthy.settings,
      monitoring: { ...healthy.settings.monitoring, healthPort: 9 },
    };
    const options = { ...healthy.options, settings };
    expect(failures(await run(options))).toEqual(['service']);
    const quick = await runChecks(quickChecks(options), scrub);
    expect(quick.map(({ name, state }) => [name, state])).toEqual([
      ['service', 'skipped'],
      ['server server', 'passed'],
    ]);
  });

  it('each have a time limit', async () => {
    const hangs = { name: 'hangs', timeoutMs: 50, run: () => new Promise<never>(() => undefined) };
    expect(await runChecks([hangs], scrub)).toMatchObject([
      { name: 'hangs', state: 'failed', evidence: 'no answer within 0.05 s' },
    ]);
  });

  it('tick the seven lines of the checklist, each with its evidence', async () => {
    const ask = async () =>
      await runChecks(checklist({ ...healthy.options, results: await run(healthy.options) }), scrub);
    const before = await ask();
    expect(before.map(({ name, state }) => [name, state])).toEqual([
      ['Service health checks running', 'passed'],
      ['Performance baselines established', 'passed'],
      ['Alert rules configured', 'passed'],
      ['Dashboard monitoring in place', 'passed'],
      ['Backup procedures tested', 'failed'],
      ['Maintenance schedule defined', 'failed'],
      ['Incident response plan documented', 'failed'],
    ]);
    const at = new Date().toISOString();
    await writeStamp(healthy.options.backupDirectory, 'drill', { at, what: '20261126_000000' });
    await writeStamp(healthy.settings.service.dataDir, 'maintenance', { at, what: 'no step failed' });
    writeFileSync(join(healthy.folder, 'incident-response.md'), 'Call the person on duty. '.repeat(20));
    const after = await ask();
    expect(failures(after), JSON.stringify(after)).toEqual([]);
    for (const { evidence } of after) expect(evidence.length).toBeGreaterThan(10);
  });
});
