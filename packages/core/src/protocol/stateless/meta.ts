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

/** What every request of the stateless era says about its client, and the extensions that it declares. */
export function requestMeta(
  asked: RevisionStrategy,
  client: ClientBehaviour,
  { name, version }: ClientInfo,
  extensions: JsonObject = {},
): JsonObject {
  const capabilities = declaredCapabilities(client, asked);
  return {
    [metaKeys.protocolVersion]: asked.revision,
    [metaKeys.clientInfo]: { name, version },
    [metaKeys.clientCapabilities]:
      Object.keys(extensions).length === 0 ? capabilities : { ...capabilities, extensions },
  };
}

/** The member of `_meta` with that name. */
export function metaOf(value: unknown, key: keyof typeof metaKeys): unknown {
  const meta = isJsonObject(value) ? value['_meta'] : undefined;
  return isJsonObject(meta) ? meta[metaKeys[key]] : undefined;
}
