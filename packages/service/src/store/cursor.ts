import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Page, PageRequest } from './define.ts';

/** The last row of a page: the next one begins after it. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

const defaultLimit = 50;
const maximumLimit = 200;

/** Reads what a client sends; a cursor is opaque to it and untrusted to us. */
export function readPageRequest(request: PageRequest): { limit: number; after: Position | undefined } {
  const { limit = defaultLimit, cursor } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > maximumLimit)
    throw new HarnessError({
      code: 'USAGE',
      message: `a page of ${String(limit)} items was asked for`,
      hint: `Ask for 1 to ${maximumLimit}.`,
    });
  return { limit, after: cursor === undefined ? undefined : decode(cursor) };
}

/** Makes a page of the rows that were found when one more than the limit was asked for. */
export function toPage<T>(found: readonly T[], limit: number, positionOf: (item: T) => Position): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? encode(positionOf(last)) : undefined };
}

function encode({ at, id }: Position): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

function decode(cursor: string): Position {
  const match = /^(\d{1,15}) ([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match?.[1] === undefined || match[2] === undefined)
    throw new HarnessError({
      code: 'USAGE',
      message: 'the cursor is not one of ours',
      hint: 'Take the `next` of the page before as it stands.',
    });
  return { at: Number(match[1]), id: match[2] };
}
