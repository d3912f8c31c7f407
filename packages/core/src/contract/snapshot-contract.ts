import {
  measureContextCost,
  readDefinitions,
  type Definitions,
  type ReadDefinitions,
} from '../audit/index.ts';
import { HarnessError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Session, SessionInfo } from '../protocol/types.ts';
import type { Contract } from './contract-schema.ts';
import { contractSchemaUrl, contractVersion } from './document-version.ts';

/**
 * Asks a server for all that it offers its callers. The same server gives the same contract: lists are sorted, and so are
 * the members of what is taken over as it stands.
 * @throws HarnessError PROTOCOL_ERROR_ANSWER when a list that the server declares cannot be read: what is not known
 * would look like what was removed
 */
export async function snapshotContract(
  session: Session,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Contract> {
  const { definitions, unreadable } = await readDefinitions(session, options.signal);
  const failed = unreadable.find((one) => !isMissingTemplates(one));
  if (failed !== undefined) {
    throw new HarnessError({
      code: 'PROTOCOL_ERROR_ANSWER',
      message: `${failed.list} could not be read: ${failed.reason}`,
      hint: 'The server declares that it has this list. A contract without it would be wrong.',
    });
  }
  return await makeContract(session.info, definitions);
}

/** Not every server that has resources has templates of them, and there is no capability to say so. */
function isMissingTemplates({ list, reason }: ReadDefinitions['unreadable'][number]): boolean {
  return list === 'resources/templates/list' && /-32601|method not found/i.test(reason);
}

/** The contract that definitions amount to. */
export async function makeContract(
  info: Omit<SessionInfo, 'startupMs'>,
  definitions: Definitions,
): Promise<Contract> {
  const cost = await measureContextCost(definitions);
  const { name, title, version } = info.serverInfo;
  return {
    $schema: contractSchemaUrl,
    version: contractVersion,
    server: {
      name: asText(name) ?? '',
      ...withText('title', title),
      ...withText('version', version),
    },
    protocolRevisions: [info.protocolVersion],
    capabilities: sortMembers(info.capabilities) as JsonObject,
    ...withText('instructions', definitions.instructions),
    tools: pick(definitions.tools, 'name', {
      title: 'text',
      description: 'text',
      inputSchema: 'object',
      outputSchema: 'object',
      annotations: 'object',
      execution: 'object',
    }),
    resources: pick(definitions.resources, 'uri', described),
    resourceTemplates: pick(definitions.resourceTemplates, 'uriTemplate', described),
    prompts: pick(definitions.prompts, 'name', { title: 'text', description: 'text', arguments: 'list' }),
    contextCost: {
      tokenizer: cost.tokenizer,
      total: cost.totalTokens,
      tools: Object.fromEntries(
        cost.tools
          .map((tool) => [tool.name, tool.tokens] as const)
          .toSorted(([a], [b]) => compareTexts(a, b)),
      ),
    },
  };
}

type Form = 'text' | 'object' | 'list';

const described = {
  name: 'text',
  title: 'text',
  description: 'text',
  mimeType: 'text',
  annotations: 'object',
} as const;

/** Takes the members of a definition that are of the right form; the first of two that have the same key. */
function pick<Entry>(
  list: readonly JsonObject[],
  key: string,
  forms: Readonly<Record<string, Form>>,
): Entry[] {
  const entries = new Map<string, Entry>();
  for (const definition of list) {
    // A list may hold anything.
    const id = isJsonObject(definition) ? definition[key] : undefined;
    if (typeof id !== 'string' || entries.has(id)) continue;
    const members = Object.entries(forms).flatMap(
      ([name, form]): readonly (readonly [string, JsonValue])[] => {
        const value = readers[form](definition[name]);
        return value === undefined ? [] : [[name, value]];
      },
    );
    entries.set(id, { [key]: id, ...Object.fromEntries(members) } as Entry);
  }
  return [...entries].toSorted(([a], [b]) => compareTexts(a, b)).map(([, entry]) => entry);
}

const readers: Readonly<Record<Form, (value: JsonValue | undefined) => JsonValue | undefined>> = {
  text: asText,
  object: (value) => (isJsonObject(value) ? sortMembers(value) : undefined),
  list: (value) =>
    Array.isArray(value)
      ? pick<JsonObject>(value as readonly JsonObject[], 'name', { title: 'text', description: 'text' }).map(
          (entry): JsonObject => {
            const isRequired = (value as readonly JsonObject[]).some(
              (one) => isJsonObject(one) && one['name'] === entry['name'] && one['required'] === true,
            );
            return isRequired ? { ...entry, required: true } : entry;
          },
        )
      : undefined,
};

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function withText<Name extends string>(
  name: Name,
  value: JsonValue | undefined,
): { readonly [K in Name]?: string } {
  return (typeof value === 'string' ? { [name]: value } : {}) as { readonly [K in Name]?: string };
}

/** Deepest level whose members are sorted; what lies below stays as it came. */
const depthLimit = 200;

function sortMembers(value: JsonValue, depth = 0): JsonValue {
  if (typeof value !== 'object' || value === null || depth > depthLimit) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => sortMembers(item, depth + 1));
  const members = Object.entries(value).toSorted(([a], [b]) => compareTexts(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, sortMembers(member, depth + 1)]));
}

/** By code units: the same on every machine. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
