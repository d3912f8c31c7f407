import type { FastifyInstance } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../store/index.ts';
import type { ServiceContext } from './define.ts';
import { createListener } from './listener/create-listener.ts';

export interface HealthListenerOptions {
  readonly now?: (() => number) | undefined;
  /** How long the store may take to answer. */
  readonly storeLimitMs?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
}

/**
 * `/health`: the process lives, whatever else does. `/ready`: it can take work; servers under test, mail and Vault are no
 * part of that. `/health/metrics`: of the process itself.
 */
export function createHealthListener(
  context: ServiceContext,
  { now = Date.now, storeLimitMs = 2000, headersTimeoutMs }: HealthListenerOptions = {},
): FastifyInstance {
  const app = createListener({ name: 'health', log: context.log, headersTimeoutMs });
  const askStore = shared(() => pingWithin(context.store, storeLimitMs));

  app.get('/health', async () => ({
    status: 'ok',
    version: context.version,
    uptime: Math.round((now() - context.startedAt) / 1000),
  }));
  app.get('/ready', async (_request, reply) => {
    const reasons = [...phaseReasons[context.phase()], ...(await askStore())];
    return await reply
      .code(reasons.length === 0 ? 200 : 503)
      .send({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons });
  });
  app.get('/health/metrics', async (request, reply) => {
    const { contentType, body } = context.metrics.renderHealth(request.headers.accept);
    return await reply.type(contentType).send(body);
  });
  return app;
}

const phaseReasons: Readonly<Record<ReturnType<ServiceContext['phase']>, readonly string[]>> = {
  starting: ['the service is starting'],
  ready: [],
  draining: ['the service is draining: it takes no more work'],
};

/** Why the store is no good now. What it says of itself may name its host, and goes to the log of whoever works with it. */
async function pingWithin(store: Store, limitMs: number): Promise<readonly string[]> {
  const answered = new AbortController();
  const late = sleep(limitMs, [`the store did not answer within ${limitMs} ms`], {
    signal: answered.signal,
  }).catch(() => []);
  const ping = store.ping().then(
    () => [],
    () => ['the store cannot be reached'],
  );
  try {
    return await Promise.race([ping, late]);
  } finally {
    answered.abort();
  }
}

/** One question at a time: who asks meanwhile gets its answer. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
