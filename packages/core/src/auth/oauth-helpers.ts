/** The SDK's OAuth functions, imported when a server first asks for a token: their import costs 400 ms. */
export type OAuthHelpers = typeof import('@modelcontextprotocol/client');

export function loadOAuthHelpers(): Promise<OAuthHelpers> {
  return import('@modelcontextprotocol/client');
}
