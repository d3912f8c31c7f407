/** The built command line on servers that are reached by a URL. */
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  makeAuthority,
  makeCertificate,
  type Pair,
} from '../packages/core/src/transports/testing/certificates.ts';
import { startJsonFixture } from '../packages/core/src/transports/testing/json-fixture.ts';
import { startProxy } from '../packages/core/src/transports/testing/proxy-fixture.ts';
import { startSseFixture } from '../packages/core/src/transports/testing/sse-fixture.ts';
import { startWebSocketFixture } from '../packages/core/src/transports/testing/websocket-fixture.ts';
import { temporaryFolders } from './support/folders.ts';
import { readReport, runCli } from './support/run-cli.ts';

const folderWith = temporaryFolders();
const cleanups: (() => Promise<void>)[] = [];
let authority: Pair;
let sse: string;
let socket: string;
let plain: string;
let secure: string;
let secureSocket: string;

async function start(starting: Promise<{ readonly url: string; close(): Promise<void> }>): Promise<string> {
  const fixture = await starting;
  cleanups.push(() => fixture.close());
  return fixture.url;
}

beforeAll(async () => {
  authority = await makeAuthority('ours');
  const pair = await makeCertificate(authority);
  sse = await start(startSseFixture());
  socket = await start(startWebSocketFixture());
  plain = await start(startJsonFixture());
  secure = await start(
    startJsonFixture({ create: (listener) => createTlsServer(pair, listener), protocol: 'https' }),
  );
  secureSocket = await start(
    startWebSocketFixture({ createServer: (listener) => createTlsServer(pair, listener), protocol: 'wss' }),
  );
});
afterAll(async () => {
  for (const close of cleanups) await close();
});

const callTool = ['call', '--tool', 'any'];
const okay = { content: [{ type: 'text', text: 'ok' }] };

describe.concurrent('call', () => {
  it.each([
    ['--transport sse', () => ['--transport', 'sse', '--url', sse]],
    ['a ws URL', () => ['--url', socket]],
    ['an http URL', () => ['--url', plain]],
  ])('speaks to %s', async (_what, target) => {
    const { exitCode, stdout, stderr } = await runCli([...callTool, ...target()]);
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual(okay);
  });

  it.each([
    ['https', () => secure],
    ['wss', () => secureSocket],
  ])('over %s trusts the authority that it is given, and no other', async (_what, url) => {
    const cwd = folderWith({ 'pki/ca.pem': authority.cert });
    const trusting = await runCli([...callTool, '--url', url(), '--ca', 'pki/ca.pem'], { cwd });
    expect(JSON.parse(trusting.stdout)).toEqual(okay);
    const wary = await runCli([...callTool, '--url', url()], { cwd });
    expect(wary.stderr).toMatch(/^TARGET_UNREACHABLE .*has a certificate of an unknown authority/);
    expect(wary.stderr).toContain('tls.ca (--ca)');
    expect(wary.exitCode).toBe(3);
    const careless = await runCli([...callTool, '--url', url(), '--insecure'], { cwd });
    expect(careless.stderr).toMatch(/^warning {2}--insecure: any certificate is taken/);
    expect(careless.exitCode).toBe(0);
  });

  it('goes through the proxy of the environment', async () => {
    const proxy = await startProxy();
    cleanups.push(() => proxy.close());
    const env = { HTTP_PROXY: proxy.url, no_proxy: 'elsewhere.test' };
    const url = plain.replace('127.0.0.1', 'server.test');
    const { exitCode, stderr } = await runCli([...callTool, '--url', url], { env });
    expect(exitCode, stderr).toBe(0);
    expect(proxy.seen).toContain(`POST ${url}`);
    const count = proxy.seen.length;
    expect((await runCli([...callTool, '--url', plain], { env })).exitCode).toBe(0);
    expect(proxy.seen).toHaveLength(count);
  });
});

describe.concurrent('test', () => {
  it.each([
    ['sse', () => ({ transport: 'sse', url: sse })],
    ['websocket', () => ({ transport: 'websocket', url: secureSocket, tls: { ca: 'ca.pem' } })],
    ['websocket', () => ({ transport: 'websocket', url: secureSocket, tls: { verify: false } })],
  ])('reports the transport %s, and what should be known of it', async (transport, server) => {
    const config = {
      server: server(),
      test_suites: [{ name: 's', test_cases: [{ id: 't', tool_name: 'any', expected: { text: 'ok' } }] }],
    };
    const cwd = folderWith({ 'ca.pem': authority.cert, 'mcp-test-harness.yaml': stringify(config) });
    const { exitCode, stdout, stderr } = await runCli(['test', '--report', 'json:run.json'], { cwd });
    expect(exitCode, stdout + stderr).toBe(0);
    const result = readReport(join(cwd, 'run.json'));
    expect(result?.servers).toMatchObject([{ transport }]);
    const unsafe = JSON.stringify(config).includes('"verify":false');
    expect(result?.warnings.join()).toMatch(unsafe ? /server\.tls\.verify: any certificate is taken/ : /^$/);
  });
});

describe.concurrent('init', () => {
  it.each([
    ['sse', () => ['--url', sse, '--transport', 'sse']],
    ['websocket', () => ['--url', secureSocket, '--ca', 'pki/ca.pem']],
  ])('writes down how to reach a server by %s', async (transport, target) => {
    const cwd = folderWith({ 'pki/ca.pem': authority.cert });
    const { exitCode, stderr } = await runCli(['init', '--output', 'suites/s.yaml', ...target()], { cwd });
    expect(exitCode, stderr).toBe(0);
    const written = readFileSync(join(cwd, 'suites/s.yaml'), 'utf8');
    expect(written).toContain(`transport: ${transport}`);
    if (transport === 'websocket') expect(written).toContain('ca: ../pki/ca.pem');
    expect(
      (await runCli(['validate', '--connectivity', '--config', 'suites/s.yaml'], { cwd })).exitCode,
    ).toBe(0);
  });
});
