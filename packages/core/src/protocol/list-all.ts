import type { JsonObject, JsonValue } from '../json.ts';
import { cut, type FindingLog } from './findings.ts';
import type { RequestOptions, Session } from './types.ts';

export type ListMethod = Parameters<Session['listAll']>[0];

const maxPages = 1000;
const members: Readonly<Record<ListMethod, string>> = {
  'tools/list': 'tools',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'prompts/list': 'prompts',
};

/** Joins all pages of a list; a cursor that comes twice, or page upon page without end, is a finding and ends it. */
export async function listAllPages<T>(
  session: Pick<Session, 'request'>,
  findings: FindingLog,
  method: ListMethod,
  options?: RequestOptions,
): Promise<readonly T[]> {
  const items: T[] = [];
  const cursors = new Set<JsonValue>();
  let cursor: JsonValue | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const result = await session.request<JsonObject>(method, params, options);
    const listed = result[members[method]];
    if (Array.isArray(listed)) for (const item of listed) items.push(item as T);
    cursor = result['nextCursor'];
    if (cursor === undefined || cursor === null) return items;
    if (cursors.has(cursor)) {
      const named = cut(JSON.stringify(cursor), 100);
      findings.report('pagination.repeated-cursor', `${method} gave the cursor ${named} twice`, named);
      return items;
    }
    cursors.add(cursor);
  }
  findings.report('pagination.endless', `${method} did not end within ${maxPages} pages`);
  return items;
}
