import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuditTrail } from '../access/audit-trail.ts';
import { anybody, type Caller } from '../access/caller.ts';
import type { Gate } from '../access/gate.ts';
import type { ServiceContext } from '../define.ts';
import { HttpError, type InputProblem } from '../listener/problem.ts';
import type { ApiCall, ApiRoute } from './define-route.ts';
import { apiRoutes } from './routes.ts';

export interface ApiParts {
  readonly context: ServiceContext;
  readonly gate: Gate;
  readonly trail: AuditTrail;
  readonly now: () => number;
}

/** Puts the table of routes onto a listener. Whatever is no GET is in the audit log, by the permission that it needs. */
export function registerApi(app: FastifyInstance, { context, gate, trail, now }: ApiParts): void {
  // A form of another site can send text without asking first.
  app.removeContentTypeParser('text/plain');
  const callers = new WeakMap<FastifyRequest, Caller>();
  for (const route of apiRoutes) {
    app.route({
      method: route.method,
      url: `/api/v1${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      onRequest: async (request) => {
        callers.set(request, await admit(gate, route, request));
      },
      handler: async (request, reply) => {
        const caller = callers.get(request) ?? anybody(request.ip);
        const call: ApiCall<unknown, unknown, unknown> = {
          context,
          caller,
          params: read(route.params, request.params, 'path'),
          query: read(route.query, request.query, 'query'),
          body: read(route.body, request.body, 'body'),
          idempotencyKey: route.idempotent === true ? readIdempotencyKey(request) : undefined,
          now: now(),
        };
        const {
          status,
          body,
          headers = {},
        } = route.method === 'GET'
          ? await route.handle(call)
          : await trail.change(
              caller,
              {
                action: route.permission ?? `api:${route.method.toLowerCase()}`,
                target: targetOf(route, call.params),
                detail: route.body === undefined ? undefined : jsonOf(call.body),
              },
              () => route.handle(call),
            );
        void reply.code(status).headers(headers);
        return await reply.send(body instanceof Uint8Array ? Buffer.from(body) : body);
      },
    });
  }
}

async function admit(gate: Gate, { permission }: ApiRoute, request: FastifyRequest): Promise<Caller> {
  if (permission !== undefined) return await gate.admit(request, permission);
  await gate.refuseForeign(request);
  await gate.admitAnybody(request);
  return anybody(request.ip);
}

/** `runs/3f…`: what the path says, its parameters filled in. */
function targetOf({ path }: ApiRoute, params: unknown): string {
  const values = (params ?? {}) as Readonly<Record<string, string>>;
  return path.slice(1).replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
}

type Detail = Parameters<AuditTrail['change']>[1]['detail'];

function jsonOf(body: unknown): Detail {
  return body as Detail;
}

function readIdempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[!-~][ -~]{0,254}$/.test(key)) return key;
  throw new HttpError(400, 'the request is not as it should be', {
    errors: [{ in: 'header', name: 'Idempotency-Key', detail: 'expected 1 to 255 printable characters' }],
  });
}

function read(schema: z.ZodType | undefined, value: unknown, place: InputProblem['in']): unknown {
  // What a route does not ask for it does not take either, beyond an empty body.
  const parsed = (schema ?? nothing).safeParse(value ?? undefined);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, 'the request is not as it should be', {
    errors: parsed.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ in: place, name: nameOf(path), detail: message })),
  });
}

const nothing = z.strictObject({}).optional();

/** `suites[0].name`; the whole is ''. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
