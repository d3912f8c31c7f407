import { createHash, randomBytes } from 'node:crypto';

/** One who signed in with an API key. Of the key only its digest is kept: whether it is still valid is asked each time. */
export interface Session {
  /** Hexadecimal. */
  readonly keyDigest: string;
  readonly keyId: string | undefined;
  readonly expiresAt: number;
}

export const sessionMs = 8 * 3_600_000;
const mostSessions = 1000;

/** The sessions of this process. Their ids are kept hashed, so that nothing that shows memory shows a cookie. */
export class Sessions {
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns the id, for the cookie */
  open(key: Pick<Session, 'keyDigest' | 'keyId'>): string {
    for (const [name, { expiresAt }] of this.#sessions)
      if (expiresAt <= this.#now()) this.#sessions.delete(name);
    // The oldest gives way: it can sign in again.
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(nameOf(id), { ...key, expiresAt: this.#now() + sessionMs });
    return id;
  }

  find(id: string): Session | undefined {
    const session = this.#sessions.get(nameOf(id));
    return session === undefined || session.expiresAt <= this.#now() ? undefined : session;
  }

  close(id: string): void {
    this.#sessions.delete(nameOf(id));
  }
}

function nameOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
