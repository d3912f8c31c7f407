import type { OAuthTokens } from '@modelcontextprotocol/client';
import { AuthFault } from './auth-error.ts';
import type { AuthHttp } from './auth-http.ts';
import type { AuthorizationGrant } from './authorize.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { Discovery } from './discover.ts';
import type { OAuthHelpers } from './oauth-helpers.ts';
import { defaultRedirectUri, type OAuthOptions } from './types.ts';

/** A token with what must be known to renew it. */
export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** What was granted; what was asked for, when the server does not say otherwise (RFC 6749 section 5.1). */
  readonly scopes: readonly string[];
  /** Seconds; undefined when the server does not say. */
  readonly expiresInSeconds: number | undefined;
}

/** One conversation with a token endpoint. */
export interface TokenDesk {
  readonly helpers: OAuthHelpers;
  readonly http: AuthHttp;
  readonly options: OAuthOptions;
  /** PEM text of `privateKey`. */
  readonly privateKey: string | undefined;
  readonly discovery: Discovery;
  readonly client: ClientIdentity;
}

/** Redeems a code. */
export async function redeemCode(desk: TokenDesk, grant: AuthorizationGrant, scopes: readonly string[]) {
  const { helpers, options, discovery } = desk;
  const tokens = await helpers.exchangeAuthorization(discovery.authorizationServer, {
    ...common(desk),
    authorizationCode: grant.code,
    codeVerifier: grant.codeVerifier,
    redirectUri: options.redirectUri ?? defaultRedirectUri,
    ...(grant.iss === undefined ? {} : { iss: grant.iss }),
  });
  return readTokens(tokens, scopes);
}

/** A token for the harness itself. */
export async function requestForOurselves(desk: TokenDesk, scopes: readonly string[]): Promise<Token> {
  const { helpers, http, discovery, client } = desk;
  const { addClientAuthentication } = common(desk);
  const parameters = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  });
  const tokens = await helpers.fetchToken(
    {
      redirectUrl: undefined,
      clientMetadata: { redirect_uris: [] },
      clientInformation: () => ({ ...toInformation(client), issuer: discovery.issuer }),
      tokens: () => undefined,
      saveTokens: () => undefined,
      redirectToAuthorization: () => undefined,
      saveCodeVerifier: () => undefined,
      codeVerifier: () => '',
      prepareTokenRequest: () => parameters,
      ...(addClientAuthentication === undefined ? {} : { addClientAuthentication }),
    },
    discovery.authorizationServer,
    {
      ...(discovery.metadata === undefined ? {} : { metadata: discovery.metadata }),
      resource: discovery.resource,
      fetchFn: http.fetch,
    },
  );
  return readTokens(tokens, scopes);
}

/** A new token for an old one. The refresh token stays when no other one comes with it. */
export async function refresh(
  desk: TokenDesk,
  refreshToken: string,
  scopes: readonly string[],
): Promise<Token> {
  const { helpers, discovery } = desk;
  const tokens = await helpers.refreshAuthorization(discovery.authorizationServer, {
    ...common(desk),
    refreshToken,
  });
  return readTokens(tokens, scopes);
}

function common({ helpers, http, options, privateKey, discovery, client }: TokenDesk) {
  const { signingAlgorithm = 'ES256' } = options;
  const { metadata, resource } = discovery;
  const addClientAuthentication =
    privateKey === undefined
      ? undefined
      : helpers.createPrivateKeyJwtAuth({
          issuer: client.client_id,
          subject: client.client_id,
          privateKey,
          alg: signingAlgorithm,
          ...(metadata === undefined ? {} : { audience: metadata.issuer }),
        });
  return {
    ...(metadata === undefined ? {} : { metadata }),
    clientInformation: toInformation(client),
    resource,
    fetchFn: http.fetch,
    ...(addClientAuthentication === undefined ? {} : { addClientAuthentication }),
  };
}

function toInformation({
  client_id,
  client_secret,
  token_endpoint_auth_method,
  redirect_uris,
}: ClientIdentity) {
  return {
    client_id,
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(token_endpoint_auth_method === undefined ? {} : { token_endpoint_auth_method }),
    redirect_uris: [...(redirect_uris ?? [])],
  };
}

function readTokens(tokens: OAuthTokens, asked: readonly string[]): Token {
  const {
    access_token: accessToken,
    token_type: type,
    refresh_token: refreshToken,
    scope,
    expires_in,
  } = tokens;
  if (type.toLowerCase() !== 'bearer') {
    throw new AuthFault(`the token is of type ${JSON.stringify(type)}; the harness can use Bearer alone`);
  }
  if (!/^[\x21-\x7e]+$/.test(accessToken)) {
    throw new AuthFault('the token holds characters that no header may hold');
  }
  return {
    accessToken,
    refreshToken,
    scopes: scope === undefined ? asked : scope.split(/\s+/).filter((one) => one !== ''),
    expiresInSeconds: expires_in,
  };
}
