/** Who looks at the dashboard: by the cookie of a session, a client certificate, or anybody where RBAC is off. */
import type { FastifyRequest } from 'fastify';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { authenticate, digestApiKey, type PolicyHolder, type RefusalReason } from '../../auth/index.ts';
import { anybody, callerOf, visitorOf, type Caller } from '../access/caller.ts';
import { certificateOf } from '../access/gate.ts';
import { readSessionCookie } from './cookies.ts';
import type { SessionStore } from '../../store/index.ts';
import { Sessions } from './sessions.ts';

export interface Visitor {
  readonly caller: Caller;
  /** Stands in every form: a page of another site cannot know it. */
  readonly csrf: string;
  /** The id of the session; undefined for who needs none. */
  readonly sessionId: string | undefined;
}

export type SignIn =
  | { readonly state: 'signed-in'; readonly caller: Caller; readonly open: () => Promise<string> }
  | { readonly state: 'refused'; readonly reason: RefusalReason; readonly keyId?: string | undefined };

export class Visitors {
  readonly #policy: PolicyHolder | undefined;
  readonly #now: () => number;
  readonly #sessions: Sessions;
  /** Of forms of those without a session: those of another process are not accepted; they are asked for again. */
  readonly #secret = randomBytes(32);

  constructor(policy: PolicyHolder | undefined, sessions: SessionStore, now: () => number) {
    this.#policy = policy;
    this.#now = now;
    this.#sessions = new Sessions(sessions, now);
  }

  /** Whether somebody can sign in at all. */
  get needKeys(): boolean {
    return this.#policy !== undefined;
  }

  async find(request: FastifyRequest): Promise<Visitor | undefined> {
    if (this.#policy === undefined) return this.#visitor(anybody(request.ip));
    const sessionId = readSessionCookie(request.headers.cookie);
    const session = sessionId === undefined ? undefined : await this.#sessions.find(sessionId);
    if (session !== undefined) {
      // Both sides are ours; a key that was taken out of the policy ends its sessions.
      const key = this.#policy.current.keys.find(
        ({ digest }) => digest.toString('hex') === session.keyDigest,
      );
      if (key !== undefined && (key.expiresAt === undefined || key.expiresAt > this.#now()))
        return this.#visitor(visitorOf(key.user, session.keyId, request.ip), sessionId);
    }
    const who = authenticate(
      this.#policy.current,
      { headers: {}, certificate: certificateOf(request) },
      this.#now(),
    );
    return who.state === 'recognised' ? this.#visitor(callerOf(who.principal, request.ip)) : undefined;
  }

  /** Judges a key; the session begins when `open` is called. */
  signIn(request: FastifyRequest, key: string): SignIn {
    if (this.#policy === undefined) return { state: 'refused', reason: 'unknown-key' };
    const who = authenticate(
      this.#policy.current,
      { headers: { 'x-api-key': key }, certificate: certificateOf(request) },
      this.#now(),
    );
    if (who.state === 'refused') return { state: 'refused', reason: who.reason, keyId: who.keyId };
    const { principal } = who;
    return {
      state: 'signed-in',
      caller: callerOf(principal, request.ip),
      open: () =>
        this.#sessions.open({
          keyDigest: digestApiKey(key.trim()).toString('hex'),
          keyId: principal.keyId,
        }),
    };
  }

  async signOut({ sessionId }: Visitor): Promise<void> {
    if (sessionId !== undefined) await this.#sessions.close(sessionId);
  }

  /** Whether a form is of a page that we have sent to this visitor. */
  isOwnForm({ csrf }: Visitor, given: string): boolean {
    const [one, other] = [csrf, given].map((text) => createHash('sha256').update(text).digest());
    return one !== undefined && other !== undefined && timingSafeEqual(one, other);
  }

  #visitor(caller: Caller, sessionId?: string): Visitor {
    const [secret, scope] =
      sessionId === undefined ? [this.#secret, caller.actor.certificate ?? 'anybody'] : [sessionId, 'form'];
    const csrf = createHmac('sha256', secret).update(scope).digest('base64url');
    return { caller, csrf, sessionId };
  }
}
