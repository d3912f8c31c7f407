/** Bounds how much of exchanges and stderr a run keeps for tests that did not pass. */
export class DetailBudget {
  #leftChars: number;

  constructor(chars = 64 * 1024 * 1024) {
    this.#leftChars = chars;
  }

  /** False once the budget is used up: then details are cut as for passing tests. */
  get open(): boolean {
    return this.#leftChars > 0;
  }

  spend(chars: number): void {
    this.#leftChars -= chars;
  }
}
