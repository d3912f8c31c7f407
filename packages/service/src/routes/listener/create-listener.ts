import { isHarnessError } from '@mcp-test-harness/core/errors';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Logger } from '../../logging/define.ts';
import { clientOptions, type TlsMaterial, type TlsSettings } from '../../tls/index.ts';
import { answerClientError } from './client-error.ts';
import { KnownPaths } from './known-paths.ts';
import { HttpError, makeProblem, problemMediaType, tellError } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

/** How a listener speaks TLS; `replaceCertificate` renews it. */
export interface ListenerTls {
  readonly settings: TlsSettings;
  readonly material: TlsMaterial;
}

export interface ListenerOptions {
  /** In the log: `api`. */
  readonly name: string;
  readonly log: Logger;
  readonly tls?: ListenerTls | undefined;
  /** Networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How long the headers of a request may take. */
  readonly headersTimeoutMs?: number | undefined;
}

const bodyLimitBytes = 1024 * 1024;
/** Names of suites stand in paths. */
const longestSegment = 1000;
const requestTimeoutMs = 30_000;
/** Longer than scrapers and balancers wait between two requests: who closes first loses none. */
const keepAliveMs = 75_000;

/**
 * A listener that answers every error with a problem document, tells nothing of itself, and lets no client take its time.
 * It is not listening yet.
 */
export function createListener({
  name,
  log,
  tls,
  trustedProxies = [],
  headersTimeoutMs = 10_000,
}: ListenerOptions): FastifyInstance {
  const server = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: Math.max(requestTimeoutMs, headersTimeoutMs),
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(2000, headersTimeoutMs),
  };
  const app = fastify({
    serverFactory: (handler) =>
      tls === undefined
        ? createPlainServer(server, handler)
        : createTlsServer({ ...server, ...tls.material.context, ...clientOptions(tls.settings) }, handler),
    bodyLimit: bodyLimitBytes,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    routerOptions: { maxParamLength: longestSegment },
    genReqId: () => randomUUID(),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      const answer = reply as unknown as FastifyReply;
      void answer.headers({ ...headers, 'x-request-id': request.id });
      answerError(error, request.id, answer);
    },
  });
  const headers = securityHeaders(tls !== undefined);
  const paths = new KnownPaths();
  app.addHook('onRoute', ({ url, method }) => paths.add(url, [method].flat()));
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...headers, 'x-request-id': request.id });
    // Before a body is read: whatever it is, there is nobody to read it.
    if (request.is404) throw notFound(request.method, request.raw.url ?? '', paths);
  });
  app.setErrorHandler((error, request, reply) => {
    logFault(log, name, error, request.id, request.routeOptions.url);
    answerError(error, request.id, reply);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The path's pattern, not the path: whatever a client writes into it is not for the log.
    log.debug('request', {
      listener: name,
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    });
  });
  return app;
}

function notFound(method: string, url: string, paths: KnownPaths): HttpError {
  const [path = ''] = url.split('?');
  const methods = paths.methodsOf(path);
  if (methods.length === 0) return new HttpError(404, 'there is nothing at this path');
  const allow = methods.join(', ');
  return new HttpError(405, `${method} is not possible here`, {
    hint: `Use ${allow}.`,
    headers: { allow },
  });
}

/** Tells the log of faults of ours, whole. */
export function logFault(
  log: Logger,
  listener: string,
  error: unknown,
  requestId: string,
  route?: string,
): void {
  if (tellError(error).status < 500) return;
  const code = isHarnessError(error) ? error.code : 'INTERNAL';
  log.error('request-failed', { listener, requestId, route, code, error });
}

function answerError(error: unknown, requestId: string, reply: FastifyReply): void {
  const told = tellError(error);
  void reply
    .code(told.status)
    .headers(told.headers)
    .type(problemMediaType)
    .send(JSON.stringify(makeProblem(told, requestId)));
}
