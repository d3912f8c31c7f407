import { createHash, randomBytes } from 'node:crypto';
import type { SessionStore, StoredSession } from '../../store/index.ts';

export const sessionMs = 8 * 3_600_000;

/**
 * Who signed in with an API key, for every replica that serves them next. Ids are kept hashed, so that nothing that shows
 * the store shows a cookie; of the key its digest is kept: whether it is still valid is asked each time.
 */
export class Sessions {
  readonly #store: SessionStore;
  readonly #now: () => number;

  constructor(store: SessionStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** @returns the id, for the cookie */
  async open(key: Pick<StoredSession, 'keyDigest' | 'keyId'>): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    await this.#store.open({ ...key, name: nameOf(id), expiresAt: this.#now() + sessionMs });
    return id;
  }

  async find(id: string): Promise<StoredSession | undefined> {
    return await this.#store.find(nameOf(id));
  }

  async close(id: string): Promise<void> {
    await this.#store.close(nameOf(id));
  }
}

function nameOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
