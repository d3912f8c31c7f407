import { isJsonObject, type JsonObject } from '../json.ts';
import type { RequestOptions } from './types.ts';

/** The params of a request as sent: with the progress token (its id) and the `_meta` that the options ask for. */
export function withMeta(
  method: string,
  params: JsonObject | undefined,
  options: RequestOptions | undefined,
  id: number,
): JsonObject | undefined {
  const wantsProgress = options?.progress ?? method === 'tools/call';
  const meta = options?.meta;
  if (!wantsProgress && meta === undefined) return params;
  const given = params?.['_meta'];
  if (given === undefined && meta === undefined) return { ...params, _meta: { progressToken: id } };
  if (given !== undefined && !isJsonObject(given)) return params;
  const token = wantsProgress ? { progressToken: id } : undefined;
  return { ...params, _meta: { ...token, ...given, ...meta } };
}

/** The token that progress of the request will carry, whoever chose it. */
export function progressTokenOf(params: JsonObject | undefined): unknown {
  const meta = params?.['_meta'];
  return isJsonObject(meta) ? meta['progressToken'] : undefined;
}
