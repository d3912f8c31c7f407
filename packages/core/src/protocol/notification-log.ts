import type { ServerMessage } from './types.ts';

/** Most notifications that one exchange can tell of; beyond it the oldest are let go. */
const limit = 10_000;
const none: readonly ServerMessage[] = Object.freeze([]);

/** A moment in the log. */
export interface NotificationMark {
  readonly index: number;
  readonly common: number;
}

interface Entry {
  readonly message: ServerMessage;
  /** The request whose own stream it came on; undefined on the common channel. */
  readonly requestId: number | undefined;
}

/** The notifications that came while requests were under way. */
export class NotificationLog {
  #entries: Entry[] = [];
  #dropped = 0;
  #common = 0;
  readonly #own = new Map<number, number>();

  /** A mark to ask {@link since} and {@link countSince} with. */
  get mark(): NotificationMark {
    return { index: this.#dropped + this.#entries.length, common: this.#common };
  }

  add(message: ServerMessage, requestId: number | undefined): void {
    if (requestId === undefined) this.#common += 1;
    else this.#own.set(requestId, (this.#own.get(requestId) ?? 0) + 1);
    this.#entries.push({ message, requestId });
    if (this.#entries.length >= limit * 2) {
      this.#entries = this.#entries.slice(limit);
      this.#dropped += limit;
    }
  }

  /** What came after the mark on the common channel and on that request's own. */
  since(mark: NotificationMark, requestId: number): readonly ServerMessage[] {
    const start = mark.index - this.#dropped;
    if (start >= this.#entries.length) return none;
    const messages: ServerMessage[] = [];
    for (const entry of this.#entries.slice(Math.max(start, this.#entries.length - limit, 0))) {
      if (entry.requestId === undefined || entry.requestId === requestId) messages.push(entry.message);
    }
    return messages;
  }

  /** How many came, whether they were kept or not. */
  countSince(mark: NotificationMark, requestId: number): number {
    return this.#common - mark.common + (this.#own.get(requestId) ?? 0);
  }

  /** Forgets all, when no request is under way. */
  clear(): void {
    this.#own.clear();
    if (this.#entries.length === 0) return;
    this.#dropped += this.#entries.length;
    this.#entries = [];
  }
}
