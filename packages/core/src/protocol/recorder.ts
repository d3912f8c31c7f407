import type { Frame } from './types.ts';

export interface RecorderLimits {
  readonly maxFrames: number;
  /** Of the texts kept. */
  readonly maxBytes: number;
  /** Longest text kept of one frame. */
  readonly maxFrameBytes: number;
}

export const defaultRecorderLimits: RecorderLimits = {
  maxFrames: 2000,
  maxBytes: 16 * 1024 * 1024,
  maxFrameBytes: 256 * 1024,
};

/** Keeps what went over the wire, the newest within its limits, and counts what it let go. */
export class Recorder {
  readonly #limits: RecorderLimits;
  /** Frame `seq` stands at `seq % maxFrames`. */
  readonly #ring: (Frame | undefined)[] = [];
  /** Sequence number of the next frame. */
  #next = 0;
  /** Sequence number of the oldest frame kept. */
  #first = 0;
  #keptBytes = 0;
  #listeners: readonly ((frame: Frame) => void)[] = [];

  constructor(limits: Partial<RecorderLimits> | undefined, onFrame?: (frame: Frame) => void) {
    const merged = { ...defaultRecorderLimits, ...limits };
    this.#limits = { ...merged, maxFrames: Math.max(1, merged.maxFrames) };
    if (onFrame !== undefined) this.#listeners = [onFrame];
  }

  /** Records one frame and returns it as kept. */
  record(
    direction: Frame['direction'],
    text: string,
    bytes: number,
    atMs: number,
    http?: Frame['http'],
  ): Frame {
    const seq = this.#next;
    this.#next = seq + 1;
    let frame: Frame;
    if (text.length > this.#limits.maxFrameBytes) {
      frame = {
        seq,
        direction,
        atMs,
        bytes,
        text: copyStart(text, this.#limits.maxFrameBytes),
        truncated: true,
      };
      if (http !== undefined) frame = { ...frame, http };
    } else {
      frame =
        http === undefined
          ? { seq, direction, atMs, bytes, text }
          : { seq, direction, atMs, bytes, text, http };
    }
    if (seq - this.#first >= this.#limits.maxFrames) this.#dropOldest();
    this.#ring[seq % this.#limits.maxFrames] = frame;
    this.#keptBytes += frame.text.length;
    while (this.#keptBytes > this.#limits.maxBytes && this.#first < this.#next) this.#dropOldest();
    if (this.#listeners.length > 0) for (const listener of this.#listeners) listener(frame);
    return frame;
  }

  /** Frames kept, oldest first. */
  get frames(): readonly Frame[] {
    return this.#slice(this.#first);
  }

  get dropped(): number {
    return this.#first;
  }

  /** Frames kept that were recorded at or after that time, oldest first. */
  since(atMs: number): readonly Frame[] {
    let from = this.#next;
    while (from > this.#first && this.#at(from - 1).atMs >= atMs) from -= 1;
    return this.#slice(from);
  }

  /** Calls `listener` with each frame from now on; returns how to stop. */
  listen(listener: (frame: Frame) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  #at(seq: number): Frame {
    return this.#ring[seq % this.#limits.maxFrames] as Frame;
  }

  #slice(from: number): readonly Frame[] {
    const frames: Frame[] = [];
    for (let seq = from; seq < this.#next; seq += 1) frames.push(this.#at(seq));
    return frames;
  }

  #dropOldest(): void {
    this.#keptBytes -= this.#at(this.#first).text.length;
    this.#ring[this.#first % this.#limits.maxFrames] = undefined;
    this.#first += 1;
  }
}

/** The beginning of a long text without keeping the whole alive, as a slice would. */
export function copyStart(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString();
}
