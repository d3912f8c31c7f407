import { HarnessError } from '../../errors.ts';
import { cut } from '../../protocol/findings.ts';

/** The error for a request that could not be made or was cut off. */
export function unreachable(url: string, what: string, cause: unknown): HarnessError {
  const code = codeOf(cause);
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new HarnessError({
    code: 'TARGET_UNREACHABLE',
    message: `${what}: ${url} ${reason}${code === '' || reason.includes(code) ? '' : ` (${code})`}`,
    hint: hints[code],
    details: { url, code },
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

function codeOf(cause: unknown): string {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    if (error instanceof AggregateError) return codeOf(error.errors[0]);
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return '';
}

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
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a self-signed certificate in its chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate whose issuer is not known',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
};

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    'Is the server running, and is the port right? A `command` beside `url` lets the harness start it.',
  ENOTFOUND: 'Check the host in the url.',
  UND_ERR_CONNECT_TIMEOUT: 'Raise connection_timeout_seconds, or check host and port.',
  EPROTO: 'Is it http where the url says https?',
};

const statusHints: Readonly<Record<number, string>> = {
  401: 'The server wants credentials: set them under `headers`, e.g. Authorization: "Bearer ${TOKEN}".',
  403: 'The credentials do not suffice, or the server refuses this Origin or Host.',
  404: 'Check the path of the url (often /mcp).',
  405: 'Check the path of the url (often /mcp); the server does not take POST there.',
  406: 'The server does not accept the Accept header that the specification demands.',
  415: 'The server does not accept application/json.',
};
