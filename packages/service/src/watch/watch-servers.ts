/** Watches servers under test by MCP's ping: one prober a server over all replicas, whatever becomes of them. */
import type { Connect, PlannedServer } from '@mcp-test-harness/core';
import { systemClock, type Clock } from '../clock/index.ts';
import type { NotificationRules, Occurrence } from '../alerts/define.ts';
import type { Logger } from '../logging/define.ts';
import { createScrubber } from '../secrets/index.ts';
import type { HealthCheckSettings, ServiceSettings } from '../settings/define.ts';
import type { NewNotification, ServerHealth, Store } from '../store/index.ts';
import { afterProbe, dueAt, unknownHealth, type Turn } from './breaker.ts';
import { ServerSession } from './server-session.ts';

export interface ServerWatchSettings {
  readonly store: Pick<Store, 'serverHealth' | 'locks'>;
  readonly settings: () => ServiceSettings;
  /** The present ones: they change with the settings. */
  readonly rules: () => NotificationRules;
  readonly log: Logger;
  /** What servers on stdio inherit; see `serverEnvironment` of `../runs`. */
  readonly env: Readonly<Record<string, string>>;
  /** Unique for every process that was ever started. */
  readonly owner: string;
  /** Told after each look, also by replicas that do not probe; not of a server that is not known yet. */
  readonly onHealth?: ((server: string, isUp: boolean) => void) | undefined;
  readonly clock?: Clock | undefined;
  /** Default: that of core. */
  readonly connect?: Connect | undefined;
}

export interface ServerWatch {
  /** Looks at the settings again: servers come, go, and change. */
  refresh(): Promise<void>;
  /** Ends all sessions, and the servers that were started for them. */
  stop(): Promise<void>;
}

/** A store that did not answer is asked again. */
const retryMs = 5000;
/** What a prober may be late before another takes over. */
const leaseMarginMs = 30_000;
/** Of an error, in UTF-16 units. */
const longestError = 500;

export function startServerWatch(options: ServerWatchSettings): ServerWatch {
  const watched = new Map<string, WatchedServer>();

  const refresh = async (): Promise<void> => {
    const { healthChecks, plan } = options.settings();
    const ending: Promise<void>[] = [];
    for (const [name, one] of watched) {
      if (healthChecks.has(name) && one.isSame(findServer(plan.servers, name))) continue;
      watched.delete(name);
      ending.push(one.stop());
    }
    await Promise.all(ending);
    for (const name of healthChecks.keys()) {
      if (watched.has(name)) continue;
      const server = findServer(plan.servers, name);
      if (server === undefined)
        options.log.warn('a server is not watched, since no suite runs on it', { server: name });
      else watched.set(name, new WatchedServer(name, server, options));
    }
  };

  // One after the other: a server that is replaced has ended before its successor starts.
  let last = refresh();
  return {
    refresh: () => (last = last.then(refresh)),
    stop: async () => {
      await last;
      await Promise.all([...watched.values()].map((one) => one.stop()));
      watched.clear();
    },
  };
}

/** The server itself, or where only suites with limits of their own use it, one of its variants. */
function findServer(servers: readonly PlannedServer[], name: string): PlannedServer | undefined {
  const variants = servers.filter(({ configuredName }) => configuredName === name);
  return variants.find((one) => one.name === name) ?? variants[0];
}

class WatchedServer {
  readonly #name: string;
  readonly #definition: string;
  readonly #options: ServerWatchSettings;
  readonly #clock: Clock;
  readonly #session: ServerSession;
  readonly #scrubber = createScrubber();
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #isProber = false;

