/** What has to be undone, the latest first. Each has its chance, whatever the others throw. */
export class Closers {
  readonly #steps: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];

  add(name: string, close: () => Promise<void> | void): void {
    this.#steps.push({ name, close });
  }

  /** @param onFault called for what could not be closed */
  async closeAll(onFault: (name: string, error: unknown) => void): Promise<void> {
    for (;;) {
      const step = this.#steps.pop();
      if (step === undefined) return;
      try {
        await step.close();
      } catch (error) {
        onFault(step.name, error);
      }
    }
  }
}
