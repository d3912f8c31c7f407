import type * as sdk from '@modelcontextprotocol/client';

/**
 * The steps of a flow, by the SDK. Its `auth()`, which joins them, is not used: it falls back where a test must tell
 * what is wrong, tries a wrong secret twice, and warns on the console.
 */
export type OAuthHelpers = Pick<
  typeof sdk,
  | 'checkResourceAllowed'
  | 'createPrivateKeyJwtAuth'
  | 'discoverAuthorizationServerMetadata'
  | 'discoverOAuthProtectedResourceMetadata'
  | 'exchangeAuthorization'
  | 'fetchToken'
  | 'refreshAuthorization'
  | 'registerClient'
  | 'startAuthorization'
  | 'validateAuthorizationResponseIssuer'
>;

/** Imported when a server first asks for a token: it costs 400 ms. */
export function loadOAuthHelpers(): Promise<OAuthHelpers> {
  return import('@modelcontextprotocol/client');
}
