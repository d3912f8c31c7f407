/** Tells the workers of this process that something waits, so that they need not poll often. */
export class WorkSignal {
  readonly #listeners = new Set<() => void>();

  readonly onWork = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
