import { setTimeout as delay } from 'node:timers/promises';
import { fail, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Verdict } from '../types.ts';
import { judgeSchema, pageEvidence, walkList, walks, type ListMethod, type WalkedList } from './asked.ts';

/** How long a notification may be late, in ms. */
const graceMs = 300;

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
  const before = await walks[method](context);
  const after = await walkList(context, method);
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
