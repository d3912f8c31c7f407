import { AuthFault, describeRequest } from './auth-error.ts';
import type { AuthHttp } from './auth-http.ts';
import type { OAuthHelpers } from './oauth-helpers.ts';
import { resourceUrlOf } from './resource.ts';
import type { Challenge, OAuthOptions } from './types.ts';

/** Metadata of an authorization server, RFC 8414 or OpenID Connect Discovery. */
type ServerMetadata = NonNullable<Awaited<ReturnType<OAuthHelpers['discoverAuthorizationServerMetadata']>>>;

/** Who gives tokens for a server, and what is to be told of it. */
export interface Discovery {
  /** RFC 8707: sent as it stands in the metadata of the server. */
  readonly resource: string;
  /** `scopes_supported` of the server. */
  readonly scopes: readonly string[] | undefined;
  /** What credentials are bound to. */
  readonly issuer: string;
  readonly authorizationServer: string;
  /** Undefined in the fallback of revision 2025-03-26 alone: its endpoints are /authorize, /token and /register. */
  readonly metadata: ServerMetadata | undefined;
}

/**
 * Finds the authorization server by the protected resource metadata (RFC 9728), which the challenge or the well-known
 * path names, and its metadata (RFC 8414, OpenID Connect Discovery). A server without resource metadata is taken for
 * its own authorization server, as in revision 2025-03-26.
 * @throws AuthFault and errors of the SDK
 */
export async function discover(
  helpers: OAuthHelpers,
  http: AuthHttp,
  serverUrl: string,
  challenge: Challenge,
  options: OAuthOptions,
): Promise<Discovery> {
  const url = resourceUrlOf(serverUrl);
  const described = await readResourceMetadata(helpers, http, url, challenge);
  if (described !== undefined) checkResource(helpers, url, described.resource);
  const authorizationServer =
    described === undefined
      ? `${url.origin}/`
      : chooseServer(described.authorization_servers, options.issuer);
  requireSecure(authorizationServer, 'the authorization server');
  const metadata = await helpers.discoverAuthorizationServerMetadata(authorizationServer, {
    fetchFn: http.fetch,
  });
  if (metadata === undefined && described !== undefined) {
    throw new AuthFault(`${authorizationServer} publishes no metadata (${triedOf(http)})`, {
      hint: 'It must serve RFC 8414 or OpenID Connect metadata under its well-known path.',
    });
  }
  const issuer = metadata?.issuer ?? authorizationServer;
  if (options.issuer !== undefined && !isSameIssuer(issuer, options.issuer)) {
    throw wrongIssuer([issuer], options.issuer);
  }
  if (metadata !== undefined) checkMetadata(metadata, options);
  return {
    resource: described?.resource ?? url.href,
    scopes: described?.scopes_supported,
    issuer,
    authorizationServer,
    metadata,
  };
}

async function readResourceMetadata(
  helpers: OAuthHelpers,
  http: AuthHttp,
  url: URL,
  { resourceMetadata }: Challenge,
) {
  if (resourceMetadata !== undefined && !URL.canParse(resourceMetadata)) {
    throw new AuthFault(
      `resource_metadata of WWW-Authenticate is no URL: ${JSON.stringify(resourceMetadata)}`,
    );
  }
  try {
    return await helpers.discoverOAuthProtectedResourceMetadata(
      url,
      resourceMetadata === undefined ? {} : { resourceMetadataUrl: resourceMetadata },
      http.fetch,
    );
  } catch (error) {
    const { status } = http.requests.at(-1) ?? {};
    // Only what is said to be elsewhere must be there.
    const isMissing = status !== undefined && status >= 400 && status < 500;
    if (resourceMetadata === undefined && isMissing) return undefined;
    throw error;
  }
}

function checkResource(helpers: OAuthHelpers, url: URL, resource: string): void {
  const isOurs =
    URL.canParse(resource) &&
    helpers.checkResourceAllowed({ requestedResource: url, configuredResource: resource });
  if (isOurs) return;
  throw new AuthFault(
    `the protected resource metadata is about ${JSON.stringify(resource)}, not about ${url.href}`,
    {
      hint: 'A token for another resource would be of no use here, or be stolen: let the server name the URL that clients use.',
    },
  );
}

/** The first one named, or the one that credentials are meant for. */
function chooseServer(named: readonly string[] | undefined, wanted: string | undefined): string {
  const [first] = named ?? [];
  if (first === undefined) {
    throw new AuthFault('the protected resource metadata names no authorization server', {
      hint: 'authorization_servers must have at least one entry.',
    });
  }
  if (wanted === undefined) return first;
  const chosen = named?.find((one) => isSameIssuer(one, wanted));
  if (chosen === undefined) throw wrongIssuer(named ?? [], wanted);
  return chosen;
}

function wrongIssuer(named: readonly string[], wanted: string): AuthFault {
  return new AuthFault(`the server names ${named.join(', ')} as its authorization server, not ${wanted}`, {
    hint: 'Credentials are shown to the configured issuer alone: mend issuer, or the metadata of the server.',
  });
}

/** One slash at the end makes no other issuer where people write it. */
export function isSameIssuer(a: string, b: string): boolean {
  return a.replace(/\/$/, '') === b.replace(/\/$/, '');
}

function checkMetadata(metadata: ServerMetadata, { grant }: OAuthOptions): void {
  requireSecure(metadata.token_endpoint, 'token_endpoint');
  if (grant !== 'authorization_code') return;
  requireSecure(metadata.authorization_endpoint, 'authorization_endpoint');
  const methods = metadata.code_challenge_methods_supported;
  if (methods?.includes('S256') === true) return;
  const what =
    methods === undefined ? 'does not say that it supports PKCE' : 'does not support PKCE with S256';
  throw new AuthFault(`${metadata.issuer} ${what}, so that clients must refuse to go on`, {
    hint: 'code_challenge_methods_supported in its metadata must list S256.',
  });
}

/** Codes, tokens and secrets go over TLS, or stay on this machine. */
export function requireSecure(text: string, what: string): void {
  if (!URL.canParse(text)) throw new AuthFault(`${what} is no URL: ${JSON.stringify(text)}`);
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return;
  if (protocol === 'http:' && /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  throw new AuthFault(`${what} is not secure: ${text}`, {
    hint: 'It must be https; http is for loopback addresses alone.',
  });
}

function triedOf(http: AuthHttp): string {
  return http.requests.map(describeRequest).join('; ');
}
