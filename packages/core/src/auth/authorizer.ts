import { HarnessError } from '../errors.ts';
import { readPem } from '../transports/http/tls.ts';
import { toAuthError, type AuthStep } from './auth-error.ts';
import { AuthHttp } from './auth-http.ts';
import { authorize } from './authorize.ts';
import { readChallenge, unite } from './challenge.ts';
import { ClientIdentities, type ClientIdentity } from './client-identity.ts';
import { discover, type Discovery } from './discover.ts';
import { loadOAuthHelpers } from './oauth-helpers.ts';
import { SecretBook } from './secret-book.ts';
import { SharedFlight } from './shared-flight.ts';
import { redeemCode, refresh, requestForOurselves, type Token, type TokenDesk } from './tokens.ts';
import {
  defaultRedirectUri,
  type Authorizer,
  type Challenge,
  type OAuthOptions,
  type ProtectedServer,
  type SecretListener,
} from './types.ts';

/** A whole flow, all its requests together. */
const flowTimeoutMs = 30_000;
/** How often one request is sent again, whatever its server says. */
const mostTries = 4;
/** A token is renewed this long before it expires, or after nine tenths of a short life. */
const renewBeforeMs = 30_000;

interface Holding extends Token {
  readonly discovery: Discovery;
  readonly client: ClientIdentity;
  /** Of the monotonic clock; undefined when the server did not say how long the token lives. */
  readonly renewAtMs: number | undefined;
  readonly wasRefreshed: boolean;
}

/**
 * An authorizer for one server. It asks for nothing before the server has: the first token is the answer to a 401.
 * @param onSecret told each secret before it is used, so that it can be hidden elsewhere too
 */
export function createAuthorizer(
  options: OAuthOptions,
  server: ProtectedServer,
  onSecret?: SecretListener,
): Authorizer {
  return new OAuthAuthorizer(options, server, onSecret);
}

class OAuthAuthorizer implements Authorizer {
  readonly #options: OAuthOptions;
  readonly #server: ProtectedServer;
  readonly #secrets: SecretBook;
  readonly #identities: ClientIdentities;
  #holding: Holding | undefined;
  /** What was last asked for. */
  #scopes: readonly string[] = [];
  #flight: SharedFlight | undefined;

  constructor(options: OAuthOptions, server: ProtectedServer, onSecret: SecretListener | undefined) {
    this.#options = options;
    this.#server = server;
    this.#secrets = new SecretBook(onSecret);
    this.#identities = new ClientIdentities(options);
  }

  get header(): string | undefined {
    return this.#holding === undefined ? undefined : `Bearer ${this.#holding.accessToken}`;
  }

