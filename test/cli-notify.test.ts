import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../packages/service/src/alerts/testing/mail-server.ts';
import { startReceiver, type Receiver } from '../packages/service/src/alerts/testing/receiver.ts';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const newFolder = temporaryFolders();
let receiver: Receiver;
let gone: Receiver;
let mailServer: MailServer;

beforeAll(async () => {
  receiver = await startReceiver();
  gone = await startReceiver((response) => response.writeHead(410).end());
  mailServer = await startMailServer();
});
afterAll(async () => {
  await receiver.close();
  await gone.close();
  await mailServer.close();
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
  smtp_port: mailServer.port,
  encryption: 'none',
  recipients: ['team@example.org'],
});
const webhook = (more: object = {}, { port } = receiver) => ({
  name: 'ops',
  url: `http://127.0.0.1:${port}/canary-path`,
  secret: 'canary-secret-of-the-webhook',
  allow_networks: ['127.0.0.0/8'],
  ...more,
});

describe('notify test', () => {
  it('sends to every channel, and says so', async () => {
    const cwd = folderWith({ email: email(), webhooks: [webhook()] });
    const { stdout, stderr, exitCode } = await runCli(['notify', 'test'], { cwd });
    expect([stdout, stderr, exitCode]).toEqual(['sent      email\nsent      webhook:ops\n', '', 0]);
    expect(mailServer.mails.at(-1)?.source).toContain('Subject: [mcp-test-harness] This is a test');
    expect(receiver.received.at(-1)?.headers).toHaveProperty('x-mcp-test-harness-signature');
    expect(JSON.parse(receiver.received.at(-1)?.body ?? '')).toMatchObject({
      version: 1,
      notifications: [{ severity: 'info', title: 'This is a test' }],
    });
  });

  it('says which one did not take it and why, and shows no secret', async () => {
    const cwd = folderWith({
      webhooks: [webhook({ name: 'gone' }, gone), webhook({ name: 'inside', allow_networks: [] }), webhook()],
    });
    const { stdout, stderr, exitCode } = await runCli(['notify', 'test'], { cwd });
    expect(stdout).toMatch(
      /^not sent {2}webhook:gone {2}answered 410\nnot sent {2}webhook:inside {2}its address is of this machine.*\nsent {6}webhook:ops\n$/,
    );
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toContain('canary');
  });

  it('sends to the channels that are named alone, and writes JSON', async () => {
    const cwd = folderWith({ email: email(), webhooks: [webhook()] });
    const before = mailServer.mails.length;
    const args = ['notify', 'test', '--channel', 'webhook:ops', '--json'];
    const { stdout, exitCode } = await runCli(args, { cwd });
    expect(JSON.parse(stdout)).toEqual([{ channel: 'webhook:ops', outcome: 'sent' }]);
    expect(exitCode).toBe(0);
    expect(mailServer.mails).toHaveLength(before);
  });

  it.each<[string, object, readonly string[], RegExp]>([
    ['no channel at all', {}, ['test'], /no channel is configured/],
    [
      'an unknown channel',
      { email: { smtp_server: '127.0.0.1', recipients: ['team@example.org'] } },
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
