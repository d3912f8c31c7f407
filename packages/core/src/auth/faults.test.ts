/** What goes wrong in a flow, and what is told of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  machine,
  redirectUri,
  startAuthorizationServer,
  web,
  type AuthorizationServer,
  type AuthorizationServerOptions,
} from '../../../../test/fixtures/oauth/authorization-server.ts';
import {
  startProtectedServer,
  type ProtectedServerOptions,
} from '../../../../test/fixtures/oauth/protected-server.ts';
import { isHarnessError, type HarnessError } from '../errors.ts';
import { connect } from '../protocol/connect.ts';
import type { OAuthOptions } from './types.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const forItself: OAuthOptions = {
  type: 'oauth',
  grant: 'client_credentials',
  clientId: machine.id,
  clientSecret: machine.secret,
};
const forUser: OAuthOptions = {
  type: 'oauth',
  grant: 'authorization_code',
  clientId: web.id,
  clientSecret: web.secret,
  redirectUri,
};

type Intercept = NonNullable<AuthorizationServerOptions['intercept']>;

/** Answers a path of the authorization server in its place. */
const at =
  (path: string, answer: (response: ServerResponse, request: IncomingMessage) => void): Intercept =>
  (request, response) => {
    if (request.url?.split('?')[0] !== path) return false;
    answer(response, request);
    return true;
  };
const json =
  (value: unknown, status = 200) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
const redirect =
  (location: (state: string, issuer: string) => string) =>
  (response: ServerResponse, request: IncomingMessage): void => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    response.writeHead(302, { location: location(url.searchParams.get('state') ?? '', url.origin) }).end();
  };
const metadata = '/.well-known/oauth-authorization-server';
const resourceMetadata = '/.well-known/oauth-protected-resource/mcp';

interface Case {
  readonly auth?: OAuthOptions;
  readonly as?: AuthorizationServerOptions;
  readonly server?: (as: AuthorizationServer) => Partial<ProtectedServerOptions>;
}

/** The error that opening a session ends with. */
async function fail({ auth = forItself, as: options, server: more }: Case): Promise<HarnessError> {
  const as = await startAuthorizationServer(options);
  cleanups.push(() => as.close());
  const server = await startProtectedServer({
    issuer: as.issuer,
    scopesOf: as.scopesOf,
    ...more?.(as),
  });
  cleanups.push(() => server.close());
  const error: unknown = await connect({ transport: 'http', url: server.url, auth }).then(
    (session) => session.close(),
    (thrown: unknown) => thrown,
  );
  if (!isHarnessError(error)) throw new Error('expected a HarnessError', { cause: error });
  const shown = JSON.stringify([error.message, error.hint, error.details]);
  for (const secret of [...as.given, machine.secret, web.secret]) expect(shown).not.toContain(secret);
  return error;
}