  renewal(signal: AbortSignal): Promise<void> | undefined {
    const holding = this.#holding;
    if (holding?.renewAtMs === undefined || performance.now() < holding.renewAtMs) return undefined;
    return (this.#flight ?? this.#renew(holding)).wait(signal);
  }

  challengeIn(status: number, headers: Readonly<Record<string, string>>): Challenge | undefined {
    const challenge = readChallenge(status, headers);
    return challenge?.status === 403 && this.#options.stepUp === false ? undefined : challenge;
  }

  async answer(
    challenge: Challenge,
    used: string | undefined,
    tries: number,
    signal: AbortSignal,
  ): Promise<void> {
    // Another request may have brought a new token meanwhile, or be about to.
    while (this.#flight !== undefined) await this.#flight.wait(signal);
    if (tries < mostTries && used !== this.header) return;
    const holding = this.#holding;
    if (challenge.status === 403) {
      await this.#stepUp(challenge, tries).wait(signal);
    } else if (holding === undefined || tries === 0) {
      const canRefresh = holding?.refreshToken !== undefined;
      await (canRefresh ? this.#refreshOrBegin(challenge, holding) : this.#begin(challenge)).wait(signal);
    } else if (holding.wasRefreshed && tries < mostTries) {
      await this.#begin(challenge).wait(signal);
    } else {
      throw this.#refused(
        challenge,
        'refuses the token that its authorization server has just given',
        refusedHint,
      );
    }
  }

  /** Scopes that were asked for already will not be given when they are asked for again. */
  #stepUp(challenge: Challenge, tries: number): SharedFlight {
    const wanted = unite(this.#scopes, this.#holding?.scopes, challenge.scopes);
    const missing = wanted.filter((scope) => !this.#scopes.includes(scope));
    if (missing.length > 0 && tries < mostTries) return this.#begin(challenge, wanted);
    const named = challenge.scopes ?? [];
    const what =
      named.length === 0
        ? 'says insufficient_scope without naming the scope'
        : `asks for the scope ${named.join(' ')}, which was asked for already`;
    throw this.#refused(challenge, what, scopeHint);
  }

  #refused({ status, description }: Challenge, what: string, hint: string): HarnessError {
    const { url } = this.#server;
    const granted = this.#holding?.scopes ?? [];
    const words = description === undefined ? '' : `: ${description.slice(0, 300)}`;
    return new HarnessError({
      code: 'TARGET_AUTH_REFUSED',
      message: this.#secrets.hide(`${url} ${what} (HTTP ${status})${words}`),
      hint,
      details: { url, status, asked: this.#scopes, granted },
    });
  }

  /** A new grant, from the discovery on: the server may have changed its authorization server. */
  #begin(challenge: Challenge, scopes?: readonly string[]): SharedFlight {
    return this.#fly(async (http, at) => {
      await this.#grant(http, at, challenge, scopes);
    });
  }

  #refreshOrBegin(challenge: Challenge, holding: Holding): SharedFlight {
    return this.#fly(async (http, at) => {
      at('discovery');
      const helpers = await loadOAuthHelpers();
      const discovery = await discover(helpers, http, this.#server.url, challenge, this.#options);
      const isSame = discovery.issuer === holding.discovery.issuer;
      if (!isSame || !(await this.#refresh(http, at, holding)))
        await this.#grant(http, at, challenge, undefined, discovery);
    });
  }

