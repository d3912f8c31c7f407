/** More work was asked for than there is. */
export class WorkLimitError extends Error {}

/** Schemas led to schemas without end. */
export class NestingLimitError extends Error {}

/** What one judgement or search may still cost; a unit is roughly the time to look at one keyword. */
export class Work {
  #unitsLeft: number;

  constructor(limitUnits: number) {
    this.#unitsLeft = limitUnits;
  }

  /** @throws WorkLimitError when more is asked for than is left */
  spend(units: number): void {
    this.#unitsLeft -= units;
    if (this.#unitsLeft < 0) throw new WorkLimitError();
  }
}
