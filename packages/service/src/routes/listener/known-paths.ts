/** Which paths a listener answers, and by which methods: a path that is known by others is 405, not 404. */
export class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();

  /** @param pattern with `:name` for a segment that may be anything */
  add(pattern: string, methods: readonly string[]): void {
    const known = this.#methods.get(pattern) ?? new Set();
    for (const method of methods) known.add(method);
    this.#methods.set(pattern, known);
  }

  /** The methods that a path can be asked by; empty when nothing is there. */
  methodsOf(path: string): readonly string[] {
    const segments = path.split('/');
    const found = new Set<string>();
    for (const [pattern, methods] of this.#methods)
      if (fits(pattern.split('/'), segments)) for (const method of methods) found.add(method);
    return [...found].toSorted();
  }
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every(
      (part, index) => part === segments[index] || (part.startsWith(':') && segments[index] !== ''),
    )
  );
}
