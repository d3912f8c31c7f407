import type { Finding, ProtocolChecks, Session } from '@mcp-test-harness/core';
import { cleanText } from '@mcp-test-harness/core/clean-text';
import { describeFinding } from './describe-finding.ts';

/** Watches sessions for violations of the protocol, and tells each once: to the test during which it was first seen. */
export class FindingGuard {
  readonly #checks: ProtocolChecks;
  readonly #told = new WeakMap<Session, Set<string>>();
  readonly #sessions = new Set<Session>();

  constructor(checks: ProtocolChecks) {
    this.#checks = checks;
  }

  watch(session: Session): void {
    this.#sessions.add(session);
    this.#told.set(session, new Set());
  }

  /**
   * Fails for MUSTs that were broken since the last time, if they are to be errors.
   * @param session of which nothing more will come; default: look at all
   */
  check(session?: Session): void {
    const found = (session === undefined ? [...this.#sessions] : [session]).flatMap((one) => this.#news(one));
    if (session !== undefined) this.#sessions.delete(session);
    const errors = found.filter(({ severity }) => severity === 'error');
    if (this.#checks === 'error' && errors.length > 0) throw new ProtocolFindingsError(errors);
  }

  #news(session: Session): readonly Finding[] {
    const told = this.#told.get(session) ?? new Set();
    const news = session.findings.filter(({ rule }) => !told.has(rule));
    for (const { rule } of news) told.add(rule);
    return news;
  }
}

/** The server broke MUSTs of the specification. */
export class ProtocolFindingsError extends Error {
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
  return cleanText(
    [`the server broke ${what} of the protocol:`, ...findings.map(describeFinding)].join('\n'),
  );
}
