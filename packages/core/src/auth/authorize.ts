import { randomBytes } from 'node:crypto';
import { cut } from '../protocol/findings.ts';
import { AuthFault, describeRequest, needsPerson, readOAuthError } from './auth-error.ts';
import type { AuthHttp } from './auth-http.ts';
import { requireSecure, type Discovery } from './discover.ts';
import type { OAuthHelpers } from './oauth-helpers.ts';
import type { SecretBook } from './secret-book.ts';

/** Enough for any chain of log-in and consent that ends by itself. */
const longestChain = 15;

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/** What the token endpoint wants to see. */
export interface AuthorizationGrant {
  readonly code: string;
  readonly codeVerifier: string;
  readonly iss: string | undefined;
}

/**
 * Asks for a code as a browser would, without one: from the authorization endpoint from redirect to redirect, cookies
 * kept, until one leads to our redirect URI, which is not opened. Its `state` (RFC 6749 section 10.12) and `iss`
 * (RFC 9207 section 2.4) are checked before anything else in it is believed.
 * @throws AuthFault when a page for a person comes, the server refuses, or redirects without end
 */
export async function authorize(
  helpers: OAuthHelpers,
  http: AuthHttp,
  secrets: SecretBook,
  { authorizationServer, metadata, resource }: Discovery,
  { clientId, redirectUri, scopes }: AuthorizationRequest,
): Promise<AuthorizationGrant> {
  const state = randomBytes(16).toString('base64url');
  const { authorizationUrl, codeVerifier } = await helpers.startAuthorization(authorizationServer, {
    ...(metadata === undefined ? {} : { metadata }),
    clientInformation: { client_id: clientId },
    redirectUrl: redirectUri,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    state,
    resource,
  });
  await secrets.add(codeVerifier);
  const answer = await followRedirects(http, authorizationUrl, redirectUri);
  if (answer.get('state') !== state) {
    throw new AuthFault(
      'the redirect does not carry the state that was sent, so that it may answer somebody else',
      {
        hint: 'The authorization server must return state as it was (RFC 6749 section 4.1.2).',
      },
    );
  }
  const iss = answer.get('iss') ?? undefined;
  helpers.validateAuthorizationResponseIssuer({
    iss,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
  });
  const code = answer.get('code');
  await secrets.add(code);
  const error = answer.get('error');
  if (error !== null) {
    const description = answer.get('error_description');
    throw new AuthFault(
      `the authorization server answered ${error}${description === null ? '' : `: ${description.slice(0, 300)}`}`,
      { oauthError: error },
    );
  }
  if (code === null) throw new AuthFault('the redirect carries neither code nor error');
  return { code, codeVerifier, iss };
}

/** The query of the redirect that leads to us. */
async function followRedirects(http: AuthHttp, start: URL, redirectUri: string): Promise<URLSearchParams> {
  const cookies = new CookieJar();
  let url = start;
  for (let step = 0; step < longestChain; step += 1) {
    requireSecure(url.href, 'a page of the authorization');
    const { status, headers, setCookie, body } = await http.request(url, {
      headers: { accept: 'text/html,application/xhtml+xml', ...cookies.headerFor(url) },
    });
    cookies.keep(url, setCookie);
    const { location } = headers;
    if (status < 300 || status >= 400 || location === undefined)
      throw notRedirected(http, status, headers, body);
    if (!URL.canParse(location, url.href))
      throw new AuthFault('a redirect of the authorization leads to no URL');
    const next = new URL(location, url);
    if (leadsTo(next, redirectUri)) return next.searchParams;
    url = next;
  }
  throw new AuthFault(`the authorization was redirected more than ${longestChain} times`, {
    hint: 'The authorization server redirects in a circle, or waits for something that only a browser does.',
  });
}

function leadsTo(url: URL, redirectUri: string): boolean {
  const wanted = new URL(redirectUri);
  return url.protocol === wanted.protocol && url.host === wanted.host && url.pathname === wanted.pathname;
}

function notRedirected(
  http: AuthHttp,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): AuthFault {
  const last = http.requests.at(-1);
  const where = last === undefined ? '' : describeRequest(last);
  const isPage = /html/.test(headers['content-type'] ?? '');
  if (status < 300 && isPage) return needsPerson(where);
  const answer = isPage ? readErrorPage(body) : readOAuthError(body);
  const { error, description } = answer;
  return new AuthFault(`${where} instead of a redirect: ${description}`, {
    oauthError: error,
    hint:
      error === undefined
        ? 'Check client_id, and that redirect_uri is registered with it, character by character.'
        : undefined,
  });
}

/** What a page says to people, and the error that it tells them: an unknown client is not redirected anywhere. */
function readErrorPage(page: string): ReturnType<typeof readOAuthError> {
  const words = page
    .slice(0, 20_000)
    .replaceAll(/<(style|script|head)\b[^]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return {
    error: /\b(?:invalid_client|invalid_redirect_uri|invalid_scope|unauthorized_client)\b/.exec(words)?.[0],
    description: `a page that says ${JSON.stringify(cut(words, 300))}`,
  };
}

/** The cookies of one chain, each for the origin that set it. */
class CookieJar {
  readonly #origins = new Map<string, Map<string, string>>();

  keep(url: URL, setCookie: readonly string[]): void {
    const cookies = this.#origins.get(url.origin) ?? new Map<string, string>();
    this.#origins.set(url.origin, cookies);
    for (const text of setCookie) {
      const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(text) ?? [];
      if (name === undefined || value === undefined) continue;
      if (value === '' || /;\s*max-age=0\b/i.test(text)) cookies.delete(name);
      else cookies.set(name, value.trim());
    }
  }

  headerFor(url: URL): { readonly cookie?: string } {
    const cookies = [...(this.#origins.get(url.origin) ?? [])];
    if (cookies.length === 0) return {};
    return { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}
