import { isAuthorizer } from '../auth/index.ts';
import { HarnessError } from '../errors.ts';
import type { HttpSessionOptions } from '../protocol/types.ts';
import type { Evidence } from './types.ts';

const timeoutMs = 5000;
/** As much of a body as is worth showing. */
const longestBody = 16 * 1024;
/** How long a body that does not end is read. */
const readMs = 500;

interface ProbeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly evidence: Evidence;
}

/** Single HTTP requests beside the sessions, for what a client that keeps the rules would never send. */
export interface HttpProbe {
  readonly url: URL;
  readonly send: (request: ProbeRequest) => Promise<ProbeAnswer>;
}

export function createHttpProbe(
  { url, headers: common, auth }: HttpSessionOptions,
  signal: AbortSignal,
): HttpProbe {
  return {
    url: new URL(url),
    async send({ method, headers, body }) {
      const { request } = await import('undici');
      const sent = {
        accept: 'application/json, text/event-stream',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...common,
        ...authorizationBy(auth),
        ...headers,
      };
      const answer = await request(url, {
        method,
        headers: sent,
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      }).catch((cause: unknown) => {
        throw new HarnessError({
          code: 'TARGET_UNREACHABLE',
          message: `${method} ${url} was not answered`,
          cause,
        });
      });
      const text = await readSome(answer.body);
      const plain = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(plain),
        body: text,
        evidence: {
          sent: [`${method} ${url}`, ...lines(headers ?? {}), ...(body === undefined ? [] : ['', body])].join(
            '\n',
          ),
          received: [`HTTP ${answer.statusCode}`, ...lines(Object.fromEntries(plain)), '', text].join('\n'),
        },
      };
    },
  };
}

/** The sessions beside it have got the token. */
function authorizationBy(auth: HttpSessionOptions['auth']): Readonly<Record<string, string>> {
  const header = auth === undefined || !isAuthorizer(auth) ? undefined : auth.header;
  return header === undefined ? {} : { authorization: header };
}

function lines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

/** The beginning of a body; a stream that stays open is let go after a moment. */
async function readSome(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  let text = '';
  const timer = setTimeout(() => body.destroy(), readMs);
  try {
    for await (const chunk of body) {
      text += chunk.toString();
      if (text.length > longestBody) break;
    }
  } catch {
    // Cut off by us: what came is what there is.
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
  return text.slice(0, longestBody);
}
