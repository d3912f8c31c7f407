/** A protected server as users of the command line meet it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  machine,
  redirectUri,
  startAuthorizationServer,
  web,
  type AuthorizationServer,
} from './fixtures/oauth/authorization-server.ts';
import { startProtectedServer, type ProtectedServer } from './fixtures/oauth/protected-server.ts';
import { readReport, runCli, type CliRun } from './support/run-cli.ts';

let as: AuthorizationServer;
let server: ProtectedServer;
let folder: string;
/** The server takes so many requests with a token, then the authorization server has revoked it. */
let usesOfToken: number;

beforeEach(async () => {
  usesOfToken = Infinity;
  folder = mkdtempSync(join(tmpdir(), 'oauth-'));
  as = await startAuthorizationServer();
  const uses = new Map<string, number>();
  server = await startProtectedServer({
    issuer: as.issuer,
    scopesOf: async (token) => {
      const used = uses.get(token) ?? 0;
      uses.set(token, used + 1);
      return used < usesOfToken ? await as.scopesOf(token) : undefined;
    },
  });
});
afterEach(async () => {
  await server.close();
  await as.close();
  rmSync(folder, { recursive: true });
});

const forItself = {
  type: 'oauth',
  grant: 'client_credentials',
  client_id: machine.id,
  client_secret: '${CLIENT_SECRET}',
};
const reads = { tool_name: 'read', expected: { text: 'Nothing yet.' } };
const writes = { tool_name: 'write', input_params: { text: 'milk' }, expected: { text: 'Wrote milk.' } };

function writeConfig(auth: object, tests: readonly object[]): void {
  const config = {
    server: { transport: 'http', url: server.url, auth },
    test_suites: [
      {
        name: 'notes',
        max_concurrency: 1,
        test_cases: tests.map((test, index) => ({ id: `t${index}`, ...test })),
      },
    ],
  };
  writeFileSync(join(folder, 'mcp-test-harness.yaml'), JSON.stringify(config));
}

const reports = ['json', 'html', 'junit', 'markdown', 'sarif'];

async function test(secret: string): Promise<CliRun> {
  const args = reports.flatMap((name) => ['--report', `${name}:out/report.${name}`]);
  return await runCli(['test', ...args, '-vv'], { cwd: folder, env: { CLIENT_SECRET: secret } });
}

/** Everything that a run left for people to read. */
function leftBehind({ stdout, stderr }: CliRun): string {
  const files = readdirSync(join(folder, 'out')).map((name) =>
    readFileSync(join(folder, 'out', name), 'utf8'),
  );
  return [stdout, stderr, ...files].join('\n');
}

describe('test --config', () => {
  it('gets tokens by itself: for the first request, for a wider scope, and after one was revoked in mid-run', async () => {
    usesOfToken = 5;
    writeConfig(forItself, [reads, writes, reads, reads, reads, reads, reads, reads]);
    const run = await test(machine.secret);
    expect(run.stdout + run.stderr).toContain('8 passed');
    expect(run.exitCode).toBe(0);
    expect(as.requests.filter((one) => one === 'POST /token').length).toBeGreaterThanOrEqual(3);
  });

  it('gets them for a user who consents', async () => {
    const auth = { type: 'oauth', grant: 'authorization_code', client_id: web.id, redirect_uri: redirectUri };
    usesOfToken = 4;
    writeConfig({ ...auth, client_secret: '${CLIENT_SECRET}' }, [reads, reads, reads, writes, reads]);
    const run = await test(web.secret);
    expect(run.stdout + run.stderr).toContain('5 passed');
    // Refreshed, and asked for again by the scope alone.
    expect(as.requests.filter((one) => one === 'GET /authorize')).toHaveLength(2);
  });

  it('shows no secret anywhere, not even one that the server repeats', async () => {
    writeConfig(forItself, [
      { tool_name: 'whoami', expected: { text: 'You are nobody.' } },
      { tool_name: 'whoami', expected: { text: 'You are Bearer ***.' } },
    ]);
    const run = await test(machine.secret);
    const text = leftBehind(run);
    expect(text).toContain('You are Bearer ***');
    expect(as.given.length).toBeGreaterThan(0);
    for (const secret of [machine.secret, ...as.given]) expect(text).not.toContain(secret);
  });

  it('tells of a wrong secret by step, URL, status and error, and how to mend it', async () => {
    writeConfig(forItself, [reads]);
    const run = await test('not-the-secret');
    expect(run.exitCode).not.toBe(0);
    const [one] = readReport(join(folder, 'out/report.json'))?.suites[0]?.tests ?? [];
    expect(one).toMatchObject({ outcome: 'errored' });
    const text = leftBehind(run);
    expect(text).toContain(
      `OAuth token: POST ${as.issuer}/token was answered with HTTP 401: invalid_client: client authentication failed`,
    );
    expect(text).toContain('TARGET_AUTH_TOKEN');
    expect(text).toContain('Check client_id and client_secret');
    expect(text).not.toContain('not-the-secret');
  });

  it('tells of a server that needs a person', async () => {
    await as.close();
    as = await startAuthorizationServer({ consents: false });
    await server.close();
    server = await startProtectedServer({ issuer: as.issuer, scopesOf: as.scopesOf });
    writeConfig({ type: 'oauth', grant: 'authorization_code' }, [reads]);
    const run = await test('unused');
    expect(leftBehind(run)).toContain('This server needs a person. Use grant: client_credentials');
  });
});

describe('--url with --oauth', () => {
  const flags = ['--oauth', 'client_credentials', '--oauth-client-id', machine.id];
  const withSecret = [...flags, '--oauth-client-secret', 'CLIENT_SECRET'];
  const env = { CLIENT_SECRET: machine.secret };

  it('calls a tool, and shows no secret in the frames', async () => {
    const run = await runCli(['call', '--url', server.url, '--tool', 'whoami', ...withSecret, '-vv'], {
      env,
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('You are Bearer ***.');
    expect(run.stderr).toContain('[401]');
    expect(as.given).toHaveLength(1);
    for (const secret of [machine.secret, ...as.given]) expect(run.stdout + run.stderr).not.toContain(secret);
  });

  it('writes a suite that gets its tokens in the same way', async () => {
    const written = await runCli(['init', '--url', server.url, ...withSecret], { cwd: folder, env });
    expect(written.stdout).toContain('set CLIENT_SECRET');
    const text = readFileSync(join(folder, 'mcp-test-harness.yaml'), 'utf8');
    expect(text).toContain('client_secret: ${CLIENT_SECRET}');
    expect(text).not.toContain(machine.secret);
    const run = await runCli(['test'], { cwd: folder, env });
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  });

  it.each<[what: string, args: readonly string[], message: string]>([
    [
      'a secret without a client',
      ['--oauth', 'authorization_code', '--oauth-client-secret', 'X'],
      'without --oauth-client-id',
    ],
    ['a client without a grant', ['--oauth-client-id', 'x'], 'means nothing without --oauth'],
    ['a machine without a secret', flags, 'needs --oauth-client-id and --oauth-client-secret'],
    [
      'a variable that is not set',
      [...flags, '--oauth-client-secret', 'UNSET_SECRET'],
      'UNSET_SECRET is not set',
    ],
    ['two ways', [...withSecret, '-H', 'authorization: Bearer abcdef'], 'are both given'],
  ])('refuses %s', async (_what, args, message) => {
    const run = await runCli(['call', '--url', server.url, '--method', 'ping', ...args], { env });
    expect(run.stderr).toContain(message);
    expect(run.exitCode).toBe(2);
    expect(server.authorizations).toEqual([]);
  });
});
