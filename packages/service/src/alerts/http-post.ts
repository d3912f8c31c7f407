/** One POST to where the configuration says, and to nowhere else. */
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Delivery } from './define.ts';
import { createNetworkGuard } from './networks.ts';

interface HttpTarget {
  /** In a sentence: `the webhook ops`. */
  readonly what: string;
  /** A secret: whoever has it may send. It stands in no error. */
  readonly url: string;
  /** Networks that it may be in although they are not public. */
  readonly allowNetworks: readonly string[];
}

interface HttpPoster {
  post(body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 20_000;
const answerLimitBytes = 1024;

/**
 * Prepares to send to a URL. The address that its name stands for is judged in the moment of connecting, so that a name
 * cannot be turned to another address after it was looked at. Redirects are not followed.
 */
export async function openHttpPoster({ what, url, allowNetworks }: HttpTarget): Promise<HttpPoster> {
  requireHttp(what, url);
  const { Agent, buildConnector, request } = await import('undici');
  const isAllowed = createNetworkGuard(allowNetworks);
  const connectTo = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: guardedLookup(isAllowed),
  });
  const agent = new Agent({
    connect: (options, callback) => {
      // What is an address already is looked up by nobody.
      if (isIP(options.hostname) !== 0 && !isAllowed(options.hostname)) callback(new AddressRefused(), null);
      else connectTo(options, callback);
    },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  return {
    post: async (body, headers, signal) => {
      try {
        const answer = await request(url, {
          method: 'POST',
          dispatcher: agent,
          signal,
          headers: { 'user-agent': 'mcp-test-harness', 'content-type': 'application/json', ...headers },
          body,
        });
        const text = await readStart(answer.body);
        return judgeAnswer(answer.statusCode, answer.headers['retry-after'], text);
      } catch (error) {
        return { outcome: 'retry', error: describeFault(error) };
      }
    },
    close: () => agent.close(),
  };
}

class AddressRefused extends Error {
  readonly code = addressRefused;
}
const addressRefused = 'ADDRESS_REFUSED';

function guardedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) return callback(new AddressRefused(), []);
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function requireHttp(what: string, url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: `the URL of ${what} does not begin with https:// or http://, or is none`,
    hint: 'It is not shown here, since it may be a secret.',
  });
}

/** Enough of an answer to tell a reason; the rest is not read. An answer that breaks off has been given all the same. */
async function readStart(body: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length >= answerLimitBytes) break;
    }
  } catch {
    // What matters is the status, and that is known.
  }
  return text.slice(0, answerLimitBytes).trim();
}

/**
 * What an answer means. Refused is what would be refused again: the message itself. Where the door is shut, for want of
 * a permission or since the address is not (yet) the right one, the message waits for whoever mends that.
 */
export function judgeAnswer(
  status: number,
  retryAfter: string | readonly string[] | undefined,
  text: string,
): Delivery {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  // Only a word of the receiver's is repeated, such as Slack's `no_service`: anything else could hold what was sent.
  const reason = /^[a-z]+(?:_[a-z]+){0,5}$/.test(text) && text.length <= 60 ? ` ${text}` : '';
  const error = `answered ${status}${reason}`;
  if (status >= 300 && status < 400)
    return { outcome: 'retry', error: `${error}: redirects are not followed` };
  const refused = status >= 400 && status < 500 && !mayChange.has(status);
  if (refused) return { outcome: 'refused', error };
  return { outcome: 'retry', error, retryAfterMs: readRetryAfter(retryAfter) };
}

const mayChange: ReadonlySet<number> = new Set([401, 403, 404, 407, 408, 409, 410, 423, 425, 429]);

/** Seconds or a date, RFC 9110 section 10.2.3. */
function readRetryAfter(header: string | readonly string[] | undefined): number | undefined {
  const value = typeof header === 'string' ? header : header?.[0];
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.now();
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : undefined;
}

/** Says it by the code: messages of libraries hold addresses and names. */
function describeFault(error: unknown): string {
  const code = codeOf(error);
  return (
    faults[code] ??
    (/CERT|TLS|SSL|VERIFY/.test(code)
      ? `its certificate or TLS was not accepted (${code})`
      : `no answer (${code})`)
  );
}

const faults: Readonly<Record<string, string>> = {
  [addressRefused]:
    'its address is of this machine, a private network or a metadata service; allow_networks permits what is meant so',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was broken off',
  UND_ERR_SOCKET: 'the connection was broken off',
  ENOTFOUND: 'its name was not found',
  EAI_AGAIN: 'its name could not be looked up',
  UND_ERR_CONNECT_TIMEOUT: 'the connection took too long',
  ETIMEDOUT: 'the connection took too long',
  UND_ERR_HEADERS_TIMEOUT: 'the answer took too long',
  UND_ERR_BODY_TIMEOUT: 'the answer took too long',
  UND_ERR_ABORTED: 'the answer took too long',
  ABORT_ERR: 'the answer took too long',
};

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return 'ABORT_ERR';
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
}