describe('discovery', () => {
  it.each<[what: string, one: Case, message: RegExp]>([
    [
      'nobody answers where the authorization server should be',
      { server: () => ({ issuer: 'http://127.0.0.1:9' }) },
      /^OAuth discovery: GET http:\/\/127\.0\.0\.1:9\/\.well-known\/\S+ refused the connection/,
    ],
    [
      'no metadata is published',
      { as: { intercept: (_request, response) => (response.writeHead(404).end(), true) } },
      /publishes no metadata \(GET .*protected-resource\/mcp was answered with HTTP 200; .*authorization-server was answered with HTTP 404; .*openid-configuration was answered with HTTP 404\)$/,
    ],
    [
      'the metadata is about another issuer',
      { as: { intercept: at(metadata, json(metadataOf('https://attacker.example'))) } },
      /issuer/i,
    ],
    [
      'the metadata is no JSON',
      { as: { intercept: at(metadata, (response) => response.end('<html>')) } },
      /authorization-server was answered with HTTP 200, but what came is no JSON/,
    ],
    [
      'the metadata lacks its endpoints',
      { as: { intercept: at(metadata, json({ issuer: 'x' })) } },
      /authorization-server was answered with HTTP 200, but the document is faulty: authorization_endpoint: /,
    ],
    [
      'the metadata never ends',
      { as: { intercept: at(metadata, flood) } },
      /authorization-server was answered with more than 1048576 bytes$/,
    ],
    [
      'the metadata is redirected in a circle',
      {
        as: {
          intercept: (request, response) => {
            if (request.url?.startsWith('/.well-known/') !== true) return false;
            response.writeHead(302, { location: request.url }).end();
            return true;
          },
        },
      },
      /publishes no metadata \(.*openid-configuration was answered with HTTP 302\)$/,
    ],
    [
      'the resource is another one',
      { server: () => ({ resource: 'https://evil.example/mcp' }) },
      /metadata is about "https:\/\/evil\.example\/mcp", not about http:\/\/127\.0\.0\.1/,
    ],
    [
      'the authorization server is not secure',
      { server: () => ({ issuer: 'http://as.example' }) },
      /the authorization server is not secure: http:\/\/as\.example$/,
    ],
    [
      'the authorization server is none that can be asked',
      { server: () => ({ issuer: 'file:///etc/passwd' }) },
      /the authorization server is not secure: file:/,
    ],
    [
      'credentials are meant for another authorization server',
      { auth: { ...forItself, issuer: 'https://as.example/' } },
      /names http:\/\/127\.0\.0\.1:\d+ as its authorization server, not https:\/\/as\.example\//,
    ],
    [
      'PKCE is not supported',
      { auth: forUser, as: { intercept: withMetadata({ code_challenge_methods_supported: ['plain'] }) } },
      /does not support PKCE with S256, so that clients must refuse to go on$/,
    ],
    [
      'PKCE is not spoken of',
      { auth: forUser, as: { intercept: withMetadata({ code_challenge_methods_supported: undefined }) } },
      /does not say that it supports PKCE/,
    ],
    [
      'the token endpoint is not secure',
      { as: { intercept: withMetadata({ token_endpoint: 'http://as.example/token' }) } },
      /token_endpoint is not secure: http:\/\/as\.example\/token$/,
    ],
    [
      'the resource metadata is broken',
      { server: () => ({ intercept: at(resourceMetadata, json({ nothing: true })) }) },
      /oauth-protected-resource\/mcp was answered with HTTP 200, but the document is faulty: resource: /,
    ],
    [
      'the resource metadata names nobody',
      {
        server: () => ({
          intercept: (request, response) =>
            at(resourceMetadata, json({ resource: `http://${request.headers.host}/mcp` }))(request, response),
        }),
      },
      /names no authorization server$/,
    ],
    [
      'the resource metadata is not where the challenge says',
      { server: () => ({ intercept: at(resourceMetadata, (response) => response.writeHead(404).end()) }) },
      /oauth-protected-resource\/mcp was answered with HTTP 404/,
    ],
  ])('fails when %s', async (_what, one, message) => {
    const error = await fail(one);
    expect(error.message).toMatch(message);
    expect(error.code).toBe('TARGET_AUTH_DISCOVERY');
    expect(error.details).toMatchObject({ step: 'discovery' });
  });
});

describe('registration', () => {
  const unknown: OAuthOptions = { type: 'oauth', grant: 'authorization_code' };
  it.each<[what: string, as: AuthorizationServerOptions, message: RegExp]>([
    [
      'clients cannot register',
      { intercept: withMetadata({ registration_endpoint: undefined }) },
      /does not register clients by itself$/,
    ],
    [
      'it is refused',
      {
        intercept: at(
          '/register',
          json({ error: 'invalid_redirect_uri', error_description: 'no loopback' }, 400),
        ),
      },
      /^OAuth registration: POST http:\S+\/register was answered with HTTP 400: invalid_redirect_uri: no loopback$/,
    ],
    [
      'it is answered without a client',
      { intercept: at('/register', json({}, 201)) },
      /\/register was answered with HTTP 201, but the document is faulty: /,
    ],
  ])('fails when %s', async (_what, as, message) => {
    const error = await fail({ auth: unknown, as });
    expect(error.message).toMatch(message);
    expect(error.code).toBe('TARGET_AUTH_REGISTRATION');
    expect(error.hint).toMatch(/client_id/);
  });
});

describe('authorization', () => {
  it.each<[what: string, one: Case, message: RegExp, hint: RegExp]>([
    [
      'a page asks a person to log in',
      { as: { consents: false } },
      /^OAuth authorization: GET http:\S+\/interaction\/\S+ was answered with HTTP 200, a page for a person instead of a redirect$/,
      /^This server needs a person\. Use grant: client_credentials/,
    ],
    [
      'the client is unknown',
      { auth: { ...forUser, clientId: 'nobody' } },
      /\/authorize was answered with HTTP 400 instead of a redirect: a page that says "No invalid_client: client is invalid"$/,
      /^Check client_id/,
    ],
    [
      'the redirect URI is not registered',
      { auth: { ...forUser, redirectUri: 'https://elsewhere.example/callback' } },
      /\/authorize was answered with HTTP 400 instead of a redirect: a page that says "No invalid_redirect_uri/,
      /^Register redirect_uri/,
    ],
    [
      'the server refuses the user',
      {
        as: {
          intercept: at(
            '/authorize',
            redirect(
              (state, issuer) =>
                `${redirectUri}?error=access_denied&error_description=not+you&state=${state}&iss=${issuer}`,
            ),
          ),
        },
      },
      /the authorization server answered access_denied: not you$/,
      /./,
    ],
    [
      'the state is not ours',
      {
        as: {
          intercept: at(
            '/authorize',
            redirect(() => `${redirectUri}?code=abc123&state=other`),
          ),
        },
      },
      /does not carry the state that was sent/,
      /RFC 6749/,
    ],
    [
      'the issuer is not the one that was asked',
      {
        as: {
          intercept: at(
            '/authorize',
            redirect((state) => `${redirectUri}?code=abc123&state=${state}&iss=https://evil.example`),
          ),
        },
      },
      /issuer|iss/i,
      /RFC 9207/,
    ],
    [
      'the issuer is missing though it is promised',
      {
        as: {
          intercept: at(
            '/authorize',
            redirect((state) => `${redirectUri}?code=abc123&state=${state}`),
          ),
        },
      },
      /issuer|iss/i,
      /RFC 9207/,
    ],
    [
      'redirects go on for ever',
      {
        as: {
          intercept: at(
            '/authorize',
            redirect((state) => `/authorize?state=${state}`),
          ),
        },
      },
      /redirected more than 15 times$/,
      /in a circle/,
    ],
    [
      'a redirect leads to where nothing is secure',
      {
        as: {
          intercept: at(
            '/authorize',
            redirect(() => 'http://login.example/'),
          ),
        },
      },
      /a page of the authorization is not secure: http:\/\/login\.example\/$/,
      /https/,
    ],
  ])('fails when %s', async (_what, one, message, hint) => {
    const error = await fail({ auth: forUser, ...one });
    expect(error.message).toMatch(message);
    expect(error.code).toBe('TARGET_AUTH_AUTHORIZATION');
    expect(error.hint).toMatch(hint);
  });
});

