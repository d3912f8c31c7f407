import type { JsonValue } from '../../json.ts';

/** How many schemas and values one search looks at: starting a suite stays instant, whatever a server lists. */
const stepLimit = 50_000;

/** The state of one search for a sample: its work is bounded, and it remembers why it failed first. */
export class SampleSearch {
  readonly root: JsonValue;
  #depthLimit = 0;
  #steps = 0;
  #reason: string | undefined;

  constructor(root: JsonValue) {
    this.root = root;
  }

  get isExhausted(): boolean {
    return this.#steps > stepLimit;
  }

  get reason(): string {
    if (this.isExhausted) return 'the schema is too intricate';
    return this.#reason ?? 'no value was found that meets all of the schema';
  }

  /** Counts a step; false when the search must not go on here. */
  enter(depth: number, depthLimit: number = this.#depthLimit): boolean {
    this.#steps += 1;
    if (this.isExhausted) return false;
    if (depth <= depthLimit) return true;
    this.giveUp('the schema demands endless nesting');
    return false;
  }

  /** Starts again with the steps that are left. */
  deepen(depthLimit: number): void {
    this.#depthLimit = depthLimit;
    this.#reason = undefined;
  }

  giveUp(reason: string): void {
    this.#reason ??= reason;
  }
}
