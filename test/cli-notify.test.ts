import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const newFolder = temporaryFolders();
const posts: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
const mails: string[] = [];

const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    posts.push({ path: request.url ?? '', headers: request.headers, body });
    response.writeHead(request.url?.startsWith('/gone') === true ? 410 : 200).end('ok');
  });
});
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData: (stream, _session, callback) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => {
      mails.push(text);
      callback(null);
    });
  },
});
let origin: string;
let smtpPort: number;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => void mailServer.listen(0, '127.0.0.1', resolve));
  smtpPort = (mailServer.server.address() as AddressInfo).port;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await new Promise<void>((resolve) => void mailServer.close(() => resolve()));
});

function folderWith(distribution: object): string {
  return newFolder({
    'mcp-test-harness.yaml': {
      servers: { demo: { command: 'demo' } },
      reporting: { distribution },
      test_suites: [{ name: 'one', test_cases: [{ id: 'ping', method: 'ping' }] }],
    },
  });
}

const email = () => ({
  smtp_server: '127.0.0.1',
  smtp_port: smtpPort,
  encryption: 'none',
  recipients: ['team@example.org'],
});
const webhook = (path: string, more: object = {}) => ({
  name: 'ops',
  url: `${origin}${path}`,
  secret: 'canary-secret-of-the-webhook',
  allow_networks: ['127.0.0.0/8'],
  ...more,
});

describe('notify test', () => {
  it('sends to every channel, and says so', async () => {
    const cwd = folderWith({ email: email(), webhooks: [webhook('/hook')] });
    const { stdout, stderr, exitCode } = await runCli(['notify', 'test'], { cwd });
    expect([stdout, stderr, exitCode]).toEqual(['sent      email\nsent      webhook:ops\n', '', 0]);
    expect(mails.at(-1)).toContain('Subject: [mcp-test-harness] This is a test');
    expect(posts.at(-1)?.headers).toHaveProperty('x-mcp-test-harness-signature');
    expect(JSON.parse(posts.at(-1)?.body ?? '')).toMatchObject({
      version: 1,
      notifications: [{ severity: 'info', title: 'This is a test' }],
    });
  });

  it('says which one did not take it and why, and shows no secret', async () => {
    const cwd = folderWith({
      webhooks: [
        webhook('/gone/canary-path', { name: 'gone' }),
        webhook('/canary-path', { name: 'inside', allow_networks: [] }),
        webhook('/hook'),
      ],
    });
    const { stdout, stderr, exitCode } = await runCli(['notify', 'test'], { cwd });
    expect(stdout).toMatch(
      /^not sent {2}webhook:gone {2}answered 410\nnot sent {2}webhook:inside {2}its address is of this machine.*\nsent {6}webhook:ops\n$/,
    );
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toContain('canary');
  });

  it('sends to the channels that are named alone, and writes JSON', async () => {
    const cwd = folderWith({ email: email(), webhooks: [webhook('/hook')] });
    const before = mails.length;
    const args = ['notify', 'test', '--channel', 'webhook:ops', '--json'];
    const { stdout, exitCode } = await runCli(args, { cwd });
    expect(JSON.parse(stdout)).toEqual([{ channel: 'webhook:ops', outcome: 'sent' }]);
    expect(exitCode).toBe(0);
    expect(mails).toHaveLength(before);
  });

  it.each<[string, object, readonly string[], RegExp]>([
    ['no channel at all', {}, ['test'], /no channel is configured/],
    [
      'an unknown channel',
      { email: { ...email(), smtp_port: 25 } },
      ['test', '--channel', 'emial'],
      /Did you mean email\?/,
    ],
    ['an unknown action', {}, ['tets'], /Only `notify test` is known/],
  ])('ends with 2 for %s', async (_what, distribution, args, message) => {
    const { stderr, exitCode } = await runCli(['notify', ...args], { cwd: folderWith(distribution) });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it('explains itself', async () => {
    const { stdout, exitCode } = await runCli(['notify', '--help']);
    expect(stdout).toMatch(/^Send a test message to the channels/);
    expect(exitCode).toBe(0);
  });
});
