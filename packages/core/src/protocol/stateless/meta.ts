import { isJsonObject, type JsonObject } from '../../json.ts';
import { declaredCapabilities } from '../declared-capabilities.ts';
import type { RevisionStrategy } from '../revisions/strategy.ts';
import type { ClientBehaviour, ClientInfo } from '../types.ts';

/** Names that the specification reserves in `_meta`; 2026-07-28, basic#_meta. */
export const metaKeys = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** What every request of the stateless era says about its client. */
export function requestMeta(
  asked: RevisionStrategy,
  client: ClientBehaviour,
  { name, version }: ClientInfo,
): JsonObject {
  return {
    [metaKeys.protocolVersion]: asked.revision,
    [metaKeys.clientInfo]: { name, version },
    [metaKeys.clientCapabilities]: declaredCapabilities(client, asked),
  };
}

/** The member of `_meta` with that name. */
export function metaOf(value: unknown, key: keyof typeof metaKeys): unknown {
  const meta = isJsonObject(value) ? value['_meta'] : undefined;
  return isJsonObject(meta) ? meta[metaKeys[key]] : undefined;
}
