import { HarnessError } from '../../errors.ts';
import type { ErrorCode } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { RequestsByName } from '../../protocol/named-requests.ts';
import type {
  CloseReport,
  Exchange,
  Finding,
  Frame,
  RequestOptions,
  ServerMessage,
  ServerProcessReport,
  Session,
  SessionInfo,
  SessionOptions,
} from '../../protocol/types.ts';
import type { ManualClock } from './manual-clock.ts';

/** What a fake server answers. */
export type Answer = Partial<Pick<Exchange, 'result' | 'error' | 'malformed' | 'droppedNotifications'>> & {
  readonly takesMs?: number;
};

/** An answer; or nothing ever, the end of the server, or the error that the session throws. */
export type Reaction = Answer | 'hang' | 'crash' | HarnessError;

type Handler = (params: JsonObject, session: FakeSession) => Reaction | Promise<Reaction>;

/** A server under test, as a script. */
export interface FakeServer {
  /** By name; beside those that every fake server has. */
  readonly tools?: Readonly<Record<string, Handler>>;
  /** Of the tools, for `tools/list`. */
  readonly annotations?: Readonly<Record<string, JsonObject>>;
  /** Called with each list that is asked for. */
  readonly onList?: (session: FakeSession) => void;
  /** Of list methods, instead of the tools; or why they cannot be listed. */
  readonly lists?: Readonly<Record<string, readonly JsonObject[] | HarnessError>>;
  readonly methods?: Readonly<Record<string, Handler>>;
  /** Texts that come back for raw bytes. */
  readonly raw?: (text: string) => readonly string[];
  /** Called with 1 for the first start; may throw. */
  readonly start?: (count: number, options: SessionOptions) => void | Promise<void>;
  readonly info?: Partial<SessionInfo>;
  readonly findings?: readonly Finding[];
  readonly peakMemoryBytes?: number;
}

/** A tool's answer of one text. */
export function text(value: string, more: Answer = {}): Answer {
  return { result: { content: [{ type: 'text', text: value }] }, ...more };
}

/** A tool's answer that says that it failed. */
export function toolError(message: string): Answer {
  return { result: { content: [{ type: 'text', text: message }], isError: true } };
}

export function harnessError(code: ErrorCode, message: string = code): HarnessError {
  return new HarnessError({ code, message });
}

const commonTools: Readonly<Record<string, Handler>> = {
  echo: ({ message }) => text(typeof message === 'string' ? message : 'echo'),
  slow: ({ ms }) => text('slow', { takesMs: Number(ms) }),
  hang: () => 'hang',
  crash: () => 'crash',
  malformed: () => ({ ...text('half'), malformed: ['content: is no list'] }),
};

/** One turn of the event loop: requests that were sent together are in flight together. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The servers of a run, and what was done with them. */
export class FakeServers {
  readonly sessions: FakeSession[] = [];
  /** `start server`, `server: echo`, `end server`, in order. */
  readonly log: string[] = [];
  readonly clock: ManualClock;
  readonly #scripts: Readonly<Record<string, FakeServer>>;
  readonly #starts = new Map<string, number>();
  #inFlight = 0;
  /** Most requests that were under way at once. */
  mostInFlight = 0;

  /** @param scripts by name of the server; any other is a plain one */
  constructor(clock: ManualClock, scripts: Readonly<Record<string, FakeServer>> = {}) {
    this.clock = clock;
    this.#scripts = scripts;
  }

  readonly connect = async (options: SessionOptions): Promise<FakeSession> => {
    const name = options.name ?? 'server';
    const script = this.#scripts[name] ?? this.#scripts[name.replace(/ \(.*\)$/, '')] ?? {};
    const count = (this.#starts.get(name) ?? 0) + 1;
    this.#starts.set(name, count);
    this.log.push(`start ${name}`);
    await turn();
    await script.start?.(count, options);
    if (options.signal?.aborted === true) throw harnessError('CANCELLED');
    const session = new FakeSession(name, script, options, this);
    this.sessions.push(session);
    return session;
  };

  get starts(): number {
    return this.log.filter((line) => line.startsWith('start ')).length;
  }

  get open(): number {
    return this.sessions.filter((session) => !session.closed).length;
  }

  async inFlight<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
    }
  }
}

