import type { Connect, PlannedServer, ResourceLimits, Session, SessionOptions } from '@mcp-test-harness/core';
import { withAuthorizer } from '@mcp-test-harness/core/auth';
import { HarnessError, toHarnessError } from '@mcp-test-harness/core/errors';
import { inheritEnvironment } from '@mcp-test-harness/core/runner';
import type { Clock } from '../clock/index.ts';

export interface ServerSessionSettings {
  /** What a server on stdio inherits. */
  readonly env: Readonly<Record<string, string>>;
  readonly connect: Connect;
  readonly clock: Clock;
  /** A token that was got on the way. */
  readonly onSecret: (secret: string) => void;
}

/** JSON-RPC: the server has answered, and does not know `ping`. */
const methodNotFound = -32_601;

/**
 * The session over which a server is pinged. It is kept from one ping to the next; what is broken is opened anew, at once
 * when it had broken in the meantime, so that a restart of the server or of what lies between is no failure of it.
 */
export class ServerSession {
  readonly #options: SessionOptions;
  readonly #settings: ServerSessionSettings;
  #session: Session | undefined;

  constructor(server: PlannedServer, settings: ServerSessionSettings) {
    this.#options = withAuthorizer(
      inheritEnvironment(withoutCpuLimit(server), settings.env),
      settings.onSecret,
    );
    this.#settings = settings;
  }

  /** Why the server does not answer; undefined when it does. Never rejects. */
  async ping(timeoutMs: number, signal: AbortSignal): Promise<HarnessError | undefined> {
    const kept = this.#session?.alive === true ? this.#session : undefined;
    if (kept !== undefined) {
      const error = await this.#pingOver(kept, timeoutMs, signal);
      if (error === undefined) return undefined;
      await this.close();
      // Silence is an answer; a session that is gone may only have been forgotten.
      if (error.code === 'PROTOCOL_TIMEOUT' || signal.aborted) return error;
    }
    const error = await this.#pingAnew(timeoutMs, signal);
    if (error !== undefined) await this.close();
    return error;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #pingAnew(timeoutMs: number, signal: AbortSignal): Promise<HarnessError | undefined> {
    await this.close();
    try {
      // Starting has a time of its own, which belongs to the server.
      this.#session = await this.#settings.connect({ ...this.#options, signal });
    } catch (error) {
      return toHarnessError(error);
    }
    return await this.#pingOver(this.#session, timeoutMs, signal);
  }

  async #pingOver(
    session: Session,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<HarnessError | undefined> {
    const over = new AbortController();
    const late = new AbortController();
    const deadline = this.#settings.clock.sleep(timeoutMs, over.signal).then(() => late.abort());
    try {
      await session.ping({
        // Far beyond, so that one clock decides.
        timeoutMs: timeoutMs + 60_000,
        signal: AbortSignal.any([late.signal, signal]),
      });
      return undefined;
    } catch (thrown) {
      if (late.signal.aborted) return noAnswer(timeoutMs);
      const error = toHarnessError(thrown);
      return isMethodNotFound(error) ? undefined : error;
    } finally {
      over.abort();
      await deadline;
    }
  }
}

function isMethodNotFound({ code, details }: HarnessError): boolean {
  const answer = details?.['error'] as { readonly code?: unknown } | undefined;
  return code === 'PROTOCOL_ERROR_ANSWER' && answer?.code === methodNotFound;
}

function noAnswer(timeoutMs: number): HarnessError {
  return new HarnessError({
    code: 'PROTOCOL_TIMEOUT',
    message: `ping was not answered within ${timeoutMs} ms`,
    hint: 'Raise health_check.timeout_seconds when the server may take longer.',
  });
}

/** The CPU time of a server that runs for weeks is no sign of anything. */
function withoutCpuLimit({ configuredName, session }: PlannedServer): SessionOptions {
  const lift = <T extends { readonly limits?: ResourceLimits | undefined }>(options: T): T =>
    options.limits === undefined
      ? options
      : { ...options, limits: { ...options.limits, maxCpuSeconds: undefined } };
  const named = { ...session, name: configuredName };
  if (!('url' in named)) return lift(named);
  return named.start === undefined ? named : { ...named, start: lift(named.start) };
}
