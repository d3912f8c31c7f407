import { isHarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Exchange, Session } from '../../protocol/types.ts';
import { fail, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Evidence, type Listed, type Verdict } from '../types.ts';

/** How many pages of a list are walked, and how many resources or prompts are asked for. */
const maxPages = 10;
const maxAsked = 5;

/** What several checks judge is asked once a session. */
export function oncePerSession<T>(
  ask: (context: CheckContext) => Promise<T>,
): (context: CheckContext) => Promise<T> {
  const known = new WeakMap<Session, Promise<T>>();
  return (context) => {
    const { session } = context;
    const before = known.get(session);
    if (before !== undefined) return before;
    const asked = ask(context);
    known.set(session, asked);
    void asked.catch(() => known.delete(session));
    return asked;
  };
}

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
export async function walkList({ session, signal }: CheckContext, method: ListMethod): Promise<WalkedList> {
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

/** The objects in an array that the result has under that name. */
export function objectsIn({ result }: Exchange, member: string): readonly JsonObject[] {
  const value = isJsonObject(result) ? result[member] : undefined;
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** One thing that the server listed, and what came when it was asked for; no exchange when no answer came. */
export interface Asked {
  readonly name: string;
  readonly entry: Listed;
  readonly exchange?: Exchange | undefined;
  readonly failure?: string | undefined;
}

/** The first listed resources, read, with progress asked for. */
export const readResources = oncePerSession(async (context) => {
  const resources = await context.resources();
  const uris = firstNamed(resources, 'uri');
  return askEach(context, uris, 'resources/read', ({ name }) => ({ uri: name }));
});

/** The first listed prompts, with a sample for each required argument, and progress asked for. */
export const getPrompts = oncePerSession(async (context) => {
  const prompts = await context.prompts();
  const names = firstNamed(prompts, 'name');
  return askEach(context, names, 'prompts/get', ({ name, entry }) => {
    const given = argumentsOf(entry).flatMap((one) =>
      one['required'] === true && typeof one['name'] === 'string' ? [[one['name'], 'example'] as const] : [],
    );
    return given.length === 0 ? { name } : { name, arguments: Object.fromEntries(given) };
  });
});

/** The arguments that a prompt declares. */
export function argumentsOf(prompt: Listed): readonly JsonObject[] {
  const declared = prompt['arguments'];
  return Array.isArray(declared) ? declared.filter(isJsonObject) : [];
}

function firstNamed(listed: readonly Listed[], member: string): readonly Asked[] {
  const named = new Map<string, Asked>();
  for (const entry of listed) {
    const name = isJsonObject(entry) ? entry[member] : undefined;
    if (typeof name === 'string' && !named.has(name)) named.set(name, { name, entry });
  }
  return [...named.values()].slice(0, maxAsked);
}

async function askEach(
  { session, signal }: CheckContext,
  wanted: readonly Asked[],
  method: string,
  paramsFor: (one: Asked) => JsonObject,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const one of wanted) {
    try {
      asked.push({
        ...one,
        exchange: await session.exchange(method, paramsFor(one), { signal, progress: true }),
      });
    } catch (error) {
      if (!isHarnessError(error) || error.code !== 'PROTOCOL_TIMEOUT') throw error;
      asked.push({ ...one, failure: error.message });
    }
  }
  return asked;
}

/** Whether messages of these methods kept to the schemas of the revision on this session. */
export function judgeSchema(session: Session, method: string): Verdict {
  const found = findingOf(session, `schema.${method}`);
  return found === undefined ? pass() : found;
}

/** The verdict that a finding of the session amounts to; undefined when there is none by that rule. */
export function findingOf(session: Session, rule: string): Verdict | undefined {
  const found = session.findings.find((finding) => finding.rule === rule);
  return found === undefined ? undefined : fail(found.message, { received: found.sample });
}

/** Whether an answer is the error that it is to be. */
export function judgeError(exchange: Exchange, code: number, what: string): Verdict {
  const { error } = exchange;
  if (error?.code === code) return pass();
  return fail(
    error === undefined
      ? `${what} is answered with a result`
      : `${what} is answered with the error ${error.code} instead of ${code}`,
    evidenceOf(exchange),
  );
}

/** Whether an answer is a result without anything in it. */
export function judgeEmptyResult(exchange: Exchange, what: string): Verdict {
  const { error, result } = exchange;
  if (error !== undefined) {
    return fail(`${what} is answered with the error ${error.code}`, evidenceOf(exchange));
  }
  const isEmpty = isJsonObject(result) && Object.keys(result).every((name) => name === '_meta');
  return isEmpty ? pass() : fail(`the result of ${what} is not empty`, evidenceOf(exchange));
}

/** The first value that occurs twice. */
export function findDuplicate(values: readonly unknown[]): unknown {
  return values.find((value, index) => value !== undefined && values.indexOf(value) !== index);
}

/** For checks of a whole list: the answer with the first page. */
export function pageEvidence({ pages }: WalkedList): Evidence | undefined {
  return pages[0] === undefined ? undefined : evidenceOf(pages[0]);
}
