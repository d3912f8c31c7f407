import { isHarnessError } from '../../errors.ts';
import { compileSchema } from '../../json-schema/index.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Exchange, Session } from '../../protocol/types.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Verdict } from '../types.ts';

const revisions = { from: '2024-11-05' } as const;
const needs = { capabilities: ['tools'] } as const;
const noString = 'no tool that may be called here takes a text';
/** Tools that are asked. */
const mostTools = 3;

const [begin, end] = ['harness-begin', 'harness-end'];
/** Composed and decomposed accents, a family joined of four people, Arabic and Hebrew, Han, and a letter beyond the BMP. */
const scripts = '\u00e9 e\u0301 👨‍👩‍👧‍👦 \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd 漢字 𝔘';
const mebibyte = 2 ** 20;

export default [
  defineCheck({
    id: 'unicode.arguments-answered',
    level: 'MUST',
    revisions,
    needs,
    spec: 'basic/transports',
    title: 'a call whose argument has emoji, Arabic, accents of two forms and a NUL is answered',
    remedy: 'Read and write UTF-8; a text that a tool cannot take is answered with isError.',
    run: (context) => judgeAnswered(context, `${begin} ${scripts} \u0000 ${end}`),
  }),
  defineCheck({
    id: 'unicode.arguments-kept',
    level: 'MUST',
    revisions,
    needs,
    spec: 'basic/transports',
    title: 'a text that a tool gives back is not damaged on its way',
    remedy: 'Read and write UTF-8 on every channel; do not rely on the encoding of the system.',
    run: judgeKept,
  }),
  defineCheck({
    id: 'unicode.large-argument',
    level: 'SHOULD',
    revisions,
    needs,
    spec: 'server/tools#calling-tools',
    title: 'a call with an argument of 1 MiB is answered',
    remedy: 'Read until the end of the message; refuse what is too long with an error.',
    run: (context) => judgeAnswered(context, 'a'.repeat(mebibyte)),
  }),
] satisfies readonly Check[];

/** A call of a callable tool with a text in place of one of its arguments. */
interface TextCall {
  readonly name: string;
  readonly args: JsonObject;
}

async function judgeAnswered(context: CheckContext, text: string): Promise<Verdict> {
  const [call] = await textCalls(context, text);
  if (call === undefined) return notTestable(noString);
  const exchange = await ask(context.session, call, context.signal);
  if (!(exchange instanceof Error)) return pass();
  const lost = isHarnessError(exchange) && /^(PROTOCOL_TIMEOUT|TARGET_EXITED)$/.test(exchange.code);
  if (!lost) throw exchange;
  // What has gone silent would be silent in the next check as well.
  await context.session.close();
  return fail(`${call.name}: ${exchange.message}`, { sent: JSON.stringify(call).slice(0, 2000) });
}

async function judgeKept(context: CheckContext): Promise<Verdict> {
  const text = `${begin} ${scripts} ${end}`;
  const calls = await textCalls(context, text);
  if (calls.length === 0) return notTestable(noString);
  let kept = 0;
  for (const call of calls) {
    const exchange = await ask(context.session, call, context.signal);
    if (exchange instanceof Error) return notTestable(`${call.name}: ${exchange.message}`);
    for (const said of echoes(exchange)) {
      if (said === text) kept += 1;
      // What a tool changes on purpose is its own affair; these marks are left by wrong decoding alone.
      else if (said.includes('\ufffd') || said.includes('Ã©') || /\?{4}/.test(said))
        return fail(`${call.name} gave back ${JSON.stringify(said)}`, evidenceOf(exchange));
    }
  }
  return kept > 0 ? pass() : notTestable('no tool that was asked gives the text back as it came');
}

/** What stands between our marks in the texts of an answer. */
function echoes({ result }: Exchange): readonly string[] {
  const content = isJsonObject(result) ? result['content'] : undefined;
  if (!Array.isArray(content)) return [];
  return (content as readonly unknown[]).flatMap((block) => {
    const text = isJsonObject(block) ? block['text'] : undefined;
    if (typeof text !== 'string') return [];
    const from = text.indexOf(begin);
    const to = text.indexOf(end, from);
    return from < 0 || to < 0 ? [] : [text.slice(from, to + end.length)];
  });
}

async function textCalls(context: CheckContext, text: string): Promise<readonly TextCall[]> {
  const calls: TextCall[] = [];
  for (const { name, tool, args } of await context.callableTools()) {
    if (calls.length >= mostTools) break;
    const { inputSchema } = tool;
    const properties = isJsonObject(inputSchema) ? inputSchema['properties'] : undefined;
    if (inputSchema === undefined || !isJsonObject(properties)) continue;
    const schema = await compileSchema(inputSchema);
    if (!schema.usable) continue;
    const given = Object.entries(properties)
      .filter(([, property]) => isJsonObject(property) && property['type'] === 'string')
      .map(([member]) => ({ ...args, [member]: text }))
      .find((changed) => schema.validate(changed).length === 0);
    if (given !== undefined) calls.push({ name, args: given });
  }
  return calls;
}

async function ask(
  session: Session,
  { name, args }: TextCall,
  signal: AbortSignal,
): Promise<Exchange | Error> {
  try {
    return await session.exchange('tools/call', { name, arguments: args }, { signal });
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}
