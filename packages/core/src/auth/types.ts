/**
 * OAuth 2.1 for url servers without a person and without a browser, as the revisions define it (2025-11-25 and
 * 2026-07-28, basic/authorization): what a user says of it, and what a transport asks of it.
 */
import type { ProxyOptions, TlsOptions } from '../protocol/types.ts';

/** How the harness gets its tokens. */
export interface OAuthOptions {
  readonly type: 'oauth';
  /** `client_credentials`: the harness acts for itself. `authorization_code`: with PKCE, its user's consent taken as given by the server. */
  readonly grant: 'client_credentials' | 'authorization_code';
  /** Of a client that is registered already. */
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** PEM text (PKCS #8), or the path of a file with it, of a client that proves itself by `private_key_jwt`, RFC 7523. */
  readonly privateKey?: string | undefined;
  /** Of the signature; default ES256. */
  readonly signingAlgorithm?: string | undefined;
  /** https URL of our client id metadata document; used where the authorization server takes such ids. */
  readonly clientMetadataUrl?: string | undefined;
  /** Asked for instead of what the server's challenge or metadata names. */
  readonly scopes?: readonly string[] | undefined;
  /** Where the code is sent, in the authorization code grant; nothing has to listen there. Default {@link defaultRedirectUri}. */
  readonly redirectUri?: string | undefined;
  /** The one authorization server that credentials may be shown to. Default: the first that the server names. */
  readonly issuer?: string | undefined;
  /** false: a 403 `insufficient_scope` stands as the server's answer. Default true: the scopes it names are asked for. */
  readonly stepUp?: boolean | undefined;
}

export const defaultRedirectUri = 'http://127.0.0.1/callback';

/** What the flow needs to know of the server that wants a token. */
export interface ProtectedServer {
  readonly url: string;
  readonly tls?: TlsOptions | undefined;
  readonly proxy?: ProxyOptions | undefined;
  readonly connectTimeoutMs?: number | undefined;
}

/** Told each secret as soon as it is known and before it is used: tokens, codes, secrets of registered clients. */
export type SecretListener = (secret: string) => void | Promise<void>;

/** A refusal that a token may mend. */
export interface Challenge {
  readonly status: 401 | 403;
  /** Of the `WWW-Authenticate` header. */
  readonly resourceMetadata?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly description?: string | undefined;
}

/** Gives requests their `Authorization`. One serves all sessions with a server, so that they share their tokens. */
export interface Authorizer {
  /** The value of the header as of now; undefined before the server has asked for one. */
  readonly header: string | undefined;
  /** Set when the token is about to expire and can be renewed: wait for it before sending. @throws as {@link answer} */
  renewal(signal: AbortSignal): Promise<void> | undefined;
  /** Reads a response; undefined when it is none that a token could mend. */
  challengeIn(status: number, headers: Readonly<Record<string, string>>): Challenge | undefined;
  /**
   * Gets the token that a challenge asks for; the request may then be sent again. Requests that are refused at the
   * same time share one flow.
   * @param used the header that the refused request had
   * @param tries how often that request was sent again already
   * @throws HarnessError TARGET_AUTH_DISCOVERY, TARGET_AUTH_REGISTRATION, TARGET_AUTH_AUTHORIZATION, TARGET_AUTH_TOKEN,
   * TARGET_AUTH_REFUSED; CANCELLED when `signal` is aborted
   */
  answer(challenge: Challenge, used: string | undefined, tries: number, signal: AbortSignal): Promise<void>;
}

export function isAuthorizer(auth: OAuthOptions | Authorizer): auth is Authorizer {
  return 'answer' in auth;
}
