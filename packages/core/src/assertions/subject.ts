import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Exchange, Frame, JsonRpcErrorObject, ServerMessage } from '../protocol/types.ts';
import type { Subject } from './types.ts';

/** What an exchange does not tell by itself. */
export interface SubjectExtra {
  readonly frames?: readonly string[] | undefined;
}

/**
 * The document that assertions see of one exchange, spec `suite-language.md`, section `expected`.
 * `is_error` is the tool error alone (`result.isError`); a JSON-RPC error is `error`.
 */
export function buildSubject(exchange: Exchange, extra: SubjectExtra = {}): Subject {
  return {
    ...answerMembers(exchange.result, exchange.error),
    duration_ms: exchange.durationMs,
    ...messageMembers(exchange.notifications),
    ...(exchange.http === undefined ? {} : { http: exchange.http }),
    ...(extra.frames === undefined ? {} : { frames: extra.frames }),
  };
}

/**
 * The document for a `raw` step: `frames` holds what came back as text; `result` and `error` are those of the
 * first frame that is a JSON-RPC answer.
 */
export function buildRawSubject(frames: readonly Frame[], durationMs: number): Subject {
  const received = frames.filter((frame) => frame.direction !== 'sent');
  const messages = received.map((frame) => parseJson(frame.text)).filter(isJsonObject);
  const answer = messages.find((message) => 'result' in message || 'error' in message);
  const notifications = messages.filter(
    (message): message is JsonObject & { method: string } => typeof message['method'] === 'string',
  );
  const http = received.find((frame) => frame.http?.status !== undefined)?.http;
  return {
    ...answerMembers(answer?.['result'], readError(answer?.['error'])),
    duration_ms: durationMs,
    ...messageMembers(notifications),
    ...(http?.status === undefined ? {} : { http: { status: http.status, headers: http.headers ?? {} } }),
    frames: received.map((frame) => frame.text),
  };
}

/** The document for a step that waits for a notification: `notifications` holds it, `json` its params. */
export function buildNotificationSubject(message: ServerMessage, durationMs: number): Subject {
  return {
    ...(message.params === undefined ? {} : { json: message.params }),
    is_error: false,
    duration_ms: durationMs,
    ...messageMembers([message]),
  };
}

function answerMembers(result: JsonValue | undefined, error: JsonRpcErrorObject | undefined) {
  const text = readText(result);
  const json = readJson(result, text);
  return {
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...(text === undefined ? {} : { text }),
    ...(json === undefined ? {} : { json }),
    is_error: isJsonObject(result) && result['isError'] === true,
  };
}

function messageMembers(messages: readonly (ServerMessage | (JsonObject & { method: string }))[]) {
  const plain: JsonObject[] = [];
  const logs: JsonValue[] = [];
  const progress: JsonValue[] = [];
  for (const { method, params } of messages) {
    plain.push(isJsonObject(params) ? { method, params } : { method });
    if (!isJsonObject(params)) continue;
    if (method === 'notifications/message') logs.push(params);
    else if (method === 'notifications/progress') progress.push(params);
  }
  return { notifications: plain, logs, progress };
}

/** All text of a tool result, a prompt's messages or a resource's contents, in order, joined by newlines. */
function readText(result: JsonValue | undefined): string | undefined {
  if (!isJsonObject(result)) return undefined;
  const texts: string[] = [];
  for (const block of listOf(result['content'])) texts.push(...textOf(block));
  for (const content of listOf(result['contents'])) texts.push(...textOf(content));
  for (const message of listOf(result['messages'])) {
    const content = isJsonObject(message) ? message['content'] : undefined;
    for (const block of Array.isArray(content) ? content : [content]) texts.push(...textOf(block));
  }
  return texts.length === 0 ? undefined : texts.join('\n');
}

function textOf(block: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(block)) return [];
  const { text, type } = block;
  return typeof text === 'string' && (type === undefined || type === 'text') ? [text] : [];
}

function readJson(result: JsonValue | undefined, text: string | undefined): JsonValue | undefined {
  if (isJsonObject(result) && result['structuredContent'] !== undefined) return result['structuredContent'];
  return text === undefined || !mayBeJson(text) ? undefined : parseJson(text);
}

/** Spares ordinary prose the cost of a thrown error. */
function mayBeJson(text: string): boolean {
  const start = text.trimStart().charAt(0);
  return '{["-0123456789'.includes(start) ? start !== '' : /^\s*(?:true|false|null)\s*$/.test(text);
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function readError(error: JsonValue | undefined): JsonRpcErrorObject | undefined {
  if (!isJsonObject(error)) return undefined;
  const { code, message, data } = error;
  return {
    code: typeof code === 'number' ? code : Number.NaN,
    message: typeof message === 'string' ? message : '',
    ...(data === undefined ? {} : { data }),
  };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
