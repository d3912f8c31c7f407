import { isJsonObject, type JsonObject } from '../json.ts';
import type { Session } from '../protocol/types.ts';
import type { Definitions } from './types.ts';

type ListMethod = Parameters<Session['listAll']>[0];

/** Definitions that were read, and which lists the server would not give. */
export interface ReadDefinitions {
  readonly definitions: Definitions;
  readonly unreadable: readonly { readonly list: string; readonly reason: string }[];
}

/** Asks a server for everything it says about itself, as far as it declares it. A list that fails is told, not thrown. */
export async function readDefinitions(session: Session, signal?: AbortSignal): Promise<ReadDefinitions> {
  const unreadable: { list: string; reason: string }[] = [];
  const { capabilities, instructions } = session.info;
  const list = async (method: ListMethod, capability: string): Promise<readonly JsonObject[]> => {
    if (capabilities[capability] === undefined) return [];
    try {
      // A list may hold anything; what is no object is a finding of the session.
      return (await session.listAll(method, { signal })).filter(isJsonObject);
    } catch (error) {
      signal?.throwIfAborted();
      unreadable.push({ list: method, reason: error instanceof Error ? error.message : String(error) });
      return [];
    }
  };
  const definitions = {
    instructions,
    tools: await list('tools/list', 'tools'),
    resources: await list('resources/list', 'resources'),
    resourceTemplates: await list('resources/templates/list', 'resources'),
    prompts: await list('prompts/list', 'prompts'),
  };
  return { definitions, unreadable };
}
