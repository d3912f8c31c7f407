/** The other url transports get their tokens in the same way. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  machine,
  startAuthorizationServer,
  type AuthorizationServer,
} from '../../../../test/fixtures/oauth/authorization-server.ts';
import { connect } from '../protocol/connect.ts';
import type { SessionOptions } from '../protocol/types.ts';
import { startSseFixture } from '../transports/testing/sse-fixture.ts';
import { startWebSocketFixture } from '../transports/testing/websocket-fixture.ts';
import type { OAuthOptions } from './types.ts';

let as: AuthorizationServer;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  as = await startAuthorizationServer();
  cleanups.push(() => as.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const auth: OAuthOptions = {
  type: 'oauth',
  grant: 'client_credentials',
  clientId: machine.id,
  clientSecret: machine.secret,
};

const isGood = async (authorization: string | undefined): Promise<boolean> =>
  (await as.scopesOf(authorization?.replace('Bearer ', '') ?? '')) !== undefined;

/** Lets nobody to a fixture without a token, and tells where to get one. */
function guard(listener: RequestListener): Server {
  return createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    const path = /^\/\.well-known\/oauth-protected-resource(\/.*)$/.exec(request.url ?? '')?.[1];
    if (path !== undefined) describeResource(response, `${origin}${path}`);
    else void passOn(listener, request, response);
  });
}

async function passOn(
  listener: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (await isGood(request.headers.authorization)) listener(request, response);
  else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
}

function describeResource(response: ServerResponse, resource: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ resource, authorization_servers: [as.issuer] }));
}

async function open(options: SessionOptions) {
  const session = await connect(options);
  cleanups.push(() => session.close());
  return session;
}

describe('HTTP with server-sent events', () => {
  it('opens its stream with a token, and sends its messages with another when that one is revoked', async () => {
    const fixture = await startSseFixture({ createServer: guard });
    cleanups.push(() => fixture.close());
    const session = await open({ transport: 'sse', url: fixture.url, auth });
    expect(as.given).toHaveLength(1);
    as.forget();
    await expect(session.exchange('ping')).resolves.toMatchObject({ result: {} });
    expect(as.given).toHaveLength(2);
    expect(session.findings).toEqual([]);
    expect(JSON.stringify(session.frames)).not.toContain(as.given[0]);
  });
});

async function tell(
  request: IncomingMessage,
  done: (good: boolean, status: number, words: string, headers: Record<string, string>) => void,
): Promise<void> {
  done(await isGood(request.headers.authorization), 401, 'Unauthorized', { 'www-authenticate': 'Bearer' });
}

describe('a WebSocket', () => {
  it('makes its handshake with a token', async () => {
    const fixture = await startWebSocketFixture({
      createServer: (listener) =>
        createServer((request, response) => {
          if (request.url?.startsWith('/.well-known/oauth-protected-resource') === true) {
            describeResource(response, `http://${request.headers.host}/mcp`);
          } else listener(request, response);
        }),
      options: {
        path: '/mcp',
        verifyClient: ({ req }, done) => void tell(req, done),
      },
    });
    cleanups.push(() => fixture.close());
    const session = await open({ transport: 'websocket', url: fixture.url, auth });
    await expect(session.exchange('ping')).resolves.toMatchObject({ result: {} });
    expect(as.given).toHaveLength(1);
  });
});
