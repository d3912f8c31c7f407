import { HarnessError, isHarnessError } from '../errors.ts';
import type { ServerMessage, Session } from '../protocol/types.ts';

/** Notifications kept for a step that waits later; the oldest go first. */
const mostKept = 1000;

/**
 * What a test has been notified of since it began, so that a step that waits also sees what arrived before it:
 * a notification often overtakes the answer to the request that caused it.
 */
export class NotificationInbox {
  readonly #session: Session;
  readonly #unread: ServerMessage[] = [];
  readonly #taken = new WeakSet<ServerMessage>();
  readonly #stopListening: () => void;

  constructor(session: Session) {
    this.#session = session;
    this.#stopListening = session.onNotification((message) => {
      this.#unread.push(message);
      if (this.#unread.length > mostKept) this.#unread.shift();
    });
  }

  /**
   * The first unread notification of that method; each is returned once, also when several wait for it.
   * @throws HarnessError PROTOCOL_TIMEOUT, and all of {@link Session.waitForNotification}
   */
  async take(
    method: string,
    { timeoutMs, signal, nowMs }: { timeoutMs?: number; signal: AbortSignal; nowMs: () => number },
  ): Promise<ServerMessage> {
    const deadlineMs = timeoutMs === undefined ? undefined : nowMs() + timeoutMs;
    for (;;) {
      const unread = this.#unread.find((message) => message.method === method);
      if (unread !== undefined) return this.#take(unread);
      const left = deadlineMs === undefined ? {} : { timeoutMs: Math.max(0, deadlineMs - nowMs()) };
      let arrived: ServerMessage;
      try {
        arrived = await this.#session.waitForNotification(method, { ...left, signal });
      } catch (error) {
        throw this.#explain(error, method);
      }
      // Another iteration that waited for it too may have been faster.
      if (!this.#taken.has(arrived)) return this.#take(arrived);
    }
  }

  close(): void {
    this.#stopListening();
  }

  #take(message: ServerMessage): ServerMessage {
    this.#taken.add(message);
    const index = this.#unread.indexOf(message);
    if (index !== -1) this.#unread.splice(index, 1);
    return message;
  }

  #explain(error: unknown, method: string): unknown {
    if (!isHarnessError(error) || error.code !== 'PROTOCOL_TIMEOUT') return error;
    const others = [...new Set(this.#unread.map((message) => message.method))].slice(0, 5);
    const came =
      others.length === 0 ? 'no notification came' : `other notifications came: ${others.join(', ')}`;
    return new HarnessError({
      code: error.code,
      message: `${method} did not come in time; ${came}`,
      hint: error.hint,
      cause: error,
    });
  }
}