  constructor(name: string, server: PlannedServer, options: ServerWatchSettings) {
    this.#name = name;
    this.#definition = definitionOf(server);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#session = new ServerSession(server, {
      env: options.env,
      connect: options.connect ?? connectLazily,
      clock: this.#clock,
      onSecret: this.#scrubber.add,
    });
    this.#running = this.#loop();
  }

  isSame(server: PlannedServer | undefined): boolean {
    return server !== undefined && definitionOf(server) === this.#definition;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#session.close();
    // Another replica need not wait for the lease. One that is not released runs out by itself.
    if (this.#isProber)
      await this.#options.store.locks.release(this.#lock, this.#options.owner).catch(() => undefined);
  }

  get #lock(): string {
    return `watch:${this.#name}`;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const next = await this.#look().catch((error: unknown) => {
        this.#options.log.error('the health of a server could not be looked after', {
          server: this.#name,
          error,
        });
        return this.#clock.now() + retryMs;
      });
      // The prober of another replica may be a moment late.
      await this.#clock.sleep(Math.max(1, next - this.#clock.now()), signal);
    }
  }

  /** One look at the server, or at what another replica found. @returns when to look again */
  async #look(): Promise<number> {
    const { store, owner } = this.#options;
    const check = this.#options.settings().healthChecks.get(this.#name);
    if (check === undefined) return this.#clock.now() + retryMs;
    const waitMs = Math.max(check.intervalMs, check.recoveryTimeoutMs);
    this.#isProber = await store.locks.acquire(this.#lock, owner, waitMs + check.timeoutMs + leaseMarginMs);
    const known = (await store.serverHealth.get(this.#name)) ?? unknownHealth(this.#name, this.#clock.now());
    if (!this.#isProber) {
      await this.#session.close();
      this.#tell(known);
      return this.#clock.now() + check.intervalMs;
    }
    const due = dueAt(known, check);
    if (due > this.#clock.now()) {
      this.#tell(known);
      return due;
    }
    return await this.#probe(known, check);
  }

  async #probe(known: ServerHealth, check: HealthCheckSettings): Promise<number> {
    const at = this.#clock.now();
    const { signal } = this.#stopped;
    const failure = await this.#session.ping(check.timeoutMs, signal);
    if (signal.aborted) return at;
    const error = failure === undefined ? undefined : this.#shortError(failure.message);
    const { health, turn } = afterProbe(known, { at, error }, check);
    const notifications = turn === undefined ? [] : this.#notificationsOf(turn, known, health);
    if (!(await this.#options.store.serverHealth.save(health, notifications))) {
      // Another replica took over meanwhile; what it found counts.
      return this.#clock.now() + retryMs;
    }
    if (error !== undefined)
      this.#options.log.debug('a server did not answer', {
        server: this.#name,
        error,
        failures: health.consecutiveFailures,
      });
    if (turn !== undefined) this.#logTurn(turn, health);
    this.#tell(health);
    return health.nextProbeAt;
  }

  #notificationsOf(turn: Turn, before: ServerHealth, after: ServerHealth): readonly NewNotification[] {
    const server = this.#name;
    const occurrence: Occurrence =
      turn === 'went-down'
        ? { type: 'server-down', server, since: after.since, error: after.lastError }
        : { type: 'server-up', server, downSince: before.since };
    return this.#options.rules()(occurrence, this.#clock.now());
  }

  #logTurn(turn: Turn, { consecutiveFailures, lastError }: ServerHealth): void {
    const server = this.#name;
    if (turn === 'came-up') this.#options.log.info('a server is up again', { server });
    else
      this.#options.log.error('a server is down', {
        server,
        failures: consecutiveFailures,
        error: lastError,
      });
  }

  #tell({ state }: ServerHealth): void {
    if (state !== 'unknown') this.#options.onHealth?.(this.#name, state === 'up');
  }

  /** Stores and pages show it: no secret, and not much. */
  #shortError(message: string): string {
    const { secrets, plan } = this.#options.settings();
    for (const secret of [...secrets, ...plan.secrets]) this.#scrubber.add(secret);
    const text = this.#scrubber.text(message);
    return text.length <= longestError ? text : `${text.slice(0, longestError).toWellFormed()}…`;
  }
}

function definitionOf({ session }: PlannedServer): string {
  return JSON.stringify(session);
}

const connectLazily: Connect = async (options) => {
  const { connect } = await import('@mcp-test-harness/core/protocol');
  return await connect(options);
};
