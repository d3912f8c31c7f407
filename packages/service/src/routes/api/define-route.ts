import type { z } from 'zod';
import type { Permission } from '../../auth/index.ts';
import type { Caller } from '../access/caller.ts';
import type { ServiceContext } from '../define.ts';

/** A request as a handler sees it: judged, parsed, allowed. */
export interface ApiCall<Params, Query, Body> {
  readonly context: ServiceContext;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly idempotencyKey: string | undefined;
  /** ms since 1970. */
  readonly now: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** JSON, or bytes and text as they are. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What the document says of an answer. */
export interface DescribedAnswer {
  readonly description: string;
  /** Undefined for what is no JSON. */
  readonly schema?: z.ZodType | undefined;
  /** JSON when absent. */
  readonly mediaTypes?: readonly string[] | undefined;
}

export interface RouteDefinition<Params, Query, Body> {
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  /** Undefined: nobody needs to be known. */
  readonly permission: Permission | undefined;
  readonly tag: string;
  readonly summary: string;
  readonly params?: z.ZodType<Params> | undefined;
  readonly query?: z.ZodType<Query> | undefined;
  readonly body?: z.ZodType<Body> | undefined;
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean | undefined;
  /** By status; errors that every route may answer are not named. */
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  readonly handle: (call: ApiCall<Params, Query, Body>) => Promise<ApiAnswer>;
}

/** A route whose types its own schemas have checked. */
export type ApiRoute = RouteDefinition<unknown, unknown, unknown>;

export function defineRoute<Params = undefined, Query = undefined, Body = undefined>(
  definition: RouteDefinition<Params, Query, Body>,
): ApiRoute {
  return definition as unknown as ApiRoute;
}
