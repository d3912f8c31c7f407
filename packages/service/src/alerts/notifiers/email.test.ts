import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../clock/testing/manual-clock.ts';
import type { EmailSettings } from '../../settings/define.ts';
import { temporaryFolders } from '../../testing/folders.ts';
import { makeAuthority, makeCertificate, type Pair } from '../../tls/testing/certificates.ts';
import type { Delivery, Message, NotifierContext } from '../define.ts';
import { emailSettings, exampleMessage } from '../testing/examples.ts';
import {
  startMailServer,
  type MailServer,
  type MailServerSettings,
  type ReceivedMail,
} from '../testing/mail-server.ts';
import { recordingLog, type RecordingLog } from '../testing/recording-log.ts';
import openEmail from './email.ts';

const newFolder = temporaryFolders();
const login = { username: 'harness', password: 'canary-password' };
let caFile: string;
let certificate: Pair;
let server: MailServer;

beforeAll(async () => {
  const authority = await makeAuthority('ca');
  certificate = await makeCertificate(authority);
  caFile = join(newFolder(), 'ca.crt');
  writeFileSync(caFile, authority.cert, { mode: 0o644 });
});
afterEach(() => server.close());

interface Sent {
  readonly delivery: Delivery;
  readonly mails: readonly ReceivedMail[];
  readonly log: RecordingLog;
}

async function send(
  on: MailServerSettings,
  settings: Partial<EmailSettings> = {},
  messages: readonly Message[] = [exampleMessage()],
  readReport?: NotifierContext['readReport'],
): Promise<Sent> {
  server = await startMailServer(on);
  const log = recordingLog();
  const email = await openEmail(
    { ...emailSettings, port: server.port, ...settings },
    { log, clock: new ManualClock('2026-11-26T12:00:00Z'), readReport },
  );
  const delivery = await email.send(messages, AbortSignal.timeout(10_000));
  await email.close();
  const { mails } = server;
  expect(JSON.stringify([delivery, log.lines, mails])).not.toContain(login.password);
  return { delivery, mails, log };
}

/** Headers, unfolded, by their names in lower case. */
function headersOf(mail: ReceivedMail | undefined): ReadonlyMap<string, string> {
  const [head = ''] = (mail?.source ?? '').split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.map((line) => {
      const end = line.indexOf(':');
      return [line.slice(0, end).toLowerCase(), line.slice(end + 1).trim()];
    }),
  );
}

/** Both bodies of a mail, decoded. */
function bodiesOf(mail: ReceivedMail | undefined): string {
  const source = (mail?.source ?? '')
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(source, 'latin1').toString('utf8');
}

describe('the connection', () => {
  it('is encrypted by STARTTLS, its certificate verified, before anything is said', async () => {
    const { delivery, mails } = await send(
      { tls: { ...certificate, fromFirstByte: false }, login },
      { encryption: 'starttls', caFile, ...login },
    );
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(mails).toMatchObject([{ isSecure: true, user: 'harness' }]);
  });

  it('is encrypted from the first byte', async () => {
    const { delivery, mails } = await send(
      { tls: { ...certificate, fromFirstByte: true }, login },
      { encryption: 'tls', caFile, ...login },
    );
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(mails).toMatchObject([{ isSecure: true, user: 'harness' }]);
  });

  it('is plain text where that is configured', async () => {
    const { delivery, mails } = await send({});
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(mails).toMatchObject([{ isSecure: false, user: undefined }]);
  });

  it.each<[string, MailServerSettings, Partial<EmailSettings>, string | RegExp]>([
    ['a server without STARTTLS', { login }, { encryption: 'starttls', ...login }, /STARTTLS/],
    [
      'a server that does not speak TLS',
      {},
      { encryption: 'tls' },
      /wrong version number|packet length too long|SSL/i,
    ],
    [
      'a server without a login where one is configured',
      {},
      { ...login },
      /^the server refused the login \(5\d\d\)$/,
    ],
    [
      'a wrong password, though the server repeats it',
      { login: { ...login, password: 'another' } },
      { ...login },
      'the server refused the login (535)',
    ],
  ])('is given up for %s, and the mail waits', async (_what, on, settings, error) => {
    const { delivery, mails } = await send(on, settings);
    expect(delivery).toEqual({
      outcome: 'retry',
      error: typeof error === 'string' ? error : expect.stringMatching(error),
    });
    expect(mails).toEqual([]);
  });

  it.each(['starttls', 'tls'] as const)(
    'is given up for a certificate of an unknown authority (%s)',
    async (encryption) => {
      const { delivery, mails } = await send(
        { tls: { ...certificate, fromFirstByte: encryption === 'tls' }, login },
        { encryption, ...login },
      );
      expect(delivery).toMatchObject({ outcome: 'retry', error: expect.stringMatching(/certificate/) });
      expect(mails).toEqual([]);
    },
  );

  it('is given up when nobody listens', async () => {
    const closed = await startMailServer();
    await closed.close();
    const { delivery } = await send({}, { port: closed.port });
    expect(delivery).toMatchObject({ outcome: 'retry', error: expect.stringContaining('ECONNREFUSED') });
  });

  it('is not begun without the file of the authority', async () => {
    await expect(send({}, { caFile: '/nonexistent/ca.crt' })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
    });
  });
});

