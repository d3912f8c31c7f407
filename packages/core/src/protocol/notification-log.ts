import type { ServerMessage } from './types.ts';

/** Most notifications that one exchange can tell of; beyond it the oldest are let go. */
const limit = 10_000;
const none: readonly ServerMessage[] = Object.freeze([]);

interface Entry {
  readonly message: ServerMessage;
  /** The request whose own stream it came on; undefined on the common channel. */
  readonly requestId: number | undefined;
}

/** The notifications that came while requests were under way. */
export class NotificationLog {
  #entries: Entry[] = [];
  #dropped = 0;

  /** A mark to ask {@link since} with. */
  get mark(): number {
    return this.#dropped + this.#entries.length;
  }

  add(message: ServerMessage, requestId: number | undefined): void {
    this.#entries.push({ message, requestId });
    if (this.#entries.length >= limit * 2) {
      this.#entries = this.#entries.slice(limit);
      this.#dropped += limit;
    }
  }

  /** What came after the mark on the common channel and on that request's own. */
  since(mark: number, requestId: number): readonly ServerMessage[] {
    const start = mark - this.#dropped;
    if (start >= this.#entries.length) return none;
    const messages: ServerMessage[] = [];
    for (const entry of this.#entries.slice(Math.max(start, this.#entries.length - limit, 0))) {
      if (entry.requestId === undefined || entry.requestId === requestId) messages.push(entry.message);
    }
    return messages;
  }

  /** Forgets all, when no request is under way. */
  clear(): void {
    if (this.#entries.length === 0) return;
    this.#dropped += this.#entries.length;
    this.#entries = [];
  }
}
