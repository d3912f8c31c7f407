import type { IncomingHttpHeaders } from 'node:http';

type Headers = Readonly<Record<string, string>>;

const secretName = /authorization|cookie|token|secret|password|api-?key/i;
const mask = '***';

/** Headers as shown in frames: names that carry credentials keep their name and lose their value. */
export function maskHeaders(headers: Headers): Headers {
  let masked: Record<string, string> | undefined;
  for (const name of Object.keys(headers)) {
    if (!secretName.test(name)) continue;
    masked ??= { ...headers };
    masked[name] = mask;
  }
  return masked ?? headers;
}

/** Response headers as one text each; repeated ones joined as HTTP allows. */
export function flattenHeaders(headers: IncomingHttpHeaders): Headers {
  const flat: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}

/** Joins header sets; later ones win, names compared without case. */
export function mergeHeaders(...sets: readonly (Headers | undefined)[]): Headers {
  const merged: Record<string, string> = {};
  for (const set of sets) {
    for (const [name, value] of Object.entries(set ?? {})) merged[name.toLowerCase()] = value;
  }
  return merged;
}

/** As {@link mergeHeaders}; the very same set when there is nothing to add. */
export function addHeaders(headers: Headers, ...more: readonly (Headers | undefined)[]): Headers {
  const given = more.filter((set) => set !== undefined && Object.keys(set).length > 0);
  return given.length === 0 ? headers : mergeHeaders(headers, ...given);
}

/** `application/json; charset=utf-8` → `application/json`. */
export function mediaType(contentType: string | undefined): string {
  return (contentType?.split(';', 1)[0] ?? '').trim().toLowerCase();
}
