import { setTimeout as delay } from 'node:timers/promises';
import { HarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import { fail, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Evidence, type Listed, type Verdict } from '../types.ts';
import { objectsIn, oncePerSession } from './asked.ts';
import { judgeSchema } from './verdicts.ts';

/** How many pages of a list are walked. */
const maxPages = 10;
/** How long a notification may be late, in ms. */
const graceMs = 300;

/** A list as its pages came, the first {@link maxPages} of them. */
export interface WalkedList {
  readonly method: string;
  readonly pages: readonly Exchange[];
  readonly entries: readonly (readonly Listed[])[];
  /** There is a second page. */
  readonly paginates: boolean;
}

/** The members of the lists' results. */
const members = {
  'tools/list': 'tools',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'prompts/list': 'prompts',
} as const;
export type ListMethod = keyof typeof members;

/** Walks a list page by page; ends at an error, and at a cursor that was there before. */
async function walkList({ session, signal }: CheckContext, method: ListMethod): Promise<WalkedList> {
  const pages: Exchange[] = [];
  const cursors = new Set<unknown>();
  let params: JsonObject = {};
  while (pages.length < maxPages) {
    const page = await session.exchange(method, params, { signal });
    pages.push(page);
    const cursor = isJsonObject(page.result) ? page.result['nextCursor'] : undefined;
    if (typeof cursor !== 'string' || cursors.has(cursor)) break;
    cursors.add(cursor);
    params = { cursor };
  }
  return {
    method,
    pages,
    entries: pages.map((page) => objectsIn(page, members[method])),
    paginates: cursors.size > 0,
  };
}

export const walks: Readonly<Record<ListMethod, (context: CheckContext) => Promise<WalkedList>>> = {
  'tools/list': oncePerSession((context) => walkList(context, 'tools/list')),
  'resources/list': oncePerSession((context) => walkList(context, 'resources/list')),
  'resources/templates/list': oncePerSession((context) => walkList(context, 'resources/templates/list')),
  'prompts/list': oncePerSession((context) => walkList(context, 'prompts/list')),
};

/**
 * The entries of a list, for checks of what is in it.
 * @throws HarnessError PROTOCOL_ERROR_ANSWER
 */
export async function walkSound(context: CheckContext, method: ListMethod): Promise<WalkedList> {
  return withoutErrors(await walks[method](context));
}

/** @throws HarnessError PROTOCOL_ERROR_ANSWER */
function withoutErrors(list: WalkedList): WalkedList {
  const error = list.pages.find((page) => page.error !== undefined)?.error;
  if (error === undefined) return list;
  throw new HarnessError({
    code: 'PROTOCOL_ERROR_ANSWER',
    message: `${list.method} is answered with the error ${error.code}`,
    details: { error },
  });
}

/** For checks of a whole list: the answer with the first page. */
export function pageEvidence({ pages }: WalkedList): Evidence | undefined {
  return pages[0] === undefined ? undefined : evidenceOf(pages[0]);
}

/** Whether a list is answered as the capability promises, each page by the schema. */
export async function judgeList(context: CheckContext, method: ListMethod): Promise<Verdict> {
  const { pages } = await walks[method](context);
  const failed = pages.find(({ error }) => error !== undefined);
  if (failed !== undefined) {
    return fail(`${method} is answered with the error ${failed.error?.code}`, evidenceOf(failed));
  }
  return judgeSchema(context.session, method);
}

/** Whether a list that changes between two walks is announced by a notification. */
export async function judgeListChanges(
  context: CheckContext,
  method: ListMethod,
  key: string,
): Promise<Verdict> {
  // Where news comes only to who has subscribed, listening subscribes.
  context.session.onNotification(() => {});
  const before = await walkSound(context, method);
  const after = withoutErrors(await walkList(context, method));
  if (keysOf(before, key) === keysOf(after, key)) return pass();
  await delay(graceMs);
  const notification = `notifications/${method.replace('/list', '/list_changed')}`;
  const { frames, droppedFrames } = context.session;
  const isAnnounced = frames.some(
    ({ direction, text }) => direction === 'received' && text.includes(notification),
  );
  if (isAnnounced || droppedFrames > 0) return pass();
  return fail(`${method} gave another list the second time, and ${notification} did not come`, {
    sent: pageEvidence(after)?.sent,
    received: [before, after].map((list) => pageEvidence(list)?.received).join('\n'),
  });
}

function keysOf({ entries }: WalkedList, key: string): string {
  const keys = entries.flat().map((entry) => JSON.stringify(entry[key]) ?? '');
  return keys.toSorted((left, right) => (left < right ? -1 : 1)).join('\n');
}
