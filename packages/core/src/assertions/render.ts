import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';

const defaultLimit = 200;
const depthLimit = 64;

/**
 * A value as one line of JSON, cut after about `limit` characters. The work is bounded by the limit, not by
 * the value: a server may have sent 30 MiB, or 10,000 levels.
 */
export function renderValue(value: JsonValue | undefined, limit: number = defaultLimit): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value, limit);
  const parts: string[] = [];
  let left = limit;
  const put = (text: string): boolean => {
    parts.push(text);
    left -= text.length;
    return left > 0;
  };
  const write = (item: JsonValue, depth: number): boolean => {
    if (depth > depthLimit) {
      left = 0;
      return put('…');
    }
    if (typeof item === 'string') return put(quote(item, Math.max(left, 16)));
    if (Array.isArray(item)) {
      put('[');
      for (const [index, child] of (item as readonly JsonValue[]).entries()) {
        if (index > 0) put(', ');
        if (!write(child, depth + 1)) return close(index + 1 < item.length, ']');
      }
      return put(']');
    }
    if (isJsonObject(item)) {
      const keys = Object.keys(item);
      if (keys.length === 0) return put('{}');
      for (const [index, key] of keys.entries()) {
        put(`${index === 0 ? '{ ' : ', '}${isPlainKey(key) ? key : quote(key, 60)}: `);
        if (!write(item[key] as JsonValue, depth + 1)) return close(index + 1 < keys.length, ' }');
      }
      return put(' }');
    }
    return put(JSON.stringify(item));
  };
  const close = (more: boolean, bracket: string): false => {
    if (more && parts.at(-1) !== '…') parts.push(', …');
    parts.push(bracket);
    return false;
  };
  write(value, 0);
  return parts.join('');
}

/** A string as JSON writes it, cut after `limit` characters with a note of its length. */
export function quote(text: string, limit: number = defaultLimit): string {
  if (text.length <= limit) return JSON.stringify(text);
  return `${JSON.stringify(cutText(text, limit))}… (${text.length} characters)`;
}

/** The first `limit` characters, never half of a surrogate pair. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** `a string`, `null`, `an array`: for messages. */
export function typeName(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What came where another type was wanted: `"5" (a string)`. */
export function renderWithType(value: JsonValue | undefined): string {
  return value === null || value === undefined
    ? renderValue(value)
    : `${renderValue(value, 120)} (${typeName(value)})`;
}

/** `a, b and 3 more`. */
export function renderList(items: readonly string[], limit = 8): string {
  if (items.length <= limit) return items.join(', ');
  return `${items.slice(0, limit).join(', ')} and ${items.length - limit} more`;
}

/** `1 item`, `2 items`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** One more step of a path: `.name`, `["odd name"]`, `[0]`. */
export function pathStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return isPlainKey(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

function isPlainKey(key: string): boolean {
  return /^[A-Za-z_$][\w$-]*$/.test(key);
}

/** Many lines of JSON with sorted keys, for diffs; undefined when longer than `limit` characters. */
export function prettyJson(value: JsonValue, limit: number): string | undefined {
  let left = limit;
  const write = (item: JsonValue, indent: string): string | undefined => {
    if (indent.length > 2 * depthLimit) return undefined;
    const children: string[] = [];
    const [open, close] = Array.isArray(item) ? ['[', ']'] : ['{', '}'];
    if (Array.isArray(item)) {
      for (const child of item as readonly JsonValue[]) {
        const text = write(child, `${indent}  `);
        if (text === undefined) return undefined;
        children.push(text);
      }
    } else if (isJsonObject(item)) {
      for (const key of Object.keys(item).sort()) {
        const text = write(item[key] as JsonValue, `${indent}  `);
        if (text === undefined) return undefined;
        children.push(`${JSON.stringify(key)}: ${text}`);
      }
    } else {
      const text = JSON.stringify(item);
      left -= text.length + indent.length + 2;
      return left < 0 ? undefined : text;
    }
    left -= 2 * indent.length + 4;
    if (left < 0) return undefined;
    if (children.length === 0) return `${open}${close}`;
    const inner = `\n${indent}  `;
    return `${open}${inner}${children.join(`,${inner}`)}\n${indent}${close}`;
  };
  return write(value, '');
}
