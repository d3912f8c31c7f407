import { compileSchema } from '../../json-schema/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import type { CallableTool, CheckContext } from '../types.ts';

/** Tools that get bad arguments. */
const mostTools = 5;

/** A tool called with arguments that its schema forbids, and what it said. */
export interface BadCall {
  readonly name: string;
  /** For people: `without the required "path"`. */
  readonly how: string;
  /** The one that is missing or wrong. */
  readonly argument: string;
  readonly exchange: Exchange;
}

/** Calls tools without an argument that they require. */
export function callWithoutRequired(context: CheckContext): Promise<readonly BadCall[]> {
  return callBadly(context, ({ tool, args }) => {
    const { required } = tool['inputSchema'] as { required?: unknown };
    const missing = Array.isArray(required) ? (required as unknown[]).find(isMemberOf(args)) : undefined;
    if (missing === undefined) return undefined;
    const { [missing]: _left, ...rest } = args;
    return { args: rest, how: `without the required ${JSON.stringify(missing)}`, argument: missing };
  });
}

/** Calls tools with an argument of a type that nobody would convert. */
export function callWithWrongTypes(context: CheckContext): Promise<readonly BadCall[]> {
  return callBadly(context, ({ tool, args }) => {
    const { properties } = tool['inputSchema'] as { properties?: unknown };
    if (!isJsonObject(properties)) return undefined;
    for (const [name, schema] of Object.entries(properties)) {
      const type = isJsonObject(schema) ? schema['type'] : undefined;
      if (typeof type !== 'string') continue;
      const wrong = wrongFor[type];
      if (wrong === undefined) continue;
      const how = `with ${JSON.stringify(name)} that is no ${type}`;
      return { args: { ...args, [name]: wrong }, how, argument: name };
    }
    return undefined;
  });
}

/** Far from the type, so that a server that converts `"1"` to 1 is not blamed. */
const wrongFor: Readonly<Record<string, JsonValue>> = {
  string: { not: 'a string' },
  number: 'not a number',
  integer: 'not a number',
  boolean: { not: 'a boolean' },
  array: { not: 'an array' },
  object: 'not an object',
};

/** An answer that says that something was wrong, in either way. */
export function isErrorAnswer({ error, result }: Exchange): boolean {
  return error !== undefined || (isJsonObject(result) && result['isError'] === true);
}

type Spoil = (
  tool: CallableTool,
) => ({ readonly args: JsonObject } & Pick<BadCall, 'how' | 'argument'>) | undefined;

async function callBadly(context: CheckContext, spoil: Spoil): Promise<readonly BadCall[]> {
  const { session, signal } = context;
  const calls: BadCall[] = [];
  for (const callable of await context.callableTools()) {
    if (calls.length >= mostTools) break;
    const { inputSchema } = callable.tool;
    const spoilt = isJsonObject(inputSchema) ? spoil(callable) : undefined;
    if (inputSchema === undefined || spoilt === undefined) continue;
    const schema = await compileSchema(inputSchema);
    // Only what the schema surely forbids, and what it allows when left as it was.
    if (!schema.usable || schema.validate(callable.args).length > 0) continue;
    if (!schema.validate(spoilt.args).some(({ keyword }) => keyword !== 'work-limit')) continue;
    const params = { name: callable.name, arguments: spoilt.args };
    const exchange = await session.exchange('tools/call', params, { signal });
    const { how, argument } = spoilt;
    calls.push({ name: callable.name, how, argument, exchange });
  }
  return calls;
}

function isMemberOf(args: JsonObject): (name: unknown) => name is string {
  return (name): name is string => typeof name === 'string' && Object.hasOwn(args, name);
}