  /** Before the token expires; without a refresh token only where nobody need consent again. */
  #renew(holding: Holding): SharedFlight {
    return this.#fly(async (http, at) => {
      if (await this.#refresh(http, at, holding)) return;
      await this.#grant(http, at, { status: 401 }, this.#scopes, holding.discovery);
    });
  }

  /** False when there is nothing to refresh with, or the server will not have it. */
  async #refresh(http: AuthHttp, at: (step: AuthStep) => void, holding: Holding): Promise<boolean> {
    if (holding.refreshToken === undefined) return false;
    at('token');
    const desk = await this.#deskFor(http, holding.discovery, holding.client);
    try {
      const token = await refresh(desk, holding.refreshToken, holding.scopes);
      this.#hold(token, holding.discovery, holding.client, true);
      return true;
    } catch (error) {
      // Expired, revoked, or used before: RFC 6749 section 5.2.
      const { code } = error as { readonly code?: unknown };
      if (code === 'invalid_client') this.#identities.forget(holding.discovery.issuer);
      if (code === 'invalid_grant' || code === 'invalid_client') return false;
      throw error;
    }
  }

  async #grant(
    http: AuthHttp,
    at: (step: AuthStep) => void,
    challenge: Challenge,
    scopes: readonly string[] | undefined,
    known?: Discovery,
  ): Promise<void> {
    at('discovery');
    const helpers = await loadOAuthHelpers();
    const discovery = known ?? (await discover(helpers, http, this.#server.url, challenge, this.#options));
    const asked = scopes ?? this.#chooseScopes(challenge, discovery);
    const isKnown = this.#identities.knows(discovery.issuer);
    try {
      await this.#grantBy(http, at, discovery, asked);
    } catch (error) {
      // The authorization server has forgotten a client that it registered: it may have been started anew.
      if (!isKnown || !meansUnknownClient(error)) throw error;
      this.#identities.forget(discovery.issuer);
      await this.#grantBy(http, at, discovery, asked);
    }
  }

  async #grantBy(
    http: AuthHttp,
    at: (step: AuthStep) => void,
    discovery: Discovery,
    asked: readonly string[],
  ): Promise<void> {
    const helpers = await loadOAuthHelpers();
    at('registration');
    const client = await this.#identities.at(discovery, asked, helpers, http);
    const desk = await this.#deskFor(http, discovery, client);
    let token: Token;
    if (this.#options.grant === 'client_credentials') {
      at('token');
      token = await requestForOurselves(desk, asked);
    } else {
      at('authorization');
      const grant = await authorize(helpers, http, this.#secrets, discovery, {
        clientId: client.client_id,
        redirectUri: this.#options.redirectUri ?? defaultRedirectUri,
        scopes: asked,
      });
      at('token');
      token = await redeemCode(desk, grant, asked);
    }
    this.#scopes = asked;
    this.#hold(token, discovery, client, false);
  }

  /**
   * The revisions' order: the challenge, else all that the server knows of, else none; what the user wants before all of
   * it. Nothing is given up that was asked for before.
   */
  #chooseScopes(challenge: Challenge, { scopes, metadata }: Discovery): readonly string[] {
    if (this.#options.scopes !== undefined) return unite(this.#options.scopes, this.#scopes);
    const chosen = unite(this.#scopes, challenge.scopes ?? (this.#scopes.length > 0 ? [] : scopes));
    const gives = metadata?.scopes_supported?.includes('offline_access') === true;
    const wants = this.#options.grant === 'authorization_code' && chosen.length > 0;
    return gives && wants ? unite(chosen, ['offline_access']) : chosen;
  }

  async #deskFor(http: AuthHttp, discovery: Discovery, client: ClientIdentity): Promise<TokenDesk> {
    const [helpers, privateKey] = await Promise.all([
      loadOAuthHelpers(),
      readPem('auth.private_key', this.#options.privateKey),
    ]);
    await this.#secrets.add(privateKey);
    return { helpers, http, options: this.#options, privateKey, discovery, client };
  }

  #hold(token: Token, discovery: Discovery, client: ClientIdentity, wasRefreshed: boolean): void {
    const canRenew = token.refreshToken !== undefined || this.#options.grant === 'client_credentials';
    const lifeMs = (token.expiresInSeconds ?? Infinity) * 1000;
    const renewInMs = Math.max(lifeMs - renewBeforeMs, lifeMs * 0.9);
    this.#holding = {
      ...token,
      discovery,
      client,
      wasRefreshed,
      renewAtMs: canRenew && Number.isFinite(renewInMs) ? performance.now() + renewInMs : undefined,
    };
  }

  /** Runs a flow, which tells where it is, and turns what goes wrong into an error that tells it. */
  #fly(flow: (http: AuthHttp, at: (step: AuthStep) => void) => Promise<void>): SharedFlight {
    const flight: SharedFlight = new SharedFlight(async (left) => {
      const signal = AbortSignal.any([left, AbortSignal.timeout(flowTimeoutMs)]);
      const http = new AuthHttp(this.#server, this.#secrets, signal);
      let step: AuthStep = 'discovery';
      try {
        await this.#secrets.add(this.#options.clientSecret);
        await flow(http, (next) => {
          step = next;
        });
      } catch (error) {
        throw toAuthError(step, error, http.requests, (text) => this.#secrets.hide(text));
      } finally {
        if (this.#flight === flight) this.#flight = undefined;
        await http.close();
      }
    });
    this.#flight = flight;
    return flight;
  }
}

function meansUnknownClient(error: unknown): boolean {
  const { code, oauthError } = error as { readonly code?: unknown; readonly oauthError?: unknown };
  return code === 'invalid_client' || oauthError === 'invalid_client';
}

const refusedHint =
  'Does the server accept the issuer and the audience (resource) of the token? Its log tells why it refuses it.';
const scopeHint =
  'The authorization server does not grant the scope to this client or user, or the server looks for it in the wrong place. scopes sets what is asked for, step_up: false lets the refusal stand.';
