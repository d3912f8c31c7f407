import type { RetryConfig } from '../config/schema.ts';
import { UsedFeatures } from '../coverage/index.ts';
import type { FeatureList } from '../coverage/index.ts';
import { HarnessError, toHarnessError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { PlannedServer } from '../plan/types.ts';
import type { ProcessUsage, ShutdownReport } from '../process/types.ts';
import type { Finding, ServerProcessReport, Session, SessionOptions } from '../protocol/types.ts';
import { sleep } from './clock.ts';
import { listFeatures } from './list-features.ts';
import { describeError } from './outcome.ts';
import type { ServerResult } from './result.ts';
import { mayRepeat, retryDelayMs } from './retry-policy.ts';
import type { RunContext } from './run-context.ts';
import { describeTarget, inheritEnvironment } from './server-target.ts';
import type { Stop } from './stop.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Process reports are this old at most: the kernel counts CPU time in steps of 10 ms anyway. */
const freshForMs = 10;

/** A test's hold on a session. */
export interface Lease {
  readonly session: Session;
  readonly slot: ServerSlot;
  /** Another test ran on the session meanwhile. */
  shared: boolean;
  readonly before: ServerProcessReport;
}

/** Told before each repetition of a start. */
export type StartRetryListener = (reason: string, delayMs: number) => void;

/** How often a server has been seen, whatever slot it ran in. */
export interface ServerHistory {
  everReady: boolean;
  /** Why the first start failed for good; later ones of a server that was never ready are not tried. */
  neverStarted: HarnessError | undefined;
  /** Names of its tools annotated read-only or idempotent, once they were listed. */
  safeTools: Promise<ReadonlySet<string>> | undefined;
  /** What its tests have used. */
  readonly used: UsedFeatures;
  /** One session is asking, or has asked, what the server has. */
  askedForFeatures: boolean;
  /** What the server has, once it was asked. */
  features: readonly FeatureList[] | undefined;
}

/** Of a server that nobody has seen yet. */
export function openHistory(): ServerHistory {
  return {
    everReady: false,
    neverStarted: undefined,
    safeTools: undefined,
    used: new UsedFeatures(),
    askedForFeatures: false,
    features: undefined,
  };
}

/** One place for a server process of a suite, a run or a test: started when first needed, again after a crash. */
export class ServerSlot {
  readonly #context: RunContext;
  readonly #server: PlannedServer;
  readonly #options: SessionOptions;
  readonly #history: ServerHistory;
  readonly #stop: Stop;
  readonly #leases = new Set<Lease>();
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #wasOpen = false;
  #restarts = 0;
  #sample:
    { readonly session: Session; readonly report: ServerProcessReport; readonly atMs: number } | undefined;

  /** @param stop cuts off starting; what is open already is ended by `close` alone */
  constructor(context: RunContext, server: PlannedServer, history: ServerHistory, stop: Stop) {
    this.#context = context;
    this.#server = server;
    this.#history = history;
    this.#stop = stop;
    this.#options = inheritEnvironment(server.session, context.options.env);
  }

  /**
   * A hold on an open session, started now when there is none.
   * @param signal ends the waiting for a start that others may go on waiting for
   * @throws HarnessError why it could not be started, or may not be started again; CANCELLED
   */
  async acquire(
    policy: RetryConfig | undefined,
    onRetry: StartRetryListener,
    signal: AbortSignal,
  ): Promise<Lease> {
    let session = this.#session;
    if (session === undefined || !session.alive) {
      this.#opening ??= this.#open(policy, onRetry).finally(() => (this.#opening = undefined));
      session = await unlessAborted(this.#opening, signal, `the start of ${this.#server.name}`);
    }
    const lease: Lease = {
      session,
      slot: this,
      shared: this.#leases.size > 0,
      before: this.look(session),
    };
    // With two or more, all of them know already.
    if (this.#leases.size === 1) for (const other of this.#leases) other.shared = true;
    this.#leases.add(lease);
    return lease;
  }

  /** Ends a hold; new findings are told. */
  release(lease: Lease): void {
    this.#leases.delete(lease);
    if (this.#context.plan.protocolChecks === 'off') return;
    this.#context.findings.notice(this.#server.name, lease.session.findings);
  }

  /** The session's process as it is now, or was {@link freshForMs} ago; also once another session took its place. */
  look(session: Session, fresh = false): ServerProcessReport {
    const now = this.#context.clock.nowMs();
    const sample = this.#sample;
    if (!fresh && sample?.session === session && now - sample.atMs < freshForMs) return sample.report;
    const report = session.process();
    this.#sample = { session, report, atMs: now };
    return report;
  }

  /**
   * Names of tools annotated read-only or idempotent, asked once for all sessions of the server; empty when they
   * cannot be listed.
   */
  async safeTools(session: Session, signal: AbortSignal): Promise<ReadonlySet<string>> {
    this.#history.safeTools ??= listSafeTools(session, signal);
    try {
      return await this.#history.safeTools;
    } catch {
      // Another session may do better.
      this.#history.safeTools = undefined;
      return new Set();
    }
  }

  /** What tests on this server have used, whatever slot they ran in. */
  get used(): UsedFeatures {
    return this.#history.used;
  }

  /** True once {@link safeTools} needs no session. */
  get knowsSafeTools(): boolean {
    return this.#history.safeTools !== undefined;
  }

  /** Ends the server, waiting until it has gone. Never rejects. */
  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    await this.#retire();
  }

  async #open(policy: RetryConfig | undefined, onRetry: StartRetryListener): Promise<Session> {
    if (this.#wasOpen) await this.#prepareRestart();
    else if (this.#history.neverStarted !== undefined && !this.#history.everReady) {
      throw this.#history.neverStarted;
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        const session = await this.#start();
        this.#session = session;
        this.#wasOpen = true;
        this.#history.everReady = true;
        return session;
      } catch (thrown) {
        const error = toHarnessError(thrown);
        this.#reportFailedStart(error);
        const cutOff = this.#stop.signal.aborted;
        const again = !cutOff && (await mayRepeat(policy, attempt, [error.message], this.#context.warn));
        if (!again || policy === undefined) {
          if (!cutOff) this.#history.neverStarted ??= error;
          throw error;
        }
        const delayMs = retryDelayMs(policy, attempt, this.#context.random);
        onRetry(error.message, delayMs);
        await sleep(this.#context.clock, delayMs, this.#stop.signal);
        if (this.#stop.signal.aborted) throw error;
      }
    }
  }

  async #prepareRestart(): Promise<void> {
    const { name, autoRestart, maxRestarts } = this.#server;
    if (!autoRestart || this.#restarts >= maxRestarts) {
      throw new HarnessError({
        code: 'TARGET_EXITED',
        message: autoRestart
          ? `${name} is gone and was started again ${maxRestarts} times already`
          : `${name} ended in an earlier test`,
        hint: autoRestart
          ? 'Look at the first test that errored; max_restart_attempts allows more restarts.'
          : 'Set auto_restart: true to start it again for the tests that remain.',
      });
    }
    this.#restarts += 1;
    await this.#retire();
    this.#context.warn(`${name} had ended and was started again`);
  }

  async #start(): Promise<Session> {
    const { emit, masker } = this.#context;
    const { name } = this.#server;
    emit(masker.record({ type: 'server-start', server: name, target: describeTarget(this.#options) }));
    // A signal of the start alone: the session must outlive the brake for cleanup steps.
    const starting = new AbortController();
    const abort = (): void => starting.abort();
    this.#stop.signal.addEventListener('abort', abort, { once: true });
    if (this.#stop.signal.aborted) abort();
    try {
      const session = await this.#context.connect({ ...this.#options, signal: starting.signal });
      const { protocolVersion, serverInfo, startupMs } = session.info;
      const serverName = typeof serverInfo['name'] === 'string' ? serverInfo['name'] : '';
      emit(masker.record({ type: 'server-ready', server: name, protocolVersion, serverName, startupMs }));
      return session;
    } finally {
      this.#stop.signal.removeEventListener('abort', abort);
    }
  }

  async #retire(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    const findings = await this.#askForFeatures(session);
    const report = await session.close();
    this.#addFindings(withoutCounts(session.findings, findings));
    const { protocolVersion, serverInfo, capabilities, startupMs } = session.info;
    this.#addResult(report.process, report.shutdown, {
      protocolVersion,
      serverInfo,
      capabilities,
      startupMs,
    });
  }

  /**
   * Asks what the server has, once for all its sessions, when the tests on this one are over. What the answers break
   * of the protocol is no test's doing: returns the findings that came of asking alone. What speaks of no list may as
   * well be the late end of a test, such as a second answer to it, and stays.
   */
  async #askForFeatures(session: Session): Promise<readonly Finding[]> {
    const { options, stop, clock } = this.#context;
    const history = this.#history;
    if (options.coverage === false || history.askedForFeatures || !session.alive) return [];
    if (stop.signal.aborted || this.#stop.signal.aborted) return [];
    history.askedForFeatures = true;
    const before = session.findings;
    history.features = await listFeatures(session, { signal: stop.signal, clock });
    return withoutCounts(session.findings, before).filter(({ rule }) => ofLists.test(rule));
  }

  #reportFailedStart(error: HarnessError): void {
    const { process, shutdown, findings, stderrTail } = (error.details ?? {}) as StartErrorDetails;
    if (Array.isArray(findings)) this.#addFindings(findings);
    this.#addResult(
      { ...emptyReport, ...process, ...(stderrTail === undefined ? {} : { stderrTail }) },
      shutdown,
      { startError: describeError(error) },
    );
  }

  #addFindings(findings: readonly Finding[]): void {
    if (this.#context.plan.protocolChecks !== 'off') this.#context.findings.add(this.#server.name, findings);
  }

  #addResult(
    process: ServerProcessReport,
    shutdown: ShutdownReport | undefined,
    more: Partial<ServerResult>,
  ): void {
    const result: ServerResult = this.#context.masker.record({
      name: this.#server.name,
      transport: this.#options.transport ?? 'stdio',
      target: describeTarget(this.#options),
      pid: process.pid,
      ...more,
      limits: process.limits,
      shutdown,
      usage: process.usage,
      stderrTail: process.stderrTail,
    });
    this.#context.servers.push(result);
    this.#context.emit({ type: 'server-end', result });
  }
}

/** Rules on the answers to list requests. */
const ofLists = /^(?:schema\..+\/list|pagination\..+|result\.type|cache\.hints)$/;

/** Findings less the counts of others of the same session; those that are used up are gone. */
function withoutCounts(findings: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  if (others.length === 0) return findings;
  const counts = new Map(others.map(({ rule, count }) => [rule, count]));
  return findings
    .map((finding) => ({ ...finding, count: finding.count - (counts.get(finding.rule) ?? 0) }))
    .filter(({ count }) => count > 0);
}

interface StartErrorDetails {
  readonly process?: ServerProcessReport;
  readonly shutdown?: ShutdownReport;
  readonly findings?: readonly Finding[];
  readonly stderrTail?: string;
}

const emptyReport: ServerProcessReport = {
  pid: undefined,
  limits: [],
  violation: undefined,
  stderrTail: '',
  usage: undefined,
};

async function listSafeTools(session: Session, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const tools = await session.listAll('tools/list', { signal });
  const names = tools.filter(isSafe).map((tool) => tool['name']);
  return new Set(names.filter((name) => typeof name === 'string'));
}

function isSafe(tool: unknown): boolean {
  if (!isJsonObject(tool)) return false;
  const { annotations } = tool;
  if (!isJsonObject(annotations)) return false;
  return annotations['readOnlyHint'] === true || annotations['idempotentHint'] === true;
}

/** CPU time between two looks and the peak so far; undefined when it cannot be measured. */
export function usageBetween(
  before: ServerProcessReport,
  after: ServerProcessReport,
): ProcessUsage | undefined {
  if (after.usage === undefined) return undefined;
  return {
    cpuMs: Math.max(0, after.usage.cpuMs - (before.usage?.cpuMs ?? 0)),
    peakMemoryBytes: after.usage.peakMemoryBytes,
  };
}
