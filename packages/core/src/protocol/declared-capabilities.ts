import type { JsonObject, JsonValue } from '../json.ts';
import type { RevisionStrategy } from './revisions/strategy.ts';
import type { ClientBehaviour } from './types.ts';

/** A capability is declared when the behaviour that it needs is given. */
export function declaredCapabilities(client: ClientBehaviour, asked: RevisionStrategy): JsonObject {
  const declared: Record<string, JsonValue> = {};
  for (const [name, form] of Object.entries(asked.clientCapabilities)) {
    if (client[name as keyof ClientBehaviour] !== undefined) declared[name] = form as JsonObject;
  }
  return declared;
}
