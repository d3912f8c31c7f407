import { isJsonObject } from '../../json.ts';
import { mayContinue, scanJson, startScan, type JsonScan } from './json-scan.ts';

/** What a line, or several together, turned out to be. */
export interface JoinHandler {
  /** A JSON value. `lines` > 1: it was spread over so many lines, which the stdio transport forbids. */
  value(value: unknown, text: string, bytes: number, atMs: number, lines: number): void;
  /** Not JSON. */
  noise(text: string, bytes: number, atMs: number): void;
  /** The beginning of a message whose rest never came (or came broken). */
  truncated(text: string, bytes: number, atMs: number): void;
}

interface Held {
  readonly lines: string[];
  readonly scan: JsonScan;
  bytes: number;
  lastAtMs: number;
}

/**
 * Reads each line as one JSON text, as the stdio transport demands, and puts messages together that a faulty server
 * spread over several lines. Linear: a joined text is parsed only when its brackets are balanced.
 */
export class LineJoiner {
  readonly #handler: JoinHandler;
  readonly #limitBytes: number;
  readonly #onHold: () => void;
  #held: Held | undefined;

  /** `onHold` is called when a message begins to be held: whoever keeps the time then calls {@link giveUp}. */
  constructor(handler: JoinHandler, limitBytes: number, onHold: () => void) {
    this.#handler = handler;
    this.#limitBytes = limitBytes;
    this.#onHold = onHold;
  }

  get holding(): boolean {
    return this.#held !== undefined;
  }

  /** Time of the last line held, for the one who waits for the next. */
  get heldSinceMs(): number {
    return this.#held?.lastAtMs ?? 0;
  }

  line(text: string, bytes: number, atMs: number): void {
    if (this.#held !== undefined) {
      this.#continue(this.#held, text, bytes, atMs);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (mayContinue(text, error)) this.#hold(text, bytes, atMs);
      else this.#handler.noise(text, bytes, atMs);
      return;
    }
    this.#handler.value(value, text, bytes, atMs, 1);
  }

  /** Stops waiting for the rest of a message. */
  giveUp(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#handler.truncated(held.lines.join('\n'), held.bytes, held.lastAtMs);
  }

  /** What is held so far. */
  unfinished(): string | undefined {
    return this.#held?.lines.join('\n');
  }

  #hold(text: string, bytes: number, atMs: number): void {
    const scan = startScan();
    scanJson(scan, text);
    this.#held = { lines: [text], scan, bytes, lastAtMs: atMs };
    this.#onHold();
  }

  #continue(held: Held, text: string, bytes: number, atMs: number): void {
    const alone = parseMessage(text);
    if (alone !== undefined) {
      this.giveUp();
      this.#handler.value(alone, text, bytes, atMs, 1);
      return;
    }
    held.lines.push(text);
    held.bytes += bytes;
    held.lastAtMs = atMs;
    scanJson(held.scan, text);
    if (held.bytes > this.#limitBytes) {
      this.giveUp();
    } else if (held.scan.depth <= 0) {
      this.#finish(held);
    }
  }

  #finish(held: Held): void {
    let value: unknown;
    try {
      // Newlines between tokens mean nothing; one inside a string was never part of it.
      value = JSON.parse(held.lines.join(''));
    } catch {
      this.giveUp();
      return;
    }
    this.#held = undefined;
    this.#handler.value(value, held.lines.join('\n'), held.bytes, held.lastAtMs, held.lines.length);
  }
}

/** A line that is a whole message by itself shows that the one before it was cut off. */
function parseMessage(text: string): unknown {
  if (text[0] !== '{') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) &&
      ('jsonrpc' in value || ('id' in value && ('result' in value || 'error' in value)))
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
