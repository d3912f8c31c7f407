import { isHarnessError, type HarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Exchange, Session } from '../../protocol/types.ts';
import type { CheckContext, Listed } from '../types.ts';

/** How many resources, prompts and tools are asked for. */
const maxAsked = 5;

/** What several checks judge is asked once a session; what was not answered is not asked again. */
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
    void asked.catch((error: unknown) => {
      if (!isTimeout(error)) known.delete(session);
    });
    return asked;
  };
}

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

/** The first tools that may be called, with progress asked for. */
const callTools = oncePerSession(async (context) => {
  const tools = (await context.callableTools()).slice(0, maxAsked);
  const wanted = tools.map(({ name, tool }) => ({ name, entry: tool }));
  return askEach(context, wanted, 'tools/call', ({ name }) => ({
    name,
    arguments: tools.find((one) => one.name === name)?.args ?? {},
  }));
});

/** Everything harmless that can be asked of what the server declares, and what came of it. */
export async function askEverything(context: CheckContext): Promise<readonly Exchange[]> {
  const { capabilities } = context;
  const asked = [
    ...(capabilities['resources'] === undefined ? [] : await readResources(context)),
    ...(capabilities['prompts'] === undefined ? [] : await getPrompts(context)),
    ...(capabilities['tools'] === undefined ? [] : await callTools(context)),
  ];
  return asked.flatMap(({ exchange }) => exchange ?? []);
}

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
      if (!isTimeout(error)) throw error;
      // The others would be waited for as long.
      return [...asked, { ...one, failure: error.message }];
    }
  }
  return asked;
}

function isTimeout(error: unknown): error is HarnessError {
  return isHarnessError(error) && error.code === 'PROTOCOL_TIMEOUT';
}