describe('the token', () => {
  it.each<[what: string, one: Case, message: RegExp, details: object]>([
    [
      'the secret is wrong',
      { auth: { ...forItself, clientSecret: 'not-the-secret' } },
      /^OAuth token: POST http:\S+\/token was answered with HTTP 401: invalid_client: client authentication failed$/,
      { status: 401, error: 'invalid_client' },
    ],
    [
      'the client may not use the grant',
      { auth: { ...forUser, grant: 'client_credentials' } },
      /HTTP 400: invalid_request: requested grant type is not allowed for this client$/,
      { error: 'invalid_request' },
    ],
    [
      'the scope is unknown',
      { as: { intercept: at('/token', json({ error: 'invalid_scope' }, 400)) } },
      /HTTP 400: invalid_scope/,
      { status: 400 },
    ],
    [
      'the answer is a page',
      { as: { intercept: at('/token', (response) => response.writeHead(502).end('<h1>Bad gateway</h1>')) } },
      /HTTP 502: <h1>Bad gateway<\/h1>$/,
      { status: 502 },
    ],
    [
      'the answer repeats the secret',
      {
        as: {
          intercept: at(
            '/token',
            json({ error: 'invalid_client', error_description: `not ${machine.secret}!` }, 401),
          ),
        },
      },
      /invalid_client: not \*\*\*!$/,
      { error: 'invalid_client' },
    ],
    [
      'the answer holds no token',
      { as: { intercept: at('/token', json({ token_type: 'Bearer' })) } },
      /HTTP 200, but the document is faulty: access_token: /,
      {},
    ],
    [
      'the token is of a type that nobody spoke of',
      { as: { intercept: at('/token', json({ access_token: 'abcdef', token_type: 'mac' })) } },
      /the token is of type "mac"; the harness can use Bearer alone$/,
      {},
    ],
    [
      'the token would break the header',
      { as: { intercept: at('/token', json({ access_token: 'abc\r\nX-Evil: 1', token_type: 'Bearer' })) } },
      /holds characters that no header may hold$/,
      {},
    ],
  ])('is not got when %s', async (_what, one, message, details) => {
    const error = await fail(one);
    expect(error.message).toMatch(message);
    expect(error.code).toBe('TARGET_AUTH_TOKEN');
    expect(error.details).toMatchObject({ step: 'token', ...details });
  });

  it('is got by every request of the flow that the error lists, without their queries', async () => {
    const { details } = await fail({ auth: { ...forUser, clientSecret: 'not-the-secret' } });
    const requests = details?.['requests'] as readonly { readonly method: string; readonly url: string }[];
    const steps = requests.map(({ method, url }) => `${method} ${new URL(url).pathname.split('/')[1]}`);
    expect([steps[0], steps.at(-1)]).toEqual(['GET .well-known', 'POST token']);
    expect(requests.every(({ url }) => !url.includes('?'))).toBe(true);
  });
});

/** Sound metadata in the name of another issuer. */
function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
}

/** The metadata of the server with other members. */
function withMetadata(change: object): Intercept {
  return (request, response) => {
    const issuer = `http://${request.headers.host}`;
    const sound = { ...metadataOf(issuer), registration_endpoint: `${issuer}/register` };
    return at(metadata, json({ ...sound, ...change }))(request, response);
  };
}

/** Sends until the other side has had enough. */
function flood(response: ServerResponse): void {
  const chunk = 'x'.repeat(64 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk)) continue;
  };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.on('drain', more);
  more();
}