export class FakeSession extends RequestsByName implements Session {
  readonly name: string;
  readonly info: SessionInfo;
  readonly options: SessionOptions;
  readonly frames: readonly Frame[] = [];
  readonly droppedFrames = 0;
  alive = true;
  closed = false;
  /** Written by handlers. */
  stderr = '';
  /** Findings of this session alone; written by handlers. */
  readonly found: Finding[];
  readonly #script: FakeServer;
  readonly #servers: FakeServers;
  readonly #listeners = new Set<(message: ServerMessage) => void>();
  #ids = 0;
  #cpuMs = 0;
  #pending: ServerMessage[] = [];

  constructor(name: string, script: FakeServer, options: SessionOptions, servers: FakeServers) {
    super();
    this.name = name;
    this.options = options;
    this.#script = script;
    this.#servers = servers;
    this.found = [...(script.findings ?? [])];
    this.info = {
      protocolVersion: '2025-11-25',
      serverInfo: { name: 'fake', version: '1' },
      capabilities: { tools: {} },
      instructions: undefined,
      startupMs: 5,
      ...script.info,
    };
  }

  get findings(): readonly Finding[] {
    return [...this.found];
  }

  /** The server sends a notification on its own. */
  push(method: string, params?: JsonObject): void {
    const message = { method, params, atMs: this.#servers.clock.nowMs() };
    this.#pending.push(message);
    for (const listener of this.#listeners) listener(message);
  }

  async exchange(method: string, params?: JsonObject, options: RequestOptions = {}): Promise<Exchange> {
    return this.#servers.inFlight(async () => {
      const { clock, log } = this.#servers;
      const startedAtMs = clock.nowMs();
      const sent = (): Omit<Exchange, 'result' | 'error'> => ({
        id: this.#ids,
        method,
        params,
        malformed: [],
        startedAtMs,
        durationMs: clock.nowMs() - startedAtMs,
        notifications: this.#pending.splice(0),
        requestText: JSON.stringify({ jsonrpc: '2.0', id: this.#ids, method, params }),
        responseText: undefined,
      });
      this.#throwIfGone();
      this.#ids += 1;
      log.push(`${this.name}: ${method === 'tools/call' ? (params?.['name'] as string) : method}`);
      await turn();
      const reaction = await this.#react(method, params ?? {});
      if (reaction instanceof HarnessError) throw reaction;
      if (reaction === 'crash') this.alive = false;
      const { takesMs = 0, ...answer } = reaction === 'hang' || reaction === 'crash' ? {} : reaction;
      const limitMs = options.timeoutMs ?? this.options.requestTimeoutMs ?? 30_000;
      const neededMs = reaction === 'hang' ? Infinity : takesMs;
      const cutOff = (): boolean => options.signal?.aborted === true || !this.alive;
      clock.advance(Math.min(limitMs, neededMs), cutOff);
      if (options.signal?.aborted === true) throw harnessError('CANCELLED', `${method} was cancelled`);
      this.#throwIfGone();
      if (neededMs > limitMs) {
        throw new HarnessError({
          code: 'PROTOCOL_TIMEOUT',
          message: `no answer to ${method} within ${limitMs} ms`,
          details: { exchange: sent() },
        });
      }
      this.#cpuMs += 1;
      const responseText = JSON.stringify({ jsonrpc: '2.0', id: this.#ids, ...answer });
      return { ...sent(), responseText, ...answer };
    });
  }

  #react(method: string, params: JsonObject): Reaction | Promise<Reaction> {
    if (method === 'tools/call') {
      const tool = params['name'] as string;
      const handler = { ...commonTools, ...this.#script.tools }[tool];
      const args = (params['arguments'] ?? {}) as JsonObject;
      return handler?.(args, this) ?? { error: { code: -32602, message: `Unknown tool: ${tool}` } };
    }
    const handler = this.#script.methods?.[method];
    if (handler !== undefined) return handler(params, this);
    return method === 'ping' ? { result: {} } : { error: { code: -32601, message: 'Method not found' } };
  }

  #throwIfGone(): void {
    if (this.closed) throw harnessError('PROTOCOL_SESSION_CLOSED', `${this.name} was closed`);
    if (!this.alive) throw harnessError('TARGET_EXITED', `${this.name} exited with code 1`);
  }

  async request<T = JsonValue>(method: string, params?: JsonObject, options?: RequestOptions): Promise<T> {
    return (await this.exchange(method, params, options)).result as T;
  }

  async listAll<T = JsonObject>(method: string): Promise<readonly T[]> {
    this.#servers.log.push(`${this.name}: ${method}`);
    await turn();
    this.#throwIfGone();
    this.#script.onList?.(this);
    const listed = this.#script.lists?.[method];
    if (listed instanceof HarnessError) throw listed;
    if (listed !== undefined) return listed as readonly unknown[] as readonly T[];
    const tools = Object.keys({ ...commonTools, ...this.#script.tools }).map((name) => ({
      name,
      annotations: this.#script.annotations?.[name] ?? {},
    }));
    return tools as unknown as readonly T[];
  }

  async notify(): Promise<void> {}

  async sendRaw(raw: string, { timeoutMs = 30_000 }: { timeoutMs?: number } = {}): Promise<readonly Frame[]> {
    this.#throwIfGone();
    this.#servers.log.push(`${this.name}: raw`);
    const answers = this.#script.raw?.(raw) ?? [];
    await turn();
    if (answers.length === 0) this.#servers.clock.advance(timeoutMs);
    return [raw, ...answers].map((line, seq) => ({
      seq,
      direction: seq === 0 ? 'sent' : 'received',
      atMs: this.#servers.clock.nowMs(),
      bytes: line.length,
      text: line,
    }));
  }

  async waitForNotification(
    method: string,
    { timeoutMs = 30_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<ServerMessage> {
    const arrived: ServerMessage[] = [];
    const stop = this.onNotification((message) => {
      if (message.method === method) arrived.push(message);
    });
    for (let turns = 0; turns < 5 && arrived.length === 0; turns += 1) await turn();
    const ended = (): boolean => arrived.length > 0 || signal?.aborted === true;
    if (!ended()) this.#servers.clock.advance(timeoutMs, ended);
    stop();
    const [first] = arrived;
    if (first !== undefined) return first;
    if (signal?.aborted === true) throw harnessError('CANCELLED');
    this.#throwIfGone();
    throw harnessError('PROTOCOL_TIMEOUT', `no ${method} came within ${timeoutMs} ms`);
  }

  onNotification(listener: (message: ServerMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cpuTimeMs(): number | undefined {
    return this.#script.peakMemoryBytes === undefined ? undefined : this.#cpuMs;
  }

  process(): ServerProcessReport {
    return {
      pid: 4000 + this.#servers.sessions.indexOf(this),
      limits: [],
      violation: undefined,
      stderrTail: this.stderr,
      usage:
        this.#script.peakMemoryBytes === undefined
          ? undefined
          : { cpuMs: this.#cpuMs, peakMemoryBytes: this.#script.peakMemoryBytes },
    };
  }

  async close(): Promise<CloseReport> {
    if (!this.closed) this.#servers.log.push(`end ${this.name}`);
    const crashed = !this.alive && !this.closed;
    this.closed = true;
    this.alive = false;
    await turn();
    return {
      shutdown: {
        step: crashed ? 'crashed' : 'stdin-closed',
        exitCode: crashed ? 1 : 0,
        signal: null,
        durationMs: 1,
        leftovers: [],
      },
      process: this.process(),
    };
  }
}
