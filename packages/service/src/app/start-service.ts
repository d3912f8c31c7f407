/** Puts the parts of the service together, changes them by reload, and takes them apart in order. */
import { complianceSuite, defaultRetention, openBaselineStore } from '@mcp-test-harness/core/baseline';
import { formatError } from '@mcp-test-harness/core/config';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import type { FastifyInstance } from 'fastify';
import { hostname } from 'node:os';
import { closeNotifiers, createNotificationRules, openNotifiers, startOutbox } from '../alerts/index.ts';
import type { NotificationRules, Notifier } from '../alerts/define.ts';
import { loadAuditKey, openAuditLog, type AuditLog } from '../audit/index.ts';
import { openPolicy, type PolicyHolder } from '../auth/index.ts';
import { databaseFileIn, defaultBackupDirectory, finishRestore, serviceLockIn } from '../backup/index.ts';
import { systemClock } from '../clock/index.ts';
import { createServiceMetrics } from '../metrics/index.ts';
import type { ServiceMetrics } from '../metrics/define.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { openQueue, startWorker, type RunQueue } from '../queue/index.ts';
import {
  createApiListener,
  createHealthListener,
  createMetricsListener,
  isLoopback,
  replaceCertificate,
  startListening,
} from '../routes/index.ts';
import type { MemoryFigures, ReloadOutcome, ServiceContext } from '../routes/define.ts';
import {
  createRunExecutor,
  listReports,
  readReport,
  serverEnvironment,
  startHousekeeping,
  startSummaries,
} from '../runs/index.ts';
import { startScheduler, type Scheduler } from '../scheduler/index.ts';
import { createEncryptor, createScrubber, openKeyProvider, type Encryptor } from '../secrets/index.ts';
import {
  loadService,
  prepareDirectories,
  type LoadedService,
  type ServiceSource,
} from '../settings/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import { openStore, type Store } from '../store/index.ts';
import { createTlsReloader, loadTlsSettings, readTlsMaterial } from '../tls/index.ts';
import { startServerWatch, type ServerWatch } from '../watch/index.ts';
import { Closers } from './closers.ts';
import { jobsOf } from './jobs.ts';
import { createServiceLog, type ServiceLog } from './logger.ts';
import { needsRestart } from './restart-only.ts';
import { holdServiceLock } from './service-lock.ts';
import { addAll, executeAndTell, notificationsOfLost, tellSchedule, tellWork } from './work.ts';

export interface StartOptions {
  readonly source: ServiceSource;
  readonly version: string;
  /** Gets the lines of the log, without secrets. */
  readonly write: (line: string) => void;
}

/** Where the listeners listen; those that are off are missing. */
export type ServiceAddresses = Readonly<
  Partial<Record<'health' | 'metrics' | 'api', { readonly host: string; readonly port: number }>>
>;

