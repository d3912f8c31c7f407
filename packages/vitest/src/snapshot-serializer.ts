import {
  exchangeOf,
  isJsonObject,
  type Exchange,
  type Frame,
  type JsonObject,
  type JsonValue,
} from '@mcp-test-harness/core';
import { cleanText } from '@mcp-test-harness/core/clean-text';
import { isExchange } from './matchers/read-answer.ts';

type Print = (value: unknown, ...rest: readonly never[]) => string;

/**
 * Makes snapshots of results, exchanges and frames that are the same in every run: times, sizes and JSON-RPC ids are left
 * out; tokens, cursors, UUIDs and points in time become names, the same one wherever the same value stands; keys are
 * sorted. What a server says differently each time in its own words is the test's to replace.
 */
export const mcpSnapshotSerializer = {
  test(value: unknown): boolean {
    return exchangeOf(value) !== undefined || isExchange(value) || isFrame(value);
  },
  serialize(
    value: unknown,
    config: unknown,
    indentation: string,
    depth: number,
    refs: unknown[],
    printer: unknown,
  ): string {
    const mask = new Mask();
    const steady = isExchange(value)
      ? steadyExchange(value, mask)
      : isFrame(value)
        ? steadyFrame(value, mask)
        : mask.value(value as JsonValue);
    return (printer as Print)(steady, ...([config, indentation, depth, refs] as never[]));
  },
};

function isFrame(value: unknown): value is Frame {
  return (
    isJsonObject(value) &&
    typeof value['seq'] === 'number' &&
    typeof value['atMs'] === 'number' &&
    typeof value['direction'] === 'string' &&
    typeof value['text'] === 'string'
  );
}

function steadyExchange({ method, params, result, error, notifications }: Exchange, mask: Mask): unknown {
  return {
    method,
    ...(params === undefined ? {} : { params: mask.value(withoutOurs(params)) }),
    ...(result === undefined ? {} : { result: mask.value(result) }),
    ...(error === undefined ? {} : { error: mask.value(error as unknown as JsonValue) }),
    ...(notifications.length === 0
      ? {}
      : {
          notifications: notifications.map((message) => ({
            method: message.method,
            ...(message.params === undefined ? {} : { params: mask.value(message.params) }),
          })),
        }),
  };
}

/** Without what the client adds to `_meta` by itself, which differs between revisions. */
function withoutOurs(params: JsonObject): JsonObject {
  const { _meta: meta, ...rest } = params;
  if (!isJsonObject(meta)) return params;
  const given = Object.entries(meta).filter(
    ([key]) => key !== 'progressToken' && !key.startsWith('io.modelcontextprotocol/'),
  );
  return given.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(given) };
}

function steadyFrame({ direction, text }: Frame, mask: Mask): unknown {
  const message = parse(text);
  if (!isJsonObject(message)) return { [direction]: mask.text(text) };
  const { id, ...rest } = message;
  return { [direction]: mask.value(id === undefined ? rest : { id: '<id>', ...rest }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Members whose values are made up for each conversation. */
const volatileMembers: ReadonlyMap<string, string> = new Map([
  ['progressToken', 'token'],
  ['requestId', 'id'],
  ['taskId', 'task'],
  ['cursor', 'cursor'],
  ['nextCursor', 'cursor'],
  ['mcp-session-id', 'session'],
]);

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const pointInTime = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g;

/** Names for what changes from run to run, the same for the same value within one snapshot. */
class Mask {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  value(value: JsonValue): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    if (!isJsonObject(value)) return value;
    const keys = Object.keys(value).toSorted();
    return Object.fromEntries(keys.map((key) => [key, this.#member(key, value[key] as JsonValue)]));
  }

  text(text: string): string {
    return cleanText(text)
      .replaceAll(uuid, (match) => this.#nameOf('uuid', match.toLowerCase()))
      .replaceAll(pointInTime, '<time>');
  }

  #member(key: string, value: JsonValue): unknown {
    const kind = volatileMembers.get(key);
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return kind !== undefined && isPlain ? this.#nameOf(kind, String(value)) : this.value(value);
  }

  #nameOf(kind: string, value: string): string {
    const key = `${kind} ${value}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `<${kind} ${count}>`;
    this.#names.set(key, name);
    return name;
  }
}
