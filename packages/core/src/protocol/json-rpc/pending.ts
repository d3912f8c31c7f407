import type { HarnessError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { NotificationMark } from '../notification-log.ts';
import type { Exchange } from '../types.ts';

/** A request that waits for its answer. */
export interface Pending {
  readonly id: number;
  readonly method: string;
  readonly params: JsonObject | undefined;
  readonly requestText: string;
  startedAtMs: number;
  readonly timeoutMs: number;
  deadlineMs: number;
  /** It is not written yet, so that no time runs. */
  isHeld: boolean;
  readonly notificationMark: NotificationMark;
  readonly progressToken: unknown;
  lastProgress: number;
  readonly resolve: (exchange: Exchange) => void;
  readonly reject: (error: HarnessError) => void;
  /** Stops listening to the caller's signal. */
  readonly forget: (() => void) | undefined;
}

/** Whose answer an id names, and how sure that is. */
export type IdMatch =
  | { readonly kind: 'exact' | 'loose' | 'guessed'; readonly pending: Pending }
  | { readonly kind: 'late'; readonly method: string }
  | { readonly kind: 'duplicate' | 'raw' | 'unknown' };

const memory = 1000;

/** Requests under way, and enough of the past to tell a late answer from a duplicate from a foreign one. */
export class PendingTable {
  readonly #pending = new Map<unknown, Pending>();
  /** Given up, but not answered yet. */
  readonly #late = new Map<number, Pending>();
  readonly #rawIds = new Set<unknown>();
  /** Progress tokens that are not the id of their request. */
  readonly #otherTokens = new Set<unknown>();
  readonly #taskTokens = new Set<unknown>();
  #nextId = 1;

  get size(): number {
    return this.#pending.size;
  }

  takeId(): number {
    const id = this.#nextId;
    this.#nextId = id + 1;
    return id;
  }

  add(pending: Pending): void {
    this.#pending.set(pending.id, pending);
    const token = pending.progressToken;
    if (token !== undefined && token !== pending.id) remember(this.#otherTokens, token);
  }

  get(id: unknown): Pending | undefined {
    return this.#pending.get(id);
  }

  /** Takes a request out; a late answer to it will be recognised when `late`. */
  remove(pending: Pending, late = false): void {
    this.#pending.delete(pending.id);
    if (!late) return;
    this.#late.set(pending.id, pending);
    if (this.#late.size > memory) this.#late.delete(this.#late.keys().next().value as number);
  }

  values(): IterableIterator<Pending> {
    return this.#pending.values();
  }

  /** Remembers an id or token that a raw text uses: what comes for it is nobody's. */
  addRawId(id: unknown): void {
    remember(this.#rawIds, id);
  }

  /** True when an answer with this id belongs to a request of ours, answered already or not, and to no raw text. */
  isOurs(id: unknown): boolean {
    return this.#pending.has(id) || (!this.#rawIds.has(id) && this.#wasUsed(id));
  }

  /** The only request under way; undefined when there are none or several. */
  get only(): Pending | undefined {
    if (this.#pending.size !== 1) return undefined;
    return this.#pending.values().next().value;
  }

  /** Resolves an id that is not simply that of a request under way. */
  match(id: unknown): IdMatch {
    const exact = this.#pending.get(id);
    if (exact !== undefined) return { kind: 'exact', pending: exact };
    if (this.#rawIds.has(id)) return { kind: 'raw' };
    const number = typeof id === 'string' && /^\s*\d{1,15}(?:\.0)?\s*$/.test(id) ? Number(id) : undefined;
    const loose = number === undefined ? undefined : this.#pending.get(number);
    if (loose !== undefined) return { kind: 'loose', pending: loose };
    if (id === undefined || id === null) {
      const only = this.only;
      return only === undefined ? { kind: 'unknown' } : { kind: 'guessed', pending: only };
    }
    return this.#matchPast(number ?? id);
  }

  #matchPast(id: unknown): IdMatch {
    if (typeof id !== 'number') return { kind: 'unknown' };
    const late = this.#late.get(id);
    if (late !== undefined) {
      this.#late.delete(id);
      return { kind: 'late', method: late.method };
    }
    return this.#wasUsed(id) ? { kind: 'duplicate' } : { kind: 'unknown' };
  }

  /** A task goes on after its request was answered, and so may its progress. */
  keepToken(pending: Pending): void {
    if (pending.progressToken !== undefined) remember(this.#taskTokens, pending.progressToken);
  }

  /**
   * What a progress token was that no request under way has: `excused` when progress may still come for it (a task,
   * a raw text, a request whose cancellation it may have crossed).
   */
  pastToken(token: unknown): 'excused' | 'ended' | 'unknown' {
    if (this.#taskTokens.has(token) || this.#rawIds.has(token)) return 'excused';
    for (const late of this.#late.values()) if (late.progressToken === token) return 'excused';
    return this.#otherTokens.has(token) || this.#wasUsed(token) ? 'ended' : 'unknown';
  }

  #wasUsed(id: unknown): boolean {
    return typeof id === 'number' && Number.isInteger(id) && id > 0 && id < this.#nextId;
  }
}

/** Adds to a set that forgets its oldest members. */
function remember(set: Set<unknown>, value: unknown): void {
  set.add(value);
  if (set.size > memory) set.delete(set.values().next().value);
}
