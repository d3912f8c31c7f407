import { fastifyRateLimit } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from '../listener/problem.ts';

export interface LimitSettings {
  /** Asked each time: a reload changes it. */
  readonly requestsPerMinute: () => number;
  /** Of refused requests, from one address: each is written to the audit log. */
  readonly refusalsPerMinute: number;
}

/** How much clients may ask for. Who is beyond is told when to come back. */
export interface Limits {
  /** Counts a request of a caller, or of an address. */
  readonly count: (request: FastifyRequest, key: string) => Promise<void>;
  /** Counts a request that is refused, so that guessing neither goes on for ever nor fills the log. */
  readonly countRefusal: (request: FastifyRequest) => Promise<void>;
}

const minuteMs = 60_000;

export async function createLimits(app: FastifyInstance, settings: LimitSettings): Promise<Limits> {
  await app.register(fastifyRateLimit, { global: false });
  const keys = new WeakMap<FastifyRequest, string>();
  const keyGenerator = (request: FastifyRequest): string => keys.get(request) ?? request.ip;
  const all = app.createRateLimit({ max: settings.requestsPerMinute, timeWindow: minuteMs, keyGenerator });
  const refusals = app.createRateLimit({ max: settings.refusalsPerMinute, timeWindow: minuteMs });
  return {
    count: async (request, key) => {
      keys.set(request, key);
      refuseExceeding(await all(request));
    },
    countRefusal: async (request) => refuseExceeding(await refusals(request)),
  };
}

type Counted = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

function refuseExceeding(counted: Counted): void {
  if (counted.isAllowed || !counted.isExceeded) return;
  throw new HttpError(429, 'too many requests', {
    hint: `Wait ${counted.ttlInSeconds} s.`,
    headers: { 'retry-after': String(counted.ttlInSeconds) },
  });
}
