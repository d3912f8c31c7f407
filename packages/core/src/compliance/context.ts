import { withAuthorizer } from '../auth/index.ts';
import { isHarnessError } from '../errors.ts';
import { connect } from '../protocol/index.ts';
import type { ShutdownReport } from '../process/types.ts';
import type { Frame, Session, SessionOptions } from '../protocol/types.ts';
import type { FindingBook } from '../runner/finding-book.ts';
import { describeError } from '../runner/outcome.ts';
import { findCallableTools } from './callable-tools.ts';
import { createHttpProbe } from './http-probe.ts';
import type { CallPolicy, CheckContext, Crash, Listed } from './types.ts';

/** Longer ones are not looked at for their method. */
const longestSentFrame = 64 * 1024;

export interface ServerUnderTestOptions {
  readonly server: SessionOptions;
  readonly call: CallPolicy;
  readonly findings: FindingBook;
  readonly requestTimeoutMs: number;
  /** What a server that is asked to end is given where that is judged. */
  readonly shutdownTimeoutMs: number;
}

/** The server as checks see it: one shared session, opened again after a crash, and what was seen on all of them. */
export class ServerUnderTest {
  readonly crashes: Crash[] = [];
  readonly unanswered: string[] = [];
  /** Methods of requests that were sent on any session. */
  readonly exercised = new Set<string>();
  readonly #options: ServerUnderTestOptions;
  readonly #lists = new Map<string, Promise<readonly Listed[]>>();
  #session: Session | undefined;
  #shutdown: Promise<ShutdownReport | undefined> | undefined;

  constructor(options: ServerUnderTestOptions) {
    this.#options = { ...options, server: withAuthorizer(options.server) };
  }

  get name(): string {
    return this.#options.server.name ?? 'server';
  }

  get transport(): 'stdio' | 'http' {
    return this.#options.server.transport === 'http' ? 'http' : 'stdio';
  }

  /** @throws HarnessError when it cannot be started or reached */
  async openShared(signal: AbortSignal): Promise<Session> {
    this.#session ??= await this.#connect({}, signal);
    return this.#session;
  }

  /** What a check works with; `openedHere` gathers the sessions that it opens. */
  contextFor(session: Session, signal: AbortSignal, openedHere: Session[]): CheckContext {
    const list = (method: ListMethod, capability: string): Promise<readonly Listed[]> =>
      this.#list(session, method, capability, signal);
    return {
      transport: this.transport,
      revision: session.info.protocolVersion,
      capabilities: session.info.capabilities,
      session,
      open: async (options = {}) => {
        // A url server that we started serves all sessions.
        const opened = await this.#connect({ ...this.#withoutStart(), ...options }, signal);
        openedHere.push(opened);
        return opened;
      },
      shutdown: () => (this.#shutdown ??= this.#shutDown(signal)),
      tools: () => list('tools/list', 'tools'),
      callableTools: async () => findCallableTools(await list('tools/list', 'tools'), this.#options.call),
      resources: () => list('resources/list', 'resources'),
      resourceTemplates: () => list('resources/templates/list', 'resources'),
      prompts: () => list('prompts/list', 'prompts'),
      http:
        this.#options.server.transport === 'http' ? createHttpProbe(this.#options.server, signal) : undefined,
      crashes: this.crashes,
      unanswered: this.unanswered,
      signal,
    };
  }

  /** Remembers what an error tells of the server. */
  note(error: unknown, during: string): void {
    if (!isHarnessError(error)) return;
    if (error.code === 'TARGET_EXITED') this.crashes.push({ during, error: describeError(error) });
    if (error.code === 'PROTOCOL_TIMEOUT') this.unanswered.push(error.message);
  }

  /** Closes a session and keeps its findings. */
  async close(session: Session): Promise<void> {
    await session.close();
    this.#options.findings.add(this.name, session.findings);
  }

  /** After a check: a shared session that has gone is let go, so that the next check gets a new one. */
  async tidy(): Promise<void> {
    if (this.#session === undefined || this.#session.alive) return;
    const gone = this.#session;
    this.#session = undefined;
    await this.close(gone);
  }

  async end(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await this.close(session);
  }

  #connect(options: Partial<SessionOptions>, signal: AbortSignal): Promise<Session> {
    const merged = {
      requestTimeoutMs: this.#options.requestTimeoutMs,
      ...this.#options.server,
      ...options,
      signal,
      onFrame: (frame: Frame) => this.#noteFrame(frame),
    } as SessionOptions;
    return connect(merged);
  }

  async #shutDown(signal: AbortSignal): Promise<ShutdownReport | undefined> {
    const { shutdownTimeoutMs } = this.#options;
    const session = await this.#connect(this.transport === 'stdio' ? { shutdownTimeoutMs } : {}, signal);
    const { shutdown } = await session.close();
    this.#options.findings.add(this.name, session.findings);
    return shutdown;
  }

  #withoutStart(): Partial<SessionOptions> {
    return this.#options.server.transport === 'http' ? { start: undefined } : {};
  }

  #noteFrame({ direction, text }: Frame): void {
    if (direction !== 'sent' || text.length > longestSentFrame) return;
    const method = /"method":"([^"]+)"/.exec(text)?.[1];
    if (method !== undefined) this.exercised.add(method);
  }

  #list(
    session: Session,
    method: ListMethod,
    capability: string,
    signal: AbortSignal,
  ): Promise<readonly Listed[]> {
    if (session.info.capabilities[capability] === undefined) return Promise.resolve([]);
    const known = this.#lists.get(method);
    if (known !== undefined) return known;
    const listed = session.listAll(method, { signal });
    this.#lists.set(method, listed);
    void listed.catch(() => this.#lists.delete(method));
    return listed;
  }
}

type ListMethod = Parameters<Session['listAll']>[0];
