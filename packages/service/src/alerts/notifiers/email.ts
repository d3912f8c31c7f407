/** Mail: one to all recipients, as text and HTML, with the reports that it is about. */
import { createHash } from 'node:crypto';
import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { createMasker } from '@mcp-test-harness/core/runner';
import { cutText } from '@mcp-test-harness/report/text';
import { readProtectedFile } from '../../protected-file.ts';
import type { EmailSettings } from '../../settings/define.ts';
import type { Delivery, Message, OpenNotifier } from '../define.ts';
import { collectReports, type CollectedReports } from './collect-reports.ts';
import { renderMail } from './render-mail.ts';

const connectTimeoutMs = 10_000;
const silenceLimitMs = 20_000;
/** Many servers take messages of 10 MB, and base64 makes a third more of it. */
const attachedBytes = 5 * 1024 * 1024;
const longestError = 200;

const openEmail: OpenNotifier<EmailSettings> = async (settings, { log, readReport }) => {
  const { createTransport } = await import('nodemailer');
  const { host, port, encryption, caFile, username, password, from, recipients } = settings;
  const ca =
    caFile === undefined
      ? undefined
      : await readProtectedFile(caFile, { what: 'the authority of the mail server', secret: false });
  const hasLogin = username !== undefined && password !== undefined;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    // A server that offers no login where one is configured is not the one that was meant.
    ...(hasLogin ? { auth: { user: username, pass: password }, forceAuth: true } : {}),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: silenceLimitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  const masker = createMasker(hasLogin ? credentialsIn(username, password) : []);
  const shown = (text: string): string => cutText(cleanLine(masker.text(text)), longestError);
  const post = async (
    messages: readonly Message[],
    { files, notes }: CollectedReports,
    signal: AbortSignal,
  ): Promise<Delivery> => {
    try {
      const { rejected } = await transport.sendMail({
        from,
        to: [...recipients],
        ...renderMail(messages, notes),
        attachments: files.map(({ name, content }) => ({ filename: name, content: Buffer.from(content) })),
        messageId: messageIdOf(messages, from),
        // No answers of people who are on holiday.
        headers: { 'Auto-Submitted': 'auto-generated' },
        xMailer: false,
        signal,
      });
      if (rejected.length > 0) log.warn('mail-recipients-refused', { count: rejected.length });
      return { outcome: 'sent' };
    } catch (error) {
      return judgeFault(error, shown);
    }
  };
  return {
    send: async (messages, signal) => {
      const reports = await collectReports(messages, readReport, attachedBytes);
      const delivery = await post(messages, reports, signal);
      if (delivery.outcome !== 'refused' || reports.files.length === 0) return delivery;
      // It may have been too large, or of a kind that is not taken.
      const notes = [...reports.notes, 'The mail server does not take the reports with it.'];
      return await post(messages, { files: [], notes }, signal);
    },
    close: async () => transport.close(),
  };
};

export default openEmail;

/** The same mail has the same id, so that programs for mail show it once when it came twice. */
function messageIdOf(messages: readonly Message[], from: string): string {
  const hash = createHash('sha256').update(JSON.stringify(messages.map(({ id }) => id)));
  const [, domain = 'mcp-test-harness.invalid'] = /@([a-z\d.-]+)>?\s*$/i.exec(from) ?? [];
  return `<${hash.digest('hex').slice(0, 40)}@${domain}>`;
}

/**
 * Refused is what the server says of this mail, for good. What it says of us, of encryption or of the login may be
 * mended.
 */
function judgeFault(fault: unknown, shown: (text: string) => string): Delivery {
  const { code, responseCode, message } = fault as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
    readonly message?: unknown;
  };
  const status = typeof responseCode === 'number' ? responseCode : undefined;
  // What a server says to a login is not repeated.
  if (code === 'EAUTH')
    return {
      outcome: 'retry',
      error: `the server refused the login${status === undefined ? '' : ` (${status})`}`,
    };
  const error = shown(typeof message === 'string' ? message : 'the mail was not sent');
  const isOfTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  // Without a status nodemailer itself has found the fault: larger than the server takes, an address that is none.
  const isForGood = status === undefined || (status >= 500 && status !== loginWanted);
  return { outcome: isOfTheMail && isForGood ? 'refused' : 'retry', error };
}

const loginWanted = 530;

/** A password as it travels, should a server repeat it. */
function credentialsIn(username: string, password: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [password, base64(password), base64(`\0${username}\0${password}`)];
}
