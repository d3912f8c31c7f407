import { Buffer } from 'node:buffer';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ParamHeader } from './param-headers.ts';

type Headers = Record<string, string>;

/** The member of the params that `Mcp-Name` repeats, those of the tasks extension included. */
const namedBy: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/**
 * The headers that repeat parts of a request for those who do not read its body; 2026-07-28,
 * basic/transports/streamable-http#request-metadata.
 */
export function requestHeaders(
  method: string,
  params: JsonObject | undefined,
  paramHeaders: readonly ParamHeader[] = [],
): Readonly<Headers> {
  const headers: Headers = { 'mcp-method': encodeHeaderValue(method) };
  const member = Object.hasOwn(namedBy, method) ? namedBy[method] : undefined;
  const name = member === undefined ? undefined : params?.[member];
  if (typeof name === 'string') headers['mcp-name'] = encodeHeaderValue(name);
  for (const { header, path } of paramHeaders) {
    const value = valueAt(params?.['arguments'], path);
    if (value !== undefined) headers[`mcp-param-${header.toLowerCase()}`] = encodeHeaderValue(value);
  }
  return headers;
}

/** Text that a header cannot carry as it stands goes as Base64 between markers; section Value Encoding. */
export function encodeHeaderValue(value: string): string {
  const isPlain = /^[\t\x20-\x7e]*$/.test(value) && value.trim() === value;
  if (isPlain && !/^=\?base64\?.*\?=$/.test(value)) return value;
  return `=?base64?${Buffer.from(value).toString('base64')}?=`;
}

/** The text of a primitive argument; null and what is absent have no header. */
function valueAt(args: unknown, path: readonly string[]): string | undefined {
  let value = args;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
