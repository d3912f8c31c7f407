import type { Dispatcher } from 'undici';
import { flattenHeaders } from '../transports/http/headers.ts';
import { unreachable } from '../transports/http/http-error.ts';
import { createPool } from '../transports/http/pool.ts';
import { AuthFault, type AuthRequest } from './auth-error.ts';
import type { SecretBook } from './secret-book.ts';
import type { ProtectedServer } from './types.ts';

/** No honest document of a flow comes near. */
const limitBytes = 1024 * 1024;
const requestTimeoutMs = 15_000;

/** What nobody may see of what we send, and of what we get. */
const sentSecrets = ['client_secret', 'client_assertion', 'code', 'code_verifier', 'refresh_token'];
const gotSecrets = [
  'client_secret',
  'access_token',
  'refresh_token',
  'id_token',
  'registration_access_token',
];

interface AuthAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookie: readonly string[];
  readonly body: string;
}

/** What is sent; `method` defaults to GET. */
interface AuthInit {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/**
 * The requests of one flow: bounded in size and time, never redirected by themselves, remembered without what is secret.
 * Authorities, proxy and time-outs are those of the server; our client certificate is shown to its origin alone.
 */
export class AuthHttp {
  readonly requests: AuthRequest[] = [];
  readonly #server: ProtectedServer;
  readonly #secrets: SecretBook;
  readonly #signal: AbortSignal;
  readonly #pools = new Map<string, Promise<Dispatcher>>();

  constructor(server: ProtectedServer, secrets: SecretBook, signal: AbortSignal) {
    this.#server = server;
    this.#secrets = secrets;
    this.#signal = signal;
  }

  /** @throws AuthFault when no answer came, or one that is too long; HarnessError when certificates cannot be used */
  async request(url: URL, { method = 'GET', headers = {}, body }: AuthInit = {}): Promise<AuthAnswer> {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new AuthFault(`${url.href} is neither http nor https`);
    }
    const entry: { -readonly [Key in keyof AuthRequest]: AuthRequest[Key] } = {
      method,
      url: `${url.origin}${url.pathname}`,
      status: undefined,
    };
    this.requests.push(entry);
    await this.#secrets.add(...secretsOfForm(body), headers['authorization']?.replace(/^\w+ /, ''));
    const pool = await this.#poolFor(url);
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(requestTimeoutMs)]);
    try {
      const answer = await pool.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: { 'user-agent': 'mcp-test-harness', ...headers },
        signal,
        ...(body === undefined ? {} : { body }),
      });
      entry.status = answer.statusCode;
      const text = await readBounded(answer.body);
      if (text === undefined) {
        throw new AuthFault(`${method} ${entry.url} was answered with more than ${limitBytes} bytes`);
      }
      await this.#secrets.add(...secretsOfJson(text));
      const { 'set-cookie': cookies, ...others } = answer.headers;
      return {
        status: answer.statusCode,
        headers: flattenHeaders(others),
        setCookie: [cookies ?? []].flat(),
        body: text,
      };
    } catch (error) {
      if (error instanceof AuthFault) throw error;
      this.#signal.throwIfAborted();
      throw notAnswered(entry, error);
    }
  }

  /** For the helpers of the SDK: as `fetch`, without redirects. */
  readonly fetch = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    const body = init?.body;
    const answer = await this.request(new URL(input), {
      method: init?.method,
      headers,
      body: typeof body === 'string' || body instanceof URLSearchParams ? String(body) : undefined,
    });
    const mayHaveBody = answer.status !== 204 && answer.status !== 205 && answer.status !== 304;
    return new Response(mayHaveBody ? answer.body : null, { status: answer.status, headers: answer.headers });
  };

  async close(): Promise<void> {
    const pools = await Promise.allSettled(this.#pools.values());
    for (const pool of pools) if (pool.status === 'fulfilled') await pool.value.destroy().catch(() => {});
  }

  #poolFor(url: URL): Promise<Dispatcher> {
    let pool = this.#pools.get(url.origin);
    if (pool === undefined) {
      const { url: server, tls, proxy, connectTimeoutMs } = this.#server;
      const isItself = new URL(server.replace(/^ws/i, 'http')).origin === url.origin;
      pool = createPool(url, {
        proxy,
        connectTimeoutMs,
        tls: isItself || tls === undefined ? tls : { ca: tls.ca, verify: tls.verify },
        pool: { keepAlive: false },
      });
      this.#pools.set(url.origin, pool);
    }
    return pool;
  }
}

/** The body, or undefined when it is too long. */
async function readBounded(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) {
      body.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function secretsOfForm(body: string | undefined): readonly (string | null)[] {
  if (body === undefined) return [];
  const form = new URLSearchParams(body);
  return sentSecrets.map((name) => form.get(name));
}

function secretsOfJson(text: string): readonly unknown[] {
  if (!/^\s*\{/.test(text)) return [];
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    return gotSecrets.map((name) => answer[name]);
  } catch {
    return [];
  }
}

function notAnswered({ method, url }: AuthRequest, error: unknown): AuthFault {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new AuthFault(`${method} ${url} was not answered within ${requestTimeoutMs / 1000} s`, {
      hint: reachHint,
    });
  }
  const { message, hint } = unreachable(url, method, error);
  return new AuthFault(message.replace(`${method}: `, `${method} `), {
    hint: /certificate/.test(message) ? hint : reachHint,
    cause: error,
  });
}

const reachHint = 'Is the authorization server running, and can it be reached from here?';
