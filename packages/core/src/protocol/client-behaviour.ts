import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { lookUp } from './look-up.ts';
import type { ClientBehaviour, ElicitationReply, JsonRpcErrorObject, SamplingReply } from './types.ts';

/** How a request of the server is answered. */
export type Answer = { readonly result: JsonObject } | { readonly error: JsonRpcErrorObject };

/** Tells whether a text matches a pattern; see `../regex.ts`. */
export type Matcher = (pattern: string, text: string) => boolean;

export const methodNotFound = -32601;
/** The code that the specification's examples use for a user's refusal. */
const refused = -1;

/** The answer to a request that the behaviour covers; undefined when its capability is not declared. */
export function answerRequest(
  behaviour: ClientBehaviour,
  matches: Matcher,
  method: string,
  params: JsonObject | undefined,
): Answer | undefined {
  return lookUp(answers, method)?.(behaviour, params ?? {}, matches);
}

type Answering = (behaviour: ClientBehaviour, params: JsonObject, matches: Matcher) => Answer | undefined;

const answers: Readonly<Record<string, Answering>> = {
  ping: () => ({ result: {} }),
  'roots/list': ({ roots }) =>
    roots && {
      result: { roots: roots.map(({ uri, name }) => (name === undefined ? { uri } : { uri, name })) },
    },
  'sampling/createMessage': ({ sampling }, params, matches) => sampling && sample(sampling, params, matches),
  'elicitation/create': ({ elicitation }, params, matches) =>
    elicitation && elicit(elicitation, params, matches),
};

function sample(replies: readonly SamplingReply[], params: JsonObject, matches: Matcher): Answer {
  const text = textOf([params['systemPrompt'], params['messages']]);
  const reply = replies.find(({ pattern }) => pattern === undefined || matches(pattern, text));
  if (reply === undefined) {
    return { error: { code: refused, message: 'No canned sampling reply matches this request' } };
  }
  if (reply.error !== undefined) return { error: reply.error };
  return {
    result: {
      role: 'assistant',
      content: { type: 'text', text: reply.text ?? '' },
      model: reply.model ?? 'mcp-test-harness-canned',
      stopReason: reply.stopReason ?? 'endTurn',
    },
  };
}

function elicit(replies: readonly ElicitationReply[], params: JsonObject, matches: Matcher): Answer {
  const { message } = params;
  const text = typeof message === 'string' ? message : '';
  const reply = replies.find(({ pattern }) => pattern === undefined || matches(pattern, text));
  if (reply === undefined) return { result: { action: 'cancel' } };
  if (reply.action !== 'accept' || params['mode'] === 'url') return { result: { action: reply.action } };
  return { result: { action: 'accept', content: reply.content ?? defaultsOf(params['requestedSchema']) } };
}

/** The content of a form that is accepted as it stands: its defaults; client/elicitation, from 2025-11-25 on. */
function defaultsOf(schema: unknown): JsonObject {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  const content: Record<string, JsonValue> = {};
  for (const [name, field] of Object.entries(isJsonObject(properties) ? properties : {})) {
    const preset = isJsonObject(field) ? field['default'] : undefined;
    if (preset !== undefined) content[name] = preset;
  }
  return content;
}

/** All text of a sampling request, for patterns: the system prompt and every text block, a line each. */
function textOf(value: JsonValue | readonly (JsonValue | undefined)[] | undefined): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join('\n');
  if (!isJsonObject(value)) return '';
  return typeof value['text'] === 'string' ? value['text'] : textOf(value['content']);
}
