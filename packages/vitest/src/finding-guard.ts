import type { Finding, ProtocolChecks, Session } from '@mcp-test-harness/core';
import { describeFinding } from './describe-finding.ts';
import { harmlessText } from './harmless-text.ts';

interface Watched {
  readonly checks: ProtocolChecks;
  /** Rules that a test was told of. */
  readonly told: Set<string>;
}

/** Watches sessions for violations of the protocol, and tells each once: to the test during which it was first seen. */
export class FindingGuard {
  readonly #watched = new Map<Session, Watched>();

  watch(session: Session, checks: ProtocolChecks): void {
    this.#watched.set(session, { checks, told: new Set() });
  }

  /** Fails for MUSTs that were broken since the last time, where they are to be errors. */
  check(): void {
    this.#fail([...this.#watched.keys()].flatMap((session) => this.#news(session)));
  }

  /** As {@link check}, for a session that was closed. */
  checkLast(session: Session): void {
    const news = this.#news(session);
    this.#watched.delete(session);
    this.#fail(news);
  }

  #news(session: Session): readonly Finding[] {
    const watched = this.#watched.get(session);
    if (watched?.checks !== 'error') return [];
    const news = session.findings.filter(
      ({ rule, severity }) => severity === 'error' && !watched.told.has(rule),
    );
    for (const { rule } of news) watched.told.add(rule);
    return news;
  }

  #fail(findings: readonly Finding[]): void {
    if (findings.length > 0) throw new ProtocolFindingsError(findings);
  }
}

/** The server broke MUSTs of the specification. */
class ProtocolFindingsError extends Error {
  override readonly name = 'ProtocolFindingsError';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(describe(findings));
    this.findings = findings;
    // Where this is thrown tells nobody anything.
    this.stack = `${this.name}: ${this.message}`;
  }
}

function describe(findings: readonly Finding[]): string {
  const what = findings.length === 1 ? 'a rule' : `${findings.length} rules`;
  return harmlessText(
    [`the server broke ${what} of the protocol:`, ...findings.map(describeFinding)].join('\n'),
  );
}
