import { isHarnessError } from '../errors.ts';
import type { PlannedServer } from '../plan/types.ts';
import type { Session } from '../protocol/types.ts';
import type { RunContext } from '../runner/run-context.ts';
import { inheritEnvironment } from '../runner/server-target.ts';

/** After these the server, or our channel to it, is not there any more. */
const goneCodes = new Set([
  'TARGET_EXITED',
  'TARGET_LIMIT_EXCEEDED',
  'TARGET_UNREACHABLE',
  'PROTOCOL_SESSION_CLOSED',
]);

/** True for the fault of a server that has gone, after which a new one may be tried. */
export function isGone(error: unknown): boolean {
  return isHarnessError(error) && goneCodes.has(error.code);
}

/** One side of a pair: a server process that is started when it is needed, and again when it has gone. */
export class BenchServer {
  readonly #server: PlannedServer;
  readonly #context: RunContext;
  readonly #signal: AbortSignal;
  #session: Session | undefined;
  #startupMs: number | undefined;
  #peakMemoryBytes: number | undefined;

  constructor(server: PlannedServer, context: RunContext, signal: AbortSignal) {
    this.#server = server;
    this.#context = context;
    this.#signal = signal;
  }

  /** The open session. @throws HarnessError as `connect` */
  async open(): Promise<Session> {
    if (this.#session?.alive === true) return this.#session;
    await this.close();
    const options = inheritEnvironment(this.#server.session, this.#context.options.env);
    const session = await this.#context.connect({ ...options, signal: this.#signal });
    this.#session = session;
    this.#startupMs ??= session.info.startupMs;
    return session;
  }

  /** From the first spawn to the end of the handshake. */
  get startupMs(): number | undefined {
    return this.#startupMs;
  }

  /** Highest resident memory of the process tree, of all processes that this side had. */
  get peakMemoryBytes(): number | undefined {
    this.#lookAtMemory();
    return this.#peakMemoryBytes;
  }

  /** Ends the server. Never rejects. */
  async close(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#lookAtMemory();
    this.#session = undefined;
    await session.close();
    this.#context.findings.add(this.#server.name, session.findings);
  }

  #lookAtMemory(): void {
    const peak = this.#session?.process().usage?.peakMemoryBytes;
    if (peak !== undefined) this.#peakMemoryBytes = Math.max(peak, this.#peakMemoryBytes ?? 0);
  }
}
