import { HarnessError } from '@mcp-test-harness/core/errors';
import { isIP } from 'node:net';
import { z } from 'zod';
import { below } from './http.ts';
import { messageOf } from './run-checks.ts';

const bytes = z.number().min(0);

/** What the API says of the process; members that come later are let through. */
const statsSchema = z.looseObject({
  version: z.string(),
  phase: z.string(),
  uptimeSeconds: z.number(),
  store: z.string(),
  memory: z.object({
    rssBytes: bytes,
    heapUsedBytes: bytes,
    servers: z.array(z.object({ server: z.string(), runId: z.string(), pid: z.int(), rssBytes: bytes })),
  }),
  queue: z.object({ queued: z.int(), running: z.int() }),
  notifications: z.object({ pending: z.int(), sent: z.int(), dead: z.int() }),
});

export type ServiceStats = z.infer<typeof statsSchema>;

export interface StatsRequest {
  /** Of the API, without `/api/v1`. */
  readonly url: string;
  /** Undefined: a service without RBAC asks for none. */
  readonly apiKey: string | undefined;
  /** PEM: the authority of the API's certificate. */
  readonly ca?: string | undefined;
  /** PEM: for a service that asks for a certificate. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly timeoutMs: number;
}

const largestAnswer = 1024 * 1024;

/**
 * Asks a running service for its figures.
 * @throws HarnessError TARGET_UNREACHABLE without a service, TARGET_AUTH_REFUSED when the key is not enough
 */
export async function fetchStats(options: StatsRequest): Promise<ServiceStats> {
  const { url, apiKey, ca, cert, key, timeoutMs } = options;
  requireSafe(url, apiKey);
  const { Agent, request } = await import('undici');
  const agent = new Agent({
    connect: {
      timeout: timeoutMs,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
    maxResponseSize: largestAnswer,
  });
  const where = new URL(url).host;
  try {
    const { statusCode, body } = await request(below(url, '/api/v1/stats'), {
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
    });
    const text = await body.text();
    if (statusCode === 401 || statusCode === 403) throw refused(where, statusCode, apiKey !== undefined);
    if (statusCode !== 200) throw unreachable(where, `it answers ${statusCode}`);
    const parsed = statsSchema.safeParse(parse(text));
    if (!parsed.success) throw unreachable(where, 'what answers there is no service of this kind');
    return parsed.data;
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw unreachable(where, messageOf(error), error);
  } finally {
    await agent.destroy();
  }
}

/** A key goes over a network only where nobody can read it. */
function requireSafe(text: string, apiKey: string | undefined): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new HarnessError({
      code: 'USAGE',
      message: 'the URL of the service must begin with http:// or https://',
    });
  const isLocal = url.hostname === 'localhost' || url.hostname === '[::1]' || isLoopback(url.hostname);
  if (url.protocol === 'https:' || isLocal || apiKey === undefined) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `the key is not sent to ${url.host} in the clear`,
    hint: 'Use https://.',
  });
}

const isLoopback = (host: string): boolean => isIP(host) === 4 && host.startsWith('127.');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(where: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'TARGET_UNREACHABLE',
    message: `no service answers on ${where}: ${reason}`,
    hint: 'Does it run, and is security.api set? Another place is named by --url.',
    cause,
  });
}

function refused(where: string, status: number, hasKey: boolean): HarnessError {
  return new HarnessError({
    code: 'TARGET_AUTH_REFUSED',
    message: `${where} answers ${status}: ${hasKey ? 'the key does not allow config:view' : 'it asks for an API key'}`,
    hint: 'Set MCP_TEST_HARNESS_API_KEY, or name a file with --key-file. The permission is config:view.',
  });
}
