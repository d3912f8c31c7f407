import { isHarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { loadValidators, type Violation } from '../../protocol/revisions/validators.ts';
import type { Exchange, Revision, Session } from '../../protocol/types.ts';
import type { CallableTool, CheckContext, Listed } from '../types.ts';

/** Pages of `tools/list` that are looked at. */
const mostPages = 100;
/** Tools that are called once each, and how long that may take in all before no further one is called. */
const mostCalls = 20;
const mostAnswering = 10;
const callsBudgetMs = 15_000;

/** One page of `tools/list`, whatever was answered. */
export interface ToolPage {
  readonly cursor: JsonValue | undefined;
  readonly exchange: Exchange;
  /** What stands in `tools`, well-formed or not. */
  readonly tools: readonly JsonValue[];
}

/** One call of a tool with arguments that fit its schema. */
export interface ToolCall extends CallableTool {
  /** Undefined when no answer came. */
  readonly exchange: Exchange | undefined;
  readonly failure: unknown;
}

const pagesSeen = new WeakMap<Session, Promise<readonly ToolPage[]>>();
const callsSeen = new WeakMap<readonly Listed[], Promise<readonly ToolCall[]>>();

/** The tools page by page, up to the first error; asked for once a session. */
export function toolPages({ session, signal }: CheckContext): Promise<readonly ToolPage[]> {
  return once(pagesSeen, session, () => fetchPages(session, signal));
}

/** The entries that are objects, each with the page it stands on. */
export async function listedTools(
  context: CheckContext,
): Promise<readonly { readonly tool: JsonObject; readonly page: ToolPage }[]> {
  const pages = await toolPages(context);
  return pages.flatMap((page) => page.tools.filter(isJsonObject).map((tool) => ({ tool, page })));
}

/** Each tool that may be called, called once with arguments that fit; once a run. */
export async function sampleCalls(context: CheckContext): Promise<readonly ToolCall[]> {
  const listed = await context.tools();
  return once(callsSeen, listed, () => callEach(context));
}

/** The tools that answered when they were called, the first of them: others would be waited for again. */
export async function answeringTools(context: CheckContext): Promise<readonly CallableTool[]> {
  const calls = await sampleCalls(context);
  return calls.filter(({ exchange }) => exchange !== undefined).slice(0, mostAnswering);
}

/** What the schema of the revision says of the result of a method. */
export async function violationsOf(
  { revision }: CheckContext,
  method: string,
  result: unknown,
): Promise<readonly Violation[]> {
  return (await loadValidators(revision as Revision)).result(method, result);
}

async function fetchPages(session: Session, signal: AbortSignal): Promise<readonly ToolPage[]> {
  const pages: ToolPage[] = [];
  const cursors = new Set<JsonValue>();
  let cursor: JsonValue | undefined;
  while (pages.length < mostPages) {
    const params = cursor === undefined ? {} : { cursor };
    const exchange = await session.exchange('tools/list', params, { signal });
    const result = isJsonObject(exchange.result) ? exchange.result : {};
    const { tools, nextCursor } = result as { tools?: JsonValue; nextCursor?: JsonValue };
    pages.push({ cursor, exchange, tools: Array.isArray(tools) ? (tools as readonly JsonValue[]) : [] });
    if (nextCursor === undefined || nextCursor === null || cursors.has(nextCursor)) break;
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
  return pages;
}

async function callEach(context: CheckContext): Promise<readonly ToolCall[]> {
  const { session, signal } = context;
  const callable = await context.callableTools();
  const calls: ToolCall[] = [];
  const until = performance.now() + callsBudgetMs;
  for (const one of callable.slice(0, mostCalls)) {
    if (!session.alive || performance.now() > until) break;
    const params = { name: one.name, arguments: one.args };
    try {
      const exchange = await session.exchange('tools/call', params, { signal });
      calls.push({ ...one, exchange, failure: undefined });
    } catch (failure) {
      if (!isHarnessError(failure) || failure.code === 'CANCELLED') throw failure;
      calls.push({ ...one, exchange: undefined, failure });
    }
  }
  return calls;
}

/** Remembers what was made for a key, unless it failed. */
function once<K extends object, V>(made: WeakMap<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const known = made.get(key);
  if (known !== undefined) return known;
  const making = make();
  made.set(key, making);
  void making.catch(() => made.delete(key));
  return making;
}
