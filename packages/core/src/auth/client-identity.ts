import { harnessClientInfo } from '../protocol/client-info.ts';
import { AuthFault } from './auth-error.ts';
import type { AuthHttp } from './auth-http.ts';
import { isSameIssuer, requireSecure, type Discovery } from './discover.ts';
import type { OAuthHelpers } from './oauth-helpers.ts';
import { defaultRedirectUri, type OAuthOptions } from './types.ts';

/** Who we are to one authorization server, in the form of RFC 7591. */
export interface ClientIdentity {
  readonly client_id: string;
  readonly client_secret?: string | undefined;
  readonly token_endpoint_auth_method?: string | undefined;
  readonly redirect_uris?: readonly string[] | undefined;
}

/**
 * Our identities, one per authorization server: what one of them knows us by is never shown to another. In the order of
 * the revisions: a client that is registered already, a client id metadata document, dynamic registration.
 */
export class ClientIdentities {
  readonly #options: OAuthOptions;
  readonly #registered = new Map<string, ClientIdentity>();
  /** The authorization server that configured credentials were first shown to. */
  #boundTo: string | undefined;

  constructor(options: OAuthOptions) {
    this.#options = options;
  }

  /** @throws AuthFault when there is no way to be known there; errors of the SDK when a registration is refused */
  async at(
    discovery: Discovery,
    scopes: readonly string[],
    helpers: OAuthHelpers,
    http: AuthHttp,
  ): Promise<ClientIdentity> {
    const { clientId, clientSecret, clientMetadataUrl } = this.#options;
    const { issuer, metadata } = discovery;
    if (clientId !== undefined) {
      this.#bind(issuer);
      return {
        client_id: clientId,
        ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      };
    }
    if (clientMetadataUrl !== undefined && metadata?.client_id_metadata_document_supported === true) {
      return { client_id: clientMetadataUrl };
    }
    const known = this.#registered.get(issuer);
    if (known !== undefined) return known;
    const client = await this.#register(discovery, scopes, helpers, http);
    this.#registered.set(issuer, client);
    return client;
  }

  /** We have registered there. */
  knows(issuer: string): boolean {
    return this.#registered.has(issuer);
  }

  /** The authorization server does not know us any more. */
  forget(issuer: string): void {
    this.#registered.delete(issuer);
  }

  #bind(issuer: string): void {
    this.#boundTo ??= issuer;
    if (isSameIssuer(this.#boundTo, issuer)) return;
    throw new AuthFault(
      `the server names another authorization server than before: ${issuer} instead of ${this.#boundTo}`,
      {
        hint: 'Credentials of one authorization server are not shown to another; set issuer to the right one.',
      },
    );
  }

  async #register(
    { authorizationServer, metadata }: Discovery,
    scopes: readonly string[],
    helpers: OAuthHelpers,
    http: AuthHttp,
  ): Promise<ClientIdentity> {
    const endpoint = metadata?.registration_endpoint;
    if (metadata !== undefined && endpoint === undefined) {
      const takesDocuments = metadata.client_id_metadata_document_supported === true;
      throw new AuthFault(`${metadata.issuer} does not register clients by itself`, {
        hint: `Register the client by hand and give its client_id (and client_secret)${takesDocuments ? ', or a client_metadata_url' : ''}.`,
      });
    }
    if (endpoint !== undefined) requireSecure(endpoint, 'registration_endpoint');
    const redirectUri = this.#options.redirectUri ?? defaultRedirectUri;
    return await helpers.registerClient(authorizationServer, {
      ...(metadata === undefined ? {} : { metadata }),
      clientMetadata: {
        client_name: harnessClientInfo.name,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        application_type: isNative(redirectUri) ? 'native' : 'web',
        ...chooseProof(metadata?.token_endpoint_auth_methods_supported),
      },
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
      fetchFn: http.fetch,
    });
  }
}

/** Loopback addresses and schemes of apps, RFC 8252 section 7. */
function isNative(redirectUri: string): boolean {
  const { protocol, hostname } = new URL(redirectUri);
  return !/^https?:$/.test(protocol) || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

/** A client on somebody's machine keeps no secret, where that is taken; the default of RFC 7591 needs no word. */
function chooseProof(supported: readonly string[] | undefined): {
  readonly token_endpoint_auth_method?: string;
} {
  const method = ['none', 'client_secret_basic', 'client_secret_post'].find((one) =>
    supported?.includes(one),
  );
  return method === undefined ? {} : { token_endpoint_auth_method: method };
}