describe('what the server says', () => {
  it.each<[NonNullable<MailServerSettings['refuse']>, Delivery]>([
    [
      { at: 'recipient', code: 550, text: 'no such user' },
      { outcome: 'refused', error: expect.stringContaining('550') as string },
    ],
    [
      { at: 'recipient', code: 450, text: 'greylisted' },
      { outcome: 'retry', error: expect.stringContaining('greylisted') as string },
    ],
    [
      { at: 'message', code: 552, text: 'too large' },
      { outcome: 'refused', error: expect.stringContaining('too large') as string },
    ],
    [
      { at: 'message', code: 451, text: 'try again later' },
      { outcome: 'retry', error: expect.stringContaining('try again later') as string },
    ],
    [
      { at: 'message', code: 554, text: `canary-password ${Buffer.from(login.password).toString('base64')}` },
      { outcome: 'refused', error: expect.stringContaining('***') as string },
    ],
  ])('to a mail is judged: $code to the $at', async (refuse, expected) => {
    const { delivery, mails } = await send({ refuse, login }, login);
    expect(delivery).toEqual(expected);
    expect(JSON.stringify(delivery)).not.toContain(Buffer.from(login.password).toString('base64'));
    expect(mails).toEqual([]);
  });

  it('to one of several recipients does not keep the mail from the others, and is told', async () => {
    const { delivery, mails, log } = await send(
      { refuse: { at: 'recipient', code: 550, text: 'no such user', only: 'gone@example.org' } },
      { recipients: ['team@example.org', 'gone@example.org', 'boss@example.org'] },
    );
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(mails).toMatchObject([{ recipients: ['team@example.org', 'boss@example.org'] }]);
    expect(log.lines).toMatchObject([
      { level: 'warn', event: 'mail-recipients-refused', details: { count: 1 } },
    ]);
  });
});

describe('a mail', () => {
  it('goes to all recipients at once, as text and as HTML', async () => {
    const { mails } = await send({}, { recipients: ['team@example.org', 'boss@example.org'] });
    expect(mails).toMatchObject([{ recipients: ['team@example.org', 'boss@example.org'] }]);
    const headers = headersOf(mails[0]);
    expect(headers.get('subject')).toBe('[mcp-test-harness] core-protocol: 1 of 100 tests failed');
    expect(headers.get('to')).toBe('team@example.org, boss@example.org');
    expect(headers.get('from')).toBe('MCP Test Harness <harness@example.org>');
    expect(headers.get('content-type')).toMatch(/^multipart\/alternative/);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    const bodies = bodiesOf(mails[0]);
    expect(bodies).toContain('WARNING  core-protocol: 1 of 100 tests failed\r\n  ping: got no answer');
    expect(bodies).toContain('<pre style="');
  });

  it('goes out without the report when it is too large with it', async () => {
    const { delivery, mails } = await send(
      { sizeLimitBytes: 20_000 },
      {},
      [exampleMessage({ reportPath: 'runs/run-1-a1/report.html' })],
      async () => Buffer.alloc(20_000),
    );
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(bodiesOf(mails[0])).toContain('The mail server does not take the reports with it.');
  });

  it('has the same id when it is sent again', async () => {
    const ids: (string | undefined)[] = [];
    for (const id of ['failure run-1', 'failure run-1', 'failure run-2']) {
      const { mails } = await send({}, {}, [exampleMessage({ id })]);
      ids.push(headersOf(mails[0]).get('message-id'));
      await server.close();
    }
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@example\.org>$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('of several messages says in its subject how many they are', async () => {
    const messages = ['first', 'second', 'third'].map((title) => exampleMessage({ title }));
    const { mails } = await send({}, {}, messages);
    expect(headersOf(mails[0]).get('subject')).toBe('[mcp-test-harness] first, and 2 more notifications');
    for (const { title } of messages) expect(bodiesOf(mails[0])).toContain(`WARNING  ${title}`);
  });

  it('has no header that a test or a server wrote, and no markup', async () => {
    const evil = 'x\r\nBcc: evil@example.org\r\n\r\n<script>alert(1)</script><img src=x>';
    const { mails } = await send({}, {}, [
      exampleMessage({ title: evil, lines: [evil], url: 'javascript:alert(1)' }),
    ]);
    expect(mails).toMatchObject([{ recipients: ['team@example.org'] }]);
    expect(headersOf(mails[0]).has('bcc')).toBe(false);
    const [, html = ''] = bodiesOf(mails[0]).split('<!doctype html>');
    expect(html).not.toMatch(/<script|<img|javascript:/);
  });

  it('has the HTML report with it', async () => {
    const report = Buffer.from('<!doctype html><title>report</title>');
    const asked: unknown[] = [];
    const { mails } = await send(
      {},
      {},
      [exampleMessage({ reportPath: 'runs/2026-11-26/run-1-a1/report.html' })],
      async (...path) => {
        asked.push(path);
        return report;
      },
    );
    expect(asked).toEqual([['runs/2026-11-26/run-1-a1', 'report.html']]);
    expect(headersOf(mails[0]).get('content-type')).toMatch(/^multipart\/mixed/);
    expect(mails[0]?.source).toContain('filename=report.html');
    expect(mails[0]?.source.replaceAll('\r\n', '')).toContain(report.toString('base64'));
  });

  it.each<[string, () => Promise<Uint8Array | undefined>, string]>([
    ['too large', async () => Buffer.alloc(6 * 1024 * 1024), 'is not attached: it has 6 MiB.'],
    ['not readable', () => Promise.reject(new Error('canary-path')), 'could not be read.'],
    ['not there', async () => undefined, ''],
  ])('goes out without a report that is %s', async (_what, readReport, note) => {
    const { delivery, mails } = await send(
      {},
      {},
      [exampleMessage({ reportPath: 'runs/run-1-a1/report.html' })],
      readReport,
    );
    expect(delivery).toEqual({ outcome: 'sent' });
    expect(bodiesOf(mails[0])).toContain(note);
    expect(mails[0]?.source).not.toContain('filename=');
  });
});
