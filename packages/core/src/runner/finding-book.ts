import type { Finding } from '../protocol/types.ts';

/** All findings of a run: one entry per rule and server, counts of several sessions added up. */
export class FindingBook {
  readonly #closed = new Map<string, Finding>();
  readonly #announced = new Set<string>();
  readonly #announce: (finding: Finding) => void;

  /** @param announce called once per rule and server, when it is seen first */
  constructor(announce: (finding: Finding) => void) {
    this.#announce = announce;
  }

  /** Looks at a session that goes on. */
  notice(server: string, findings: readonly Finding[]): void {
    for (const finding of findings) {
      const key = `${server}\n${finding.rule}`;
      if (this.#announced.has(key)) continue;
      this.#announced.add(key);
      this.#announce({ ...finding, server });
    }
  }

  /** Takes the final counts of a session that has ended. */
  add(server: string, findings: readonly Finding[]): void {
    this.notice(server, findings);
    for (const finding of findings) {
      const key = `${server}\n${finding.rule}`;
      const known = this.#closed.get(key);
      this.#closed.set(
        key,
        known === undefined ? { ...finding, server } : { ...known, count: known.count + finding.count },
      );
    }
  }

  list(): readonly Finding[] {
    return [...this.#closed.values()];
  }
}
