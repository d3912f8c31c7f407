import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';

/** A service that is spoken to over HTTP: Prometheus, a Pushgateway. */
export interface Endpoint {
  /** For people and errors: without user and password. */
  readonly shown: string;
  /** Values that must be shown nowhere. */
  readonly secrets: readonly string[];
  /**
   * The body of an answer.
   * @param path below the endpoint
   * @throws HarnessError TARGET_UNREACHABLE for anything but an answer with one of `accepted`
   */
  send(path: string, request: EndpointRequest): Promise<{ readonly status: number; readonly text: string }>;
}

interface EndpointRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: string;
  readonly contentType?: string;
  /** Statuses that are answers; every 2xx when absent. */
  readonly accepted?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface EndpointOptions {
  /** What it is, for errors: `Prometheus`. */
  readonly what: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const answerLimit = 4 * 1024 * 1024;

/** @throws HarnessError CONFIG_INVALID for what is no http or https URL */
export function openEndpoint({ what, url, headers = {}, timeoutMs = 10_000 }: EndpointOptions): Endpoint {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      // Not repeated: there may be a password in it.
      message: `the address of ${what} is no URL that begins with http:// or https://`,
      hint: `For example http://${what.toLowerCase()}:9090.`,
    });
  }
  const [user, password] = [decodeURIComponent(parsed.username), decodeURIComponent(parsed.password)];
  const base = new URL(parsed);
  base.username = '';
  base.password = '';
  base.hash = '';
  base.search = '';
  const shown = base.href.replace(/\/+$/, '');
  const credentials =
    user === '' && password === ''
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const unreachable = (message: string, cause?: unknown): HarnessError =>
    new HarnessError({
      code: 'TARGET_UNREACHABLE',
      message: `${what} at ${shown}: ${message}`,
      hint: `See whether ${shown} is right and can be reached from here.`,
      cause,
    });

  return {
    shown,
    secrets: [
      password,
      ...Object.values(headers).flatMap((value) => [value, value.replace(/^\w+\s+/, '')]),
    ].filter(
      // Hiding what is shorter would garble everything.
      (value) => value.length >= 4,
    ),
    send: async (path, { method, body, contentType, accepted, signal }) => {
      const { Agent, request } = await import('undici');
      const dispatcher = new Agent({ maxResponseSize: answerLimit });
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        // Redirects are not followed: credentials must go nowhere else.
        const answer = await request(`${shown}${path}`, {
          method,
          dispatcher,
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
          headers: {
            ...credentials,
            ...headers,
            ...(contentType === undefined ? {} : { 'content-type': contentType }),
          },
          ...(body === undefined ? {} : { body }),
        });
        const text = await answer.body.text();
        const status = answer.statusCode;
        const isAccepted = accepted?.includes(status) ?? (status >= 200 && status < 300);
        if (!isAccepted) throw unreachable(`HTTP ${status}${excerpt(text)}`);
        return { status, text };
      } catch (error) {
        if (isHarnessError(error)) throw error;
        if (timeout.aborted) throw unreachable(`no answer within ${timeoutMs / 1000} s`, error);
        throw unreachable(reasonOf(error), error);
      } finally {
        await dispatcher.destroy();
      }
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const words = [code, message].filter((part) => typeof part === 'string' && part !== '');
  return String(words[0] ?? error);
}

/** The beginning of what was said, for as much as it is worth: a page for browsers is worth nothing here. */
function excerpt(text: string): string {
  const line = cleanLine(text.slice(0, 200));
  return line === '' || line.startsWith('<') ? '' : `: ${line}`;
}
