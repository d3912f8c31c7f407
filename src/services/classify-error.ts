import { type FaultReason, ServiceError } from './fault.ts';

/** What is known of a failed attempt. */
export interface Problem {
  readonly reason: FaultReason;
  readonly message: string;
  readonly status?: number | undefined;
  readonly permissions?: string | undefined;
  /** Another attempt may do better. */
  readonly retryable: boolean;
  /** How long the service wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** Errors of sockets and of name resolution. */
const networkCodes =
  /\b(ECONNRESET|ECONNREFUSED|ECONNABORTED|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT|socket hang up|other side closed|fetch failed|terminated)\b/;
const timeoutCodes =
  /\b(ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|Request timeout|did not respond in \d+ms|stalled)\b/;

/** What the toolkit says without a status, of its own or of the storage behind it. */
const knownTexts: readonly (readonly [text: RegExp, reason: FaultReason, retryable: boolean])[] = [
  [/denied:|AuthenticationFailed|failed to authenticate the request/i, 'denied', false],
  [/BlobNotFound|specified blob does not exist/, 'not-found', false],
  [/storage quota has been hit/i, 'rejected', false],
  [/^(?:The operation was )?aborted\.?$/, 'unreachable', true],
  // An archive that was spoilt on its way may come whole the next time.
  [/Incomplete download|\btar\b.* failed with/, 'malformed', true],
  [/not valid JSON|Unexpected token/, 'malformed', true],
];

/**
 * Sorts what a client threw: octokit's `RequestError` (status and headers), the toolkit's plain errors (the status is in
 * their text), errors of fetch and of sockets.
 *
 * @param nowMs since the epoch, for rate limits that say when they end
 */
export function classifyError(error: unknown, nowMs: number): Problem {
  if (error instanceof ServiceError)
    return {
      reason: error.reason,
      message: oneLine(error.message),
      retryable: error.transient,
      retryAfterMs: error.retryAfterMs,
    };
  const text = textOf(error);
  const message = oneLine(text);
  // A connection that breaks comes from octokit with a status of its own invention and no response.
  const response = responseOf(error);
  const status = response?.status ?? statusInText(text);
  if (status !== undefined) return { message, status, ...byStatus(status, text, response, nowMs) };
  for (const [pattern, reason, retryable] of knownTexts)
    if (pattern.test(text)) return { reason, message, retryable };
  if (timeoutCodes.test(text) || nameOf(error) === 'TimeoutError' || nameOf(error) === 'AbortError')
    return { reason: 'timeout', message, retryable: true };
  if (networkCodes.test(text)) return { reason: 'unreachable', message, retryable: true };
  return { reason: 'unavailable', message, retryable: false };
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

function byStatus(
  status: number,
  text: string,
  response: Response | undefined,
  nowMs: number,
): Omit<Problem, 'message' | 'status'> {
  const header = (name: string): string | undefined => {
    const value = response?.headers[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const limited =
    status === 429 ||
    (status === 403 && (header('x-ratelimit-remaining') === '0' || /rate limit/i.test(text)));
  if (limited) return { reason: 'rate-limited', retryable: true, retryAfterMs: waitAskedFor(header, nowMs) };
  switch (status) {
    case 401:
      return { reason: 'denied', retryable: false };
    case 403:
      if (/is locked/i.test(text)) return { reason: 'locked', retryable: false };
      return {
        reason: 'denied',
        retryable: false,
        permissions: header('x-accepted-github-permissions')?.slice(0, 100),
      };
    case 404:
    case 410:
      return { reason: 'not-found', retryable: false };
    case 409:
      return { reason: 'conflict', retryable: false };
    case 408:
      return { reason: 'timeout', retryable: true };
    default:
      return status >= 500
        ? { reason: 'unavailable', retryable: true, retryAfterMs: retryAfter(header('retry-after'), nowMs) }
        : { reason: 'rejected', retryable: false };
  }
}

/** GitHub says it in seconds, or says when the limit ends; when it says neither for a secondary limit: a minute. */
function waitAskedFor(header: (name: string) => string | undefined, nowMs: number): number | undefined {
  const asked = retryAfter(header('retry-after'), nowMs);
  if (asked !== undefined) return asked;
  const reset = Number(header('x-ratelimit-reset'));
  if (header('x-ratelimit-remaining') === '0' && Number.isFinite(reset) && reset > 0)
    return Math.max(0, reset * 1000 - nowMs) + 1000;
  return 60_000;
}

/** RFC 9110: seconds, or a date. */
function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function responseOf(error: unknown): Response | undefined {
  if (typeof error !== 'object' || error === null || !('response' in error)) return undefined;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('status' in response)) return undefined;
  const headers = 'headers' in response ? response.headers : undefined;
  return typeof response.status === 'number'
    ? { status: response.status, headers: typeof headers === 'object' ? { ...headers } : {} }
    : undefined;
}

/** The toolkit writes `Failed request: (503) Service Unavailable`, `Unexpected HTTP response: 500`, `status code: 404`. */
function statusInText(text: string): number | undefined {
  const match =
    /\((\d{3})\)|(?:HTTP response(?: from [a-z ]+)?|status code|responded with)[:\s]+(\d{3})\b/i.exec(text);
  const status = Number(match?.[1] ?? match?.[2]);
  return status >= 400 && status < 600 ? status : undefined;
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

/** Its own text and that of its causes, since fetch says only `fetch failed`. */
function textOf(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 4 && current !== undefined && current !== null; depth++) {
    if (!(current instanceof Error)) {
      parts.push(typeof current === 'string' ? current : (JSON.stringify(current) ?? typeof current));
      break;
    }
    const code = 'code' in current && typeof current.code === 'string' ? ` (${current.code})` : '';
    if (
      !parts.some((part) => part.startsWith(current instanceof Error ? current.message : '')) ||
      code !== ''
    )
      parts.push(current.message + code);
    current = current.cause;
  }
  return parts.join(': ');
}

/** What a service said, fit for one line of a log: no page of HTML, no control characters, not long. */
function oneLine(text: string): string {
  if (/^\s*<\?xml/.test(text)) return clean(/<Code>([^<]*)</.exec(text)?.[1] ?? 'an error in XML', 80);
  if (/^\s*<(!doctype|html)/i.test(text)) {
    const title = /<title>([^<]*)</i.exec(text)?.[1]?.trim();
    return `a page instead of JSON${title === undefined || title === '' ? '' : ` (${clean(title, 80)})`}`;
  }
  return clean(text, 300);
}

function clean(text: string, limit: number): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .toWellFormed();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
