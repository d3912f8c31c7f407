import { isUri } from '../../json-schema/uri-formats.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import type { CheckContext } from '../types.ts';
import { sampleCalls } from './tools-seen.ts';

/** What of a block is judged by a requirement of its own. */
export type BlockPart = 'kind' | 'base64' | 'mimeType' | 'uri' | 'annotations';

export interface BlockFault {
  readonly part: BlockPart;
  readonly message: string;
}

/** A block of content that a tool gave. */
export interface SeenBlock {
  readonly tool: string;
  readonly block: JsonObject;
  readonly exchange: Exchange;
}

/** The blocks that the sample calls gave. */
export async function seenBlocks(context: CheckContext): Promise<readonly SeenBlock[]> {
  const calls = await sampleCalls(context);
  return calls.flatMap(({ name, exchange }) => {
    const content = isJsonObject(exchange?.result) ? exchange.result['content'] : undefined;
    if (exchange === undefined || !Array.isArray(content)) return [];
    return (content as readonly JsonValue[])
      .filter(isJsonObject)
      .map((block) => ({ tool: name, block, exchange }));
  });
}

/** The types of content, with the revision that brought them. */
const kinds: Readonly<Record<string, string>> = {
  text: '2024-11-05',
  image: '2024-11-05',
  resource: '2024-11-05',
  audio: '2025-03-26',
  resource_link: '2025-06-18',
};

/** What a block has of a part; nothing there to be judged: undefined. */
export function partOf(block: JsonObject, part: BlockPart): readonly JsonValue[] {
  const resource = isJsonObject(block['resource']) ? block['resource'] : {};
  const own = (member: string): JsonValue[] => presentIn(block, member);
  const embedded = (member: string): JsonValue[] => presentIn(resource, member);
  switch (part) {
    case 'kind':
      return own('type');
    case 'base64':
      return [...(isMedia(block) ? own('data') : []), ...embedded('blob')];
    case 'mimeType':
      return [...own('mimeType'), ...embedded('mimeType')];
    case 'uri':
      return [...(block['type'] === 'resource_link' ? own('uri') : []), ...embedded('uri')];
    case 'annotations':
      return own('annotations');
    default:
      return part satisfies never;
  }
}

/** What is wrong with a block besides members that are missing or of another type. */
export function faultsOfBlock(block: JsonObject, revision: string): readonly BlockFault[] {
  const parts: readonly BlockPart[] = ['kind', 'base64', 'mimeType', 'uri', 'annotations'];
  return parts.flatMap((part) =>
    partOf(block, part).flatMap((value) => {
      const message = judges[part](value, revision);
      return message === undefined ? [] : [{ part, message }];
    }),
  );
}

type JudgePart = (value: JsonValue, revision: string) => string | undefined;

/** Values of another JSON type are left to the schema. */
const judges: Readonly<Record<BlockPart, JudgePart>> = {
  kind: (value, revision) => {
    if (typeof value !== 'string') return undefined;
    const since = Object.hasOwn(kinds, value) ? kinds[value] : undefined;
    return since !== undefined && since <= revision
      ? undefined
      : `${quote(value)} is no type of content in ${revision}`;
  },
  base64: (value) =>
    typeof value !== 'string' || isBase64(value) ? undefined : `${quote(value)} is not base64`,
  mimeType: (value) =>
    typeof value !== 'string' || /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;.*)?$/.test(value)
      ? undefined
      : `${quote(value)} is no MIME type (type/subtype)`,
  uri: (value) =>
    typeof value !== 'string' || isUri(value) ? undefined : `${quote(value)} is no absolute URI`,
  annotations: (value) => {
    if (!isJsonObject(value)) return 'annotations are no object';
    const { audience, priority } = value;
    const isRole = (role: unknown): boolean => role === 'user' || role === 'assistant';
    if (audience !== undefined && !(Array.isArray(audience) && audience.every(isRole)))
      return `audience is no list of "user" and "assistant": ${quote(audience)}`;
    if (priority !== undefined && !(typeof priority === 'number' && priority >= 0 && priority <= 1))
      return `priority is no number from 0 to 1: ${quote(priority)}`;
    return undefined;
  },
};

function isMedia({ type }: JsonObject): boolean {
  return type === 'image' || type === 'audio';
}

/** RFC 4648 with padding. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(text);
}

function presentIn(owner: JsonObject, member: string): JsonValue[] {
  const value = owner[member];
  return value === undefined ? [] : [value];
}

function quote(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
