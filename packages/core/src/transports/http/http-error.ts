import { HarnessError, isHarnessError } from '../../errors.ts';
import { cut } from '../../protocol/findings.ts';
import { endpointOf } from './proxy.ts';
import { tlsFault, type TlsFault } from './tls.ts';

/** The error for a request that could not be made or was cut off; one of ours is told as it stands. */
export function unreachable(url: string, what: string, cause: unknown): HarnessError {
  if (isHarnessError(cause)) return cause;
  const { code, tls } = readCause(cause);
  // Through a tunnel the certificate is the server's own; all else is between us and the proxy.
  const proxy = tls === undefined ? proxyOf(cause) : undefined;
  const reason = tls?.reason ?? reasons[code] ?? tunnelStatus(cause) ?? messageOf(cause);
  const where = proxy === undefined ? endpoint(url) : '';
  const notes = [where, reason.includes(code) ? '' : code].filter((note) => note !== '').join(', ');
  const subject = proxy === undefined ? url : `${url}: the proxy ${proxy}`;
  return new HarnessError({
    code: 'TARGET_UNREACHABLE',
    message: `${what}: ${subject} ${reason}${notes === '' ? '' : ` (${notes})`}`,
    hint: proxy === undefined ? (tls?.hint ?? hintFor(code, url)) : proxyHint,
    details: { url, code, ...(proxy === undefined ? {} : { proxy }) },
    cause,
  });
}

/** The error for an HTTP status that is no answer. */
export function badStatus(status: number, body: string, url: string, what: string): HarnessError {
  const excerpt =
    body.trim() === '' ? 'with an empty body' : `with the body ${JSON.stringify(cut(body.trim(), 300))}`;
  return new HarnessError({
    code: 'PROTOCOL_HTTP_STATUS',
    message: `${what} was answered with HTTP ${status} ${excerpt}`,
    hint: statusHints[status],
    details: { url, status, body: cut(body, 2000) },
  });
}

/** The code that says most, and what it says of certificates. */
function readCause(cause: unknown): { readonly code: string; readonly tls: TlsFault | undefined } {
  const codes = codesOf(cause);
  for (const code of codes) {
    const tls = tlsFault(code, cause);
    if (tls !== undefined) return { code, tls };
  }
  return { code: codes[0] ?? '', tls: undefined };
}

/** The codes of an error and its causes, the outermost first. */
function codesOf(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return [];
  if (cause instanceof AggregateError) return codesOf(cause.errors[0]);
  const { code } = cause as NodeJS.ErrnoException;
  return [...(typeof code === 'string' ? [code] : []), ...codesOf(cause.cause)];
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** `host:port`, with the default port written out. */
function endpoint(url: string): string {
  return URL.canParse(url) ? endpointOf(new URL(url)) : '';
}

function proxyOf(cause: unknown): string | undefined {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    const { proxy } = error as { readonly proxy?: unknown };
    if (typeof proxy === 'string') return proxy;
  }
  return undefined;
}

/** undici's words for a proxy that did not open the tunnel. */
function tunnelStatus(cause: unknown): string | undefined {
  const status = /^Proxy response \((\d+)\)/.exec(messageOf(cause))?.[1];
  return status === undefined ? undefined : `answered CONNECT with HTTP ${status}`;
}

const proxyHint = 'Check HTTP_PROXY and HTTPS_PROXY, or name the host in NO_PROXY to reach it directly.';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has a host name that cannot be resolved',
  EAI_AGAIN: 'has a host name that cannot be resolved',
  ECONNRESET: 'closed the connection before it had answered',
  UND_ERR_SOCKET: 'closed the connection before it had answered',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  ETIMEDOUT: 'did not accept a connection in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
};

function hintFor(code: string, url: string): string | undefined {
  if (code !== 'ECONNRESET' && code !== 'UND_ERR_SOCKET') return hints[code];
  return /^(https|wss):/.test(url)
    ? 'Did the server crash? It may also not trust the client certificate: tls.cert and tls.key (--cert, --key).'
    : 'Did the server crash? It may also speak https (wss) where the url says http (ws).';
}

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Is the server running, and is the port right? A `command` beside `url` lets the harness start it.',
  ENOTFOUND: 'Check the host in the url.',
  EAI_AGAIN: 'Check the host in the url, and the network of this machine.',
  UND_ERR_CONNECT_TIMEOUT: 'Raise connection_timeout_seconds, or check host and port.',
  ETIMEDOUT: 'Raise connection_timeout_seconds, or check host and port.',
  EHOSTUNREACH: 'Check the host in the url, and the network of this machine.',
  ENETUNREACH: 'Check the host in the url, and the network of this machine.',
};

/** What a server may have meant that wants to know who we are. */
export const credentialsHint =
  'The server wants credentials: a token under `headers`, e.g. Authorization: "Bearer ${TOKEN}", or OAuth under `auth`.';

const statusHints: Readonly<Record<number, string>> = {
  401: credentialsHint,
  403: 'The credentials do not suffice, or the server refuses this Origin or Host.',
  404: 'Check the path of the url (often /mcp).',
  405: 'Check the path of the url (often /mcp); the server does not take POST there.',
  406: 'The server does not accept the Accept header that the specification demands.',
  415: 'The server does not accept application/json.',
};
