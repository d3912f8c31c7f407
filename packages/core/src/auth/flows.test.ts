/** Whole flows, with a certified authorization server and a server of the SDK that believes its tokens alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  machine,
  redirectUri,
  signer,
  startAuthorizationServer,
  web,
  type AuthorizationServer,
  type AuthorizationServerOptions,
} from '../../../../test/fixtures/oauth/authorization-server.ts';
import {
  startProtectedServer,
  type ProtectedServer,
  type ProtectedServerOptions,
} from '../../../../test/fixtures/oauth/protected-server.ts';
import { connect } from '../protocol/connect.ts';
import type { Session } from '../protocol/types.ts';
import { createAuthorizer } from './authorizer.ts';
import type { Authorizer, OAuthOptions } from './types.ts';

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

interface World {
  readonly as: AuthorizationServer;
  readonly server: ProtectedServer;
  readonly open: (auth: OAuthOptions | Authorizer) => Promise<Session>;
}

async function build(
  more: { readonly as?: AuthorizationServerOptions; readonly server?: Partial<ProtectedServerOptions> } = {},
): Promise<World> {
  const as = await startAuthorizationServer(more.as);
  cleanups.push(() => as.close());
  const server = await startProtectedServer({ issuer: as.issuer, scopesOf: as.scopesOf, ...more.server });
  cleanups.push(() => server.close());
  return {
    as,
    server,
    open: async (auth) => {
      const session = await connect({ transport: 'http', url: server.url, auth, requestTimeoutMs: 20_000 });
      cleanups.push(() => session.close());
      return session;
    },
  };
}

const textOf = async (session: Session, tool: string, args = {}): Promise<unknown> =>
  (await session.callTool(tool, args)).content[0]?.['text'];
const count = (list: readonly string[], entry: string): number => list.filter((one) => one === entry).length;

describe('client credentials', () => {
  it('answer the first 401 and serve every request after it', async () => {
    const { as, server, open } = await build();
    const session = await open(forItself);
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    expect(as.requests).toEqual(['GET /.well-known/oauth-authorization-server', 'POST /token']);
    expect(server.authorizations.filter((one) => one === '-')).toHaveLength(1);
    expect(session.findings).toEqual([]);
  });

  it('are asked for with the scopes of the challenge, or those that the user names', async () => {
    const { as, open } = await build();
    await open(forItself);
    await open({ ...forItself, scopes: ['notes:read', 'notes:write'] });
    expect(await Promise.all(as.given.map((token) => as.scopesOf(token)))).toEqual([
      ['notes:read'],
      ['notes:read', 'notes:write'],
    ]);
  });
});

describe('a client that signs', () => {
  const signing: OAuthOptions = { type: 'oauth', grant: 'client_credentials', clientId: signer.id };

  it('proves itself by a key, from a text or a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oauth-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'key.pem');
    await writeFile(file, signer.privateKey);
    const { open } = await build();
    for (const privateKey of [signer.privateKey, file]) {
      expect(await textOf(await open({ ...signing, privateKey }), 'read')).toBe('Nothing yet.');
    }
  });

  it('is told of a key that cannot be read', async () => {
    const { as, open } = await build();
    await expect(open({ ...signing, privateKey: '/no/such/key.pem' })).rejects.toMatchObject({
      code: 'IO_READ',
      message: 'auth.private_key: cannot read /no/such/key.pem (ENOENT)',
    });
    expect(count(as.requests, 'POST /token')).toBe(0);
  });
});

describe('credentials', () => {
  it('are not shown to another authorization server that the server names later', async () => {
    const [first, second] = [await startAuthorizationServer(), await startAuthorizationServer()];
    let named = first;
    const server = await startProtectedServer({
      get issuer() {
        return named.issuer;
      },
      scopesOf: first.scopesOf,
    });
    cleanups.push(
      () => first.close(),
      () => second.close(),
      () => server.close(),
    );
    const session = await connect({ transport: 'http', url: server.url, auth: forItself });
    cleanups.push(() => session.close());
    first.forget();
    named = second;
    await expect(session.callTool('read')).rejects.toMatchObject({
      code: 'TARGET_AUTH_REGISTRATION',
      message: expect.stringContaining('names another authorization server than before'),
    });
    expect(count(second.requests, 'POST /token')).toBe(0);
  });
});

describe('a request that is given up while it waits for a token', () => {
  it('is not sent any more', async () => {
    const held = Promise.withResolvers<void>();
    let holds = false;
    const { as, server, open } = await build({
      as: {
        intercept: (request, response) => {
          if (!holds || request.url !== '/token') return false;
          void held.promise.then(() => response.writeHead(307, { location: '/token?again' }).end());
          return true;
        },
      },
    });
    const session = await open(forItself);
    as.forget();
    holds = true;
    const giveUp = new AbortController();
    const call = session.callTool('read', {}, { signal: giveUp.signal });
    await expect.poll(() => count(as.requests, 'POST /token')).toBe(2);
    giveUp.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    const sent = server.authorizations.length;
    holds = false;
    held.resolve();
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    // Once with the old token, once with the new one.
    expect(server.authorizations).toHaveLength(sent + 2);
  });
});

describe('an authorization code', () => {
  it('is got with PKCE along redirects and cookies, and redeemed', async () => {
    const { as, open } = await build();
    const session = await open(forUser);
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    expect(count(as.requests, 'GET /authorize')).toBe(1);
    expect(as.requests.at(-1)).toBe('POST /token');
    expect(as.requests.some((one) => one.startsWith('GET /interaction/'))).toBe(true);
  });

  it('needs no registration beforehand where the authorization server registers clients', async () => {
    const { as, open } = await build();
    const session = await open({ type: 'oauth', grant: 'authorization_code' });
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    expect(count(as.requests, 'POST /register')).toBe(1);
  });

  it('is got again by a client that registers again after the authorization server has forgotten it', async () => {
    const { as, open } = await build();
    const session = await open({ type: 'oauth', grant: 'authorization_code' });
    as.forget();
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    expect(count(as.requests, 'POST /register')).toBe(2);
  });
});

describe('a token that is not good any more', () => {
  it('is renewed before it expires, without a request that fails for it', async () => {
    const { as, server, open } = await build({ as: { tokenSeconds: 1 } });
    const session = await open(forItself);
    const before = server.authorizations.length;
    await expect
      .poll(
        async () => {
          await textOf(session, 'read');
          return count(as.requests, 'POST /token');
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBeGreaterThan(1);
    expect(server.authorizations.length).toBeGreaterThan(before);
    expect(server.authorizations.filter((one) => one === '-')).toHaveLength(1);
  });

  it('is refreshed when the server refuses it in mid-run', async () => {
    const { as, open } = await build();
    const session = await open(forUser);
    const [access = ''] = as.given;
    await (await as.provider.AccessToken.find(access))?.destroy();
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    expect(count(as.requests, 'GET /authorize')).toBe(1);
    expect(count(as.requests, 'POST /token')).toBe(2);
  });

  it('is got anew when it cannot be refreshed', async () => {
    const { as, open } = await build();
    const session = await open(forUser);
    as.forget();
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    expect(count(as.requests, 'GET /authorize')).toBe(2);
  });

  it('ends in an error when the server refuses the new one too', async () => {
    const { as, open } = await build({ server: { scopesOf: () => Promise.resolve(undefined) } });
    await expect(open(forItself)).rejects.toMatchObject({
      code: 'TARGET_AUTH_REFUSED',
      message: expect.stringMatching(
        /refuses the token that its authorization server has just given \(HTTP 401\)/,
      ),
    });
    expect(count(as.requests, 'POST /token')).toBe(1);
  });
});

describe('a scope that is missing', () => {
  it.each([
    ['client credentials', forItself],
    ['an authorization code', forUser],
  ])('is asked for besides those of before, by %s', async (_name, auth) => {
    const { as, open } = await build();
    const session = await open(auth);
    expect(await textOf(session, 'write', { text: 'milk' })).toBe('Wrote milk.');
    expect(await textOf(session, 'read')).toBe('Nothing yet.');
    const granted = await Promise.all(as.given.map((token) => as.scopesOf(token)));
    expect(granted.filter((one) => one !== undefined)).toEqual([
      ['notes:read'],
      ['notes:read', 'notes:write'],
    ]);
  });

  it('is asked for once, when it does not help', async () => {
    const { as, open } = await build({ server: { writeNeeds: ['notes:write', 'notes:admin'] } });
    const session = await open(forItself);
    await expect(session.callTool('write', { text: 'milk' })).rejects.toMatchObject({
      code: expect.stringMatching(/^TARGET_AUTH_(REFUSED|TOKEN)$/),
    });
    expect(count(as.requests, 'POST /token')).toBe(2);
  });

  it('is not asked for when the refusal is what is to be seen', async () => {
    const { as, open } = await build();
    const session = await open({ ...forItself, stepUp: false });
    await expect(session.callTool('write', { text: 'milk' })).rejects.toMatchObject({
      code: 'PROTOCOL_HTTP_STATUS',
      details: { status: 403 },
    });
    expect(count(as.requests, 'POST /token')).toBe(1);
  });
});

describe('requests at the same time', () => {
  it('share one flow', async () => {
    const { as, server, open } = await build();
    const authorizer = createAuthorizer(forItself, { url: server.url });
    const sessions = await Promise.all([open(authorizer), open(authorizer), open(authorizer)]);
    expect(count(as.requests, 'POST /token')).toBe(1);
    const [access = ''] = as.given;
    await (await as.provider.ClientCredentials.find(access))?.destroy();
    const reading = sessions.flatMap((session) => [textOf(session, 'read'), textOf(session, 'read')]);
    expect(await Promise.all(reading)).toEqual(Array(6).fill('Nothing yet.'));
    expect(count(as.requests, 'POST /token')).toBe(2);
  });

  it('share its failure', async () => {
    const { as, server, open } = await build();
    const authorizer = createAuthorizer({ ...forItself, clientSecret: 'wrong-secret' }, { url: server.url });
    const opened = await Promise.allSettled([open(authorizer), open(authorizer)]);
    expect(opened.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(count(as.requests, 'POST /token')).toBeLessThanOrEqual(2);
  });
});

describe('the time of a request', () => {
  it('does not hold the time of the flow that it waited for', async () => {
    const flowMs = 3000;
    let delayed = 0;
    const { as, open } = await build({
      as: {
        intercept: (request, response) => {
          if (request.url !== '/token' || delayed++ === 0) return false;
          setTimeout(() => {
            response.writeHead(307, { location: '/token?again' }).end();
          }, flowMs);
          return true;
        },
      },
    });
    const session = await open(forItself);
    as.forget();
    delayed = 1;
    const call = session.exchange('tools/call', { name: 'read', arguments: {} }, { timeoutMs: flowMs / 2 });
    await expect(call).resolves.toMatchObject({ result: { content: [{ text: 'Nothing yet.' }] } });
    // The deadline, too, was that of the request alone.
    expect((await call).durationMs).toBeLessThan(flowMs);
  });
});

describe('the search for the newest revision', () => {
  it('does not take a slow authorization server for a server that keeps silent', async () => {
    const { server, open } = await build({
      as: {
        intercept: (request, response) => {
          if (request.url !== '/token') return false;
          // Longer than a server may leave server/discover unanswered.
          setTimeout(() => response.writeHead(307, { location: '/token?again' }).end(), 4000);
          return true;
        },
      },
    });
    const session = await open(forItself);
    expect(session.info.protocolVersion).toBe('2026-07-28');
    expect(server.authorizations).toHaveLength(2);
  });
});

describe('secrets', () => {
  let session: Session;
  let world: World;
  const told: string[] = [];
  beforeEach(async () => {
    told.length = 0;
    world = await build();
    const authorizer = createAuthorizer(
      forUser,
      { url: world.server.url },
      (secret) => void told.push(secret),
    );
    session = await world.open(authorizer);
    await session.callTool('read');
  });

  it('are told as soon as they are known', () => {
    expect(told).toContain(web.secret);
    for (const token of world.as.given) expect(told).toContain(token);
  });

  it('stand in no frame', () => {
    const frames = JSON.stringify(session.frames);
    expect(frames).toContain('"authorization":"***"');
    for (const secret of [...told, ...world.as.given]) expect(frames).not.toContain(secret);
  });
});