export interface Service {
  readonly addresses: ServiceAddresses;
  /** Reads configuration, policy and certificates again. What is broken leaves the old in force, and is told. */
  readonly reload: () => Promise<ReloadOutcome>;
  /** Lets runs end within the grace, hands back what does not, and ends. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the service; resolves when it is ready.
 * @throws HarnessError CONFIG_… for what the configuration says, IO_… for what cannot be opened
 */
export async function startService(options: StartOptions): Promise<Service> {
  const service = new RunningService(options, await loadService(options.source));
  try {
    await service.start();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

/** A run whose worker was lost goes on after so long. */
const leaseMs = 10_000;
const pollMs = 1000;
/** How often the queue's depth and the outbox are counted. */
const lookMs = 15_000;
const certificateLookMs = 60_000;
/** How long a start waits for its database. */
const storeWaitMs = 60_000;

class RunningService implements Service {
  readonly #options: StartOptions;
  readonly #startedAt = Date.now();
  readonly #owner = `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
  readonly #scrubber;
  readonly #log: ServiceLog;
  readonly #closers = new Closers();
  readonly #metrics: ServiceMetrics;
  readonly #stopping = new AbortController();
  readonly #ended = new AbortController();
  readonly addresses: { -readonly [Name in keyof ServiceAddresses]: ServiceAddresses[Name] } = {};
  #loaded: LoadedService;
  #rules: NotificationRules;
  #phase: 'starting' | 'ready' | 'draining' = 'starting';
  #store: Store | undefined;
  #queue: RunQueue | undefined;
  #policy: PolicyHolder | undefined;
  #audit: AuditLog | undefined;
  #encryptor: Encryptor | undefined;
  #scheduler: Scheduler | undefined;
  #watch: ServerWatch | undefined;
  #notifiers: ReadonlyMap<string, Notifier> = new Map();
  #memoryOfRuns: () => Promise<MemoryFigures['servers']> = async () => [];
  #stopped: Promise<void> | undefined;
  /** What else a reload renews. */
  readonly #onReload: (() => Promise<readonly string[]>)[] = [];
  readonly reload = oneAtATime(() => this.#reload());

  constructor(options: StartOptions, loaded: LoadedService) {
    this.#options = options;
    this.#loaded = loaded;
    this.#scrubber = createScrubber(loaded.settings.secrets);
    this.#log = createServiceLog(
      { level: loaded.settings.logLevel, scrubber: this.#scrubber },
      options.write,
    );
    this.#rules = this.#rulesOf(loaded.settings);
    this.#metrics = createServiceMetrics({
      settings: () => this.#settings.monitoring,
      version: options.version,
      clock: systemClock,
    });
  }

  get #settings(): ServiceSettings {
    return this.#loaded.settings;
  }

  async start(): Promise<void> {
    const { service, monitoring } = this.#settings;
    for (const warning of this.#loaded.warnings) this.#log.warn('configuration', { warning });
    const context = this.#context();
    if (monitoring.enabled) {
      // First of all: whoever starts us may look whether we live while the database is waited for.
      const { host } = service;
      const { healthPort, metricsPort } = monitoring;
      const healthAt = { host, port: healthPort, key: 'monitoring.health_check_port' };
      const metricsAt = { host, port: metricsPort, key: 'monitoring.metrics_port' };
      await this.#listen('health', createHealthListener(context), healthAt);
      await this.#listen('metrics', createMetricsListener(context), metricsAt);
    }
    await prepareDirectories(this.#settings);
    await this.#openSecurity();
    const store = await this.#openStore();
    await this.#openQueue(store);
    await this.#openApi(context);
    await this.#startWork(store);
    await this.#audit?.append({
      action: 'service:start',
      outcome: 'succeeded',
      actor: { via: 'system' },
      detail: { version: this.#options.version, replica: this.#owner },
    });
    this.#phase = 'ready';
    this.#log.info('ready', { version: this.#options.version, replica: this.#owner, ...this.addresses });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    if (this.#phase === 'ready')
      this.#log.info('draining', { seconds: this.#settings.service.drainMs / 1000 });
    this.#phase = 'draining';
    this.#stopping.abort();
    await this.#closers.closeAll((name, error) => this.#log.error('could not be closed', { name, error }));
    this.#log.info('stopped');
  }

  #context(): ServiceContext {
    const opened = <T>(part: T | undefined, what: string): T => {
      if (part === undefined) throw new Error(`${what} is asked for before it is open`);
      return part;
    };
    const parts = {
      store: () => opened(this.#store, 'the store'),
      queue: () => opened(this.#queue, 'the queue'),
      policy: () => this.#policy,
      audit: () => this.#audit,
    };
    return {
      version: this.#options.version,
      settings: () => this.#settings,
      get store() {
        return parts.store();
      },
      get queue() {
        return parts.queue();
      },
      metrics: this.#metrics,
      log: this.#log,
      get policy() {
        return parts.policy();
      },
      get audit() {
        return parts.audit();
      },
      baselines: async () => {
        const { baselineDir, baselines } = this.#settings;
        const retention = baselines?.retention ?? defaultRetention;
        return await openBaselineStore('file', { directory: baselineDir }, { retention });
      },
      exportConfig: () => this.#loaded.exported(),
      reload: this.reload,
      phase: () => this.#phase,
      startedAt: this.#startedAt,
      memory: async () => await this.#memory(),
      readReport: async (reportPath, name) =>
        await readReport(this.#settings, this.#encryptor, reportPath, name),
      listReports: async (period) => await listReports(this.#settings, period),
    };
  }

  async #listen(
    name: keyof ServiceAddresses,
    listener: FastifyInstance,
    at: { readonly host: string; readonly port: number; readonly key: string },
  ): Promise<void> {
    this.#closers.add(`the ${name} listener`, async () => await listener.close());
    this.addresses[name] = { host: at.host, port: await startListening(listener, at) };
  }

  async #openSecurity(): Promise<void> {
    const { rbacFile, audit, encryption } = this.#settings.security;
    if (audit !== undefined) {
      this.#audit = await openAuditLog({
        file: audit.file,
        key: await loadAuditKey(audit.keyFile),
        scrub: this.#scrubber.text,
      });
    }
    if (rbacFile !== undefined) {
      const policy = await openPolicy(rbacFile);
      this.#policy = policy;
      this.#onReload.push(async () => {
        const outcome = await policy.reload();
        return outcome.state === 'kept' ? [`the policy: ${outcome.error.message}`] : [];
      });
    }
    if (encryption !== undefined) {
      const provider = await openKeyProvider(encryption.provider, encryption.options, {
        env: this.#options.source.env,
      });
      const encryptor = createEncryptor({ provider });
      this.#encryptor = encryptor;
      this.#closers.add('the keys', () => encryptor.close());
    }
  }

  /** A database that does not answer yet is waited for: with several services started at once it may be the last. */
  async #openStore(): Promise<Store> {
    const { dataDir, databaseUrl } = this.#settings.service;
    const backupDirectory = this.#options.source.env['BACKUP_DIR'] ?? defaultBackupDirectory;
    const finished = await finishRestore(backupDirectory, {
      url: databaseUrl,
      env: this.#options.source.env,
    });
    if (finished !== undefined) this.#log.warn('a restore that had been killed', { ...finished });
    if (databaseUrl === undefined) {
      const held = holdServiceLock(serviceLockIn(dataDir), this.#ended.signal, systemClock);
      this.#closers.add('the lock', async () => {
        this.#ended.abort();
        await held;
      });
    }
    const settings = databaseUrl === undefined ? { file: databaseFileIn(dataDir) } : { url: databaseUrl };
    const until = Date.now() + storeWaitMs;
    let store: Store;
    for (;;) {
      try {
        store = await openStore(settings);
        break;
      } catch (error) {
        if (databaseUrl === undefined || !isUnreachable(error) || Date.now() > until) throw error;
        this.#log.warn('the store does not answer yet', { error });
        await systemClock.sleep(1000, this.#stopping.signal);
        if (this.#stopping.signal.aborted) throw error;
      }
    }
    this.#store = store;
    this.#closers.add('the store', () => store.close());
    const findings = await store.checkIntegrity();
    if (findings.length > 0) {
      throw new HarnessError({
        code: 'IO_READ',
        message: `the store is damaged: ${findings.map(({ rule, message }) => `${rule}: ${message}`).join('; ')}`,
        hint: 'Restore a backup: `mcp-test-harness backup list`, `mcp-test-harness backup restore`.',
      });
    }
    return store;
  }

  async #openQueue(store: Store): Promise<void> {
    const queue = await openQueue(store, { onError: (error) => this.#log.warn('the queue', { error }) });
    this.#queue = queue;
    this.#closers.add('the queue', () => queue.close());
  }

  async #openApi(context: ServiceContext): Promise<void> {
    const { api } = this.#settings.security;
    if (api === undefined) return;
    const settings = api.tlsFile === undefined ? undefined : await loadTlsSettings(api.tlsFile);
    const material = settings === undefined ? undefined : await readTlsMaterial(settings, Date.now());
    const listener = await createApiListener(context, {
      tls: settings === undefined || material === undefined ? undefined : { settings, material },
    });
    if (settings === undefined && !isLoopback(api.host)) {
      const warning = `API keys come to ${api.host} in the clear, unless something before it speaks TLS`;
      this.#log.warn('security.tls', { warning });
    }
    if (settings !== undefined && material !== undefined) {
      for (const warning of material.warnings) this.#log.warn('certificates', { warning });
      const certificates = createTlsReloader({
        settings,
        initial: material,
        apply: (renewed) => replaceCertificate(listener, renewed),
      });
      const renew = async (): Promise<readonly string[]> => {
        const outcome = await certificates.reload();
        if (outcome.state === 'reloaded') this.#log.info('certificates renewed');
        return outcome.state === 'kept' ? [`the certificates: ${outcome.error.message}`] : [];
      };
      this.#onReload.push(renew);
      // Mounted certificates change without a signal.
      this.#every(certificateLookMs, async () => {
        for (const problem of await renew()) this.#log.error('certificates', { problem });
      });
    }
    await this.#listen('api', listener, { host: api.host, port: api.port, key: 'security.api.port' });
  }

  async #openNotifiers({ distribution }: ServiceSettings): Promise<ReadonlyMap<string, Notifier>> {
    return await openNotifiers(distribution, {
      log: this.#log,
      clock: systemClock,
      // What is sealed here must not travel by mail in the clear.
      readReport:
        this.#encryptor === undefined
          ? async (reportPath, name) => await readReport(this.#settings, undefined, reportPath, name)
          : undefined,
    });
  }

  #rulesOf({ alerts, distribution, service: { publicUrl }, security }: ServiceSettings): NotificationRules {
    const urlOf =
      publicUrl === undefined || security.api?.dashboard !== true
        ? undefined
        : (runId: string) => `${publicUrl}/runs/${runId}`;
    return createNotificationRules({ alerts, distribution, scrub: this.#scrubber.text, urlOf });
  }

  async #startWork(store: Store): Promise<void> {
    const settings = (): ServiceSettings => this.#settings;
    const log = this.#log;
    const queue = this.#queue;
    if (queue === undefined) throw new Error('work begins before the queue is open');
    const rules = (): NotificationRules => this.#rules;
    const executor = createRunExecutor({
      settings,
      encryptor: this.#encryptor,
      log,
      version: this.#options.version,
      env: this.#options.source.env,
    });
    this.#memoryOfRuns = async () => await executor.memory();
    this.#closers.add('the processes of runs', () => executor.close());
    this.#notifiers = await this.#openNotifiers(this.#settings);
    this.#closers.add('the notifiers', async () => await closeNotifiers(this.#notifiers));
    const outbox = startOutbox({ store, notifiers: () => this.#notifiers, log });
    this.#closers.add('the outbox', async () => await outbox.drain());

    const housekeeping = startHousekeeping({ store, settings, log });
    this.#closers.add('housekeeping', () => housekeeping.stop());
    const summaries = startSummaries({
      store,
      settings,
      rules,
      log,
      version: this.#options.version,
      owner: this.#owner,
    });
    this.#closers.add('summaries', () => summaries.stop());
    const watch = startServerWatch({
      store,
      settings,
      rules,
      log,
      env: serverEnvironment(this.#options.source.env),
      owner: this.#owner,
      onHealth: (server, isUp) => this.#metrics.serverHealth(server, isUp),
    });
    this.#watch = watch;
    this.#closers.add('the watch over servers', () => watch.stop());

    const { concurrency, drainMs } = this.#settings.service;
    const work = executeAndTell(executor, store, rules);
    const worker = startWorker({
      queue,
      owner: this.#owner,
      concurrency,
      leaseMs,
      pollMs,
      execute: work.execute,
      notificationsOf: work.notificationsOf,
      onEvent: (event) => {
        tellWork(event, log, this.#metrics, work.endedOf);
        if (event.type === 'recovered') {
          const told = notificationsOfLost(event.runs, rules(), Date.now());
          void addAll(store, told).catch((error: unknown) => log.error('the store', { error }));
        }
        if (event.type !== 'claimed') outbox.wake();
      },
    });
    this.#closers.add('the worker', () => worker.drain(drainMs));
    const scheduler = await startScheduler({
      store,
      queue,
      jobs: jobsOf(this.#settings),
      onEvent: (event) => tellSchedule(event, log, this.#metrics),
    });
    this.#scheduler = scheduler;
    this.#closers.add('the scheduler', () => scheduler.stop());
    this.#every(lookMs, async () => {
      this.#metrics.queueDepth(await queue.depth());
      this.#metrics.notifications(await store.outbox.counts());
    });
  }

  /** Until the service ends; a failure is told, and it goes on. */
  #every(ms: number, work: () => Promise<void>): void {
    const { signal } = this.#stopping;
    const loop = async (): Promise<void> => {
      while (!signal.aborted) {
        await work().catch((error: unknown) => this.#log.warn('a look at itself failed', { error }));
        await systemClock.sleep(ms, signal);
      }
    };
    const done = loop();
    this.#closers.add('looks at itself', () => done);
  }

  async #reload(): Promise<ReloadOutcome> {
    const at = Date.now();
    const problems: string[] = [];
    try {
      const loaded = await loadService(this.#options.source);
      const jobs = jobsOf(loaded.settings);
      for (const secret of loaded.settings.secrets) this.#scrubber.add(secret);
      const notifiers = await this.#openNotifiers(loaded.settings);
      try {
        await this.#scheduler?.replace(jobs);
      } catch (error) {
        await closeNotifiers(notifiers);
        throw error;
      }
      for (const key of needsRestart(this.#settings, loaded.settings))
        this.#log.warn('holds after a restart only', { key });
      this.#loaded = loaded;
      this.#rules = this.#rulesOf(loaded.settings);
      const before = this.#notifiers;
      this.#notifiers = notifiers;
      await closeNotifiers(before);
      await this.#watch?.refresh();
      this.#log.setLevel(loaded.settings.logLevel);
      const servers = loaded.settings.plan.servers.map(({ name }) => name);
      this.#metrics.retain({
        servers,
        suites: [
          ...loaded.settings.plan.suites.map(({ name }) => name),
          ...servers.map((name) => complianceSuite(name)),
        ],
      });
    } catch (error) {
      problems.push(formatError(error));
    }
    for (const renew of this.#onReload) problems.push(...(await renew()));
    this.#metrics.configReloaded(problems.length === 0, at);
    if (problems.length === 0) this.#log.info('reloaded');
    for (const problem of problems)
      this.#log.error('reload refused', { problem: this.#scrubber.text(problem) });
    return { ok: problems.length === 0, problems: problems.map((problem) => this.#scrubber.text(problem)) };
  }

  async #memory(): Promise<MemoryFigures> {
    const { rss, heapUsed } = process.memoryUsage();
    return { rssBytes: rss, heapUsedBytes: heapUsed, servers: await this.#memoryOfRuns() };
  }
}

function isUnreachable(error: unknown): boolean {
  return isHarnessError(error) && error.details?.['reason'] === 'unreachable';
}
