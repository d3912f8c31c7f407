import { HarnessError } from '../errors.ts';
import type { ServerMessage, Session } from '../protocol/types.ts';

const mostKept = 1000;

/**
 * What a test has been notified of since it began, so that a step that waits also sees what arrived before it:
 * a notification often overtakes the answer to the request that caused it.
 */
export class NotificationInbox {
  readonly #session: Session;
  readonly #unread: ServerMessage[] = [];
  readonly #stopListening: () => void;

  constructor(session: Session) {
    this.#session = session;
    this.#stopListening = session.onNotification((message) => {
      if (this.#unread.length < mostKept) this.#unread.push(message);
    });
  }

  /**
   * The first unread notification of that method; each is returned once.
   * @throws HarnessError PROTOCOL_TIMEOUT, and all of {@link Session.waitForNotification}
   */
  async take(method: string, options: { timeoutMs?: number; signal: AbortSignal }): Promise<ServerMessage> {
    const unread = this.#takeUnread(method);
    if (unread !== undefined) return unread;
    try {
      await this.#session.waitForNotification(method, options);
    } catch (error) {
      throw this.#explain(error, method);
    }
    const message = this.#takeUnread(method);
    if (message !== undefined) return message;
    throw new HarnessError({
      code: 'PROTOCOL_MESSAGE_TOO_LARGE',
      message: `more than ${mostKept} notifications came before ${method}`,
      hint: 'Wait for it in an earlier step.',
    });
  }

  close(): void {
    this.#stopListening();
  }

  #takeUnread(method: string): ServerMessage | undefined {
    const index = this.#unread.findIndex((message) => message.method === method);
    return index === -1 ? undefined : this.#unread.splice(index, 1)[0];
  }

  #explain(error: unknown, method: string): unknown {
    if (!(error instanceof HarnessError) || error.code !== 'PROTOCOL_TIMEOUT') return error;
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
