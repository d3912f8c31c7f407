import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Pair } from '../../tls/testing/certificates.ts';

export interface ReceivedMail {
  readonly isSecure: boolean;
  readonly user: string | undefined;
  readonly recipients: readonly string[];
  /** As it came: headers, an empty line, the parts. */
  readonly source: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  close(): Promise<void>;
}

export interface MailServerSettings {
  /** Undefined: plain text, nothing else is offered. */
  readonly tls?: (Pair & { readonly fromFirstByte: boolean }) | undefined;
  readonly login?: { readonly username: string; readonly password: string } | undefined;
  readonly sizeLimitBytes?: number | undefined;
  /** What is said to a recipient or to a whole message instead of yes; `{password}` is what the client has sent. */
  readonly refuse?: {
    readonly at: 'recipient' | 'message';
    readonly code: number;
    readonly text: string;
    readonly only?: string | undefined;
  };
}

/** A real SMTP server on this machine. */
export async function startMailServer(settings: MailServerSettings = {}): Promise<MailServer> {
  const { tls, login, refuse, sizeLimitBytes = Number.POSITIVE_INFINITY } = settings;
  const mails: ReceivedMail[] = [];
  const refusal = (): Error => Object.assign(new Error(refuse?.text), { responseCode: refuse?.code ?? 550 });
  const server = new SMTPServer({
    ...(tls === undefined ? {} : { cert: tls.cert, key: tls.key }),
    secure: tls?.fromFirstByte ?? false,
    authOptional: login === undefined,
    allowInsecureAuth: tls === undefined,
    disabledCommands: [...(login === undefined ? ['AUTH'] : []), ...(tls === undefined ? ['STARTTLS'] : [])],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === login?.username && password === login?.password)
        callback(null, { user: String(username) });
      // A server that repeats what it was told.
      else callback(new Error(`no ${String(username)} with ${String(password)}`));
    },
    onRcptTo: ({ address }, _session, callback) => {
      const isRefused = refuse?.at === 'recipient' && (refuse.only === undefined || refuse.only === address);
      callback(isRefused ? refusal() : null);
    },
    onData: (stream, session, callback) => {
      let source = '';
      stream.on('data', (chunk: Buffer) => (source += chunk.toString('latin1')));
      stream.on('end', () => {
        if (refuse?.at === 'message') return callback(refusal());
        if (source.length > sizeLimitBytes)
          return callback(Object.assign(new Error('too large'), { responseCode: 552 }));
        mails.push({
          isSecure: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
          recipients: session.envelope.rcptTo.map(({ address }) => address),
          source,
        });
        callback(null);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
