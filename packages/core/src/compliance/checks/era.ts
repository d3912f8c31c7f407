import type { JsonObject } from '../../json.ts';
import { harnessClientInfo } from '../../protocol/client-info.ts';
import { revisionStrategy } from '../../protocol/revisions/index.ts';
import { requestMeta } from '../../protocol/stateless/meta.ts';
import { requestHeaders } from '../../protocol/stateless/request-headers.ts';
import type { Exchange, Revision } from '../../protocol/types.ts';
import type { CheckContext } from '../types.ts';

/** The revisions without a handshake. */
export const statelessRevisions = { from: '2026-07-28' } as const;

/** Whether a revision has no handshake, so that every request says all that the server must know. */
export function isStateless(revision: string): boolean {
  return revisionStrategy(revision as Revision).era === 'stateless';
}

/** A harmless method that every server of the era answers. */
export function aliveMethod({ revision }: Pick<CheckContext, 'revision'>): string {
  return isStateless(revision) ? 'server/discover' : 'ping';
}

/** Asks for nothing but an answer. */
export function askAlive(context: Pick<CheckContext, 'revision' | 'session' | 'signal'>): Promise<Exchange> {
  return context.session.exchange(aliveMethod(context), undefined, { signal: context.signal });
}

/** A request that is made by hand. */
export interface RawRequest {
  readonly id: string;
  readonly method: string;
  readonly params?: JsonObject | undefined;
  /** Members of `_meta` that differ from what the era wants; undefined leaves one out. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
}

/** A request as text, with all that its era wants in it, and the HTTP headers that repeat parts of it. */
export function rawRequest(
  { revision }: Pick<CheckContext, 'revision'>,
  { id, method, params, meta }: RawRequest,
): { readonly text: string; readonly headers: Readonly<Record<string, string>> } {
  if (!isStateless(revision))
    return { text: JSON.stringify({ jsonrpc: '2.0', id, method, params }), headers: {} };
  const strategy = revisionStrategy(revision as Revision);
  const _meta = { ...requestMeta(strategy, {}, harnessClientInfo), ...meta };
  return {
    text: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } }),
    headers: { ...strategy.httpHeaders, ...requestHeaders(method, params) },
  };
}
