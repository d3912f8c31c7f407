import { isJsonObject, type JsonObject } from '../../json.ts';
import { readParamHeaders, type ParamHeader } from '../../protocol/stateless/param-headers.ts';
import { requestHeaders } from '../../protocol/stateless/request-headers.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import type { Check, CheckContext, Verdict } from '../types.ts';
import { argumentsOf } from './asked.ts';
import { askByHand, judgeRefusal, judgeStatus, type HandAnswer } from './by-hand.ts';
import { speaksBefore } from './both-eras.ts';
import { statelessRevisions as revisions } from './era.ts';

const needs = { transport: 'http' } as const;
const page = 'basic/transports/streamable-http';
const validation = `${page}#server-validation`;
const versionHeader = `${page}#protocol-version-header`;
const headerMismatch = -32020;
const remedy =
  'Compare the header with the body; answer with HTTP 400 and the error -32020 when they differ.';

/** Headers of the stateless era, which repeat parts of the body for those who do not read it. */
export default [
  refused('http.version-header.matches', {
    spec: versionHeader,
    title: 'a request whose MCP-Protocol-Version is not that of its body is refused',
    ask: (context) =>
      askByHand(context, { method: 'server/discover', headers: { 'mcp-protocol-version': '1999-01-01' } }),
    what: 'MCP-Protocol-Version: 1999-01-01 with another revision in the body',
    // That the header names no known revision is as good a reason.
    codes: [headerMismatch, -32022],
  }),
  refused('http.version-header.required', {
    spec: versionHeader,
    title: 'a request without MCP-Protocol-Version is refused',
    ask: async (context) =>
      (await speaksBefore(context, '2025-06-18'))
        ? 'the server speaks revisions that have no such header'
        : askByHand(context, { method: 'server/discover', headers: { 'mcp-protocol-version': undefined } }),
    what: 'a request without MCP-Protocol-Version',
  }),
  refused('http.method-header.matches', {
    spec: validation,
    title: 'a request whose Mcp-Method is not the method of its body is refused',
    ask: (context) =>
      askByHand(context, { method: 'server/discover', headers: { 'mcp-method': 'prompts/list' } }),
    what: 'Mcp-Method: prompts/list with server/discover in the body',
  }),
  refused('http.method-header.required', {
    spec: validation,
    title: 'a request without Mcp-Method is refused',
    ask: (context) => askByHand(context, { method: 'server/discover', headers: { 'mcp-method': undefined } }),
    what: 'a request without Mcp-Method',
  }),
  refused('http.name-header.matches', {
    spec: validation,
    title: 'a request whose Mcp-Name is not the name or URI of its body is refused',
    ask: (context) => askNamed(context, () => 'harness-another-name'),
    what: 'another name in Mcp-Name than in the body',
  }),
  refused('http.name-header.required', {
    spec: validation,
    title: 'a call, a read or a prompt without Mcp-Name is refused',
    ask: (context) => askNamed(context, () => undefined),
    what: 'a request without Mcp-Name',
  }),
  defineCheck({
    id: 'http.name-header.decoded',
    level: 'MUST',
    revisions,
    needs,
    spec: `${page}#value-encoding`,
    title: 'an Mcp-Name in Base64 is decoded before it is compared',
    remedy: 'Decode values of the form =?base64?…?= as Base64 of UTF-8.',
    run: async (context) => {
      const answer = await askNamed(context, (name) => `=?base64?${Buffer.from(name).toString('base64')}?=`);
      if (typeof answer === 'string') return notTestable(answer);
      return answer.error?.code === headerMismatch
        ? fail('a name in Base64 is taken for another name', answer.evidence)
        : pass();
    },
  }),
  refused('http.param-header.matches', {
    spec: `${page}#server-behavior-for-custom-headers`,
    title: 'a call whose Mcp-Param header is not the argument in its body is refused',
    ask: (context) => askMirrored(context, 'harness-another-value'),
    what: 'another value in the Mcp-Param header than in the body',
  }),
  refused('http.param-header.required', {
    spec: `${page}#server-behavior-for-custom-headers`,
    title:
      'a call without an Mcp-Param header that the tool wants and the arguments have a value for is refused',
    ask: (context) => askMirrored(context, undefined),
    what: 'a call without the Mcp-Param header',
  }),
  defineCheck({
    id: 'http.param-header.schema',
    level: 'MUST',
    revisions,
    needs,
    spec: `${page}#schema-extension`,
    title: 'x-mcp-header is a header name of its own, at a property that is a string, integer or boolean',
    remedy:
      'Clients leave such a tool out: use letters, digits and hyphens, and only properties of properties.',
    findings: { rules: ['http.param-header'], exercised: ['tools/list'] },
  }),
] satisfies readonly Check[];

interface Refusal {
  readonly spec: string;
  readonly title: string;
  /** A text says why nothing could be asked. */
  readonly ask: (context: CheckContext) => Promise<HandAnswer | string>;
  readonly what: string;
  readonly codes?: readonly number[];
}

function refused(id: string, { spec, title, ask, what, codes = [headerMismatch] }: Refusal): Check {
  return defineCheck({
    id,
    level: 'MUST',
    revisions,
    needs,
    spec,
    title: `${title} with HTTP 400 and the error -32020`,
    remedy,
    run: async (context): Promise<Verdict> => {
      const answer = await ask(context);
      if (typeof answer === 'string') return notApplicable(answer);
      const code = answer.error?.code;
      const verdict =
        code !== undefined && codes.includes(code) ? pass() : judgeRefusal(answer, headerMismatch, what);
      return verdict.status === 'passed' ? judgeStatus(answer, 400, what) : verdict;
    },
  });
}

/** A harmless request that names something, with that in `Mcp-Name`. */
async function askNamed(
  context: CheckContext,
  headerFor: (name: string) => string | undefined,
): Promise<HandAnswer | string> {
  const request = await namedRequest(context);
  if (request === undefined) return 'the server has nothing harmless that is asked for by name';
  const { name, ...rest } = request;
  return askByHand(context, { ...rest, headers: { 'mcp-name': headerFor(name) } });
}

async function namedRequest(
  context: CheckContext,
): Promise<{ readonly name: string; readonly method: string; readonly params: JsonObject } | undefined> {
  const uri = (await context.resources())[0]?.['uri'];
  if (typeof uri === 'string') return { name: uri, method: 'resources/read', params: { uri } };
  const prompt = (await context.prompts()).find((one) =>
    argumentsOf(one).every(({ required }) => required !== true),
  );
  const name = prompt?.['name'];
  if (typeof name === 'string') return { name, method: 'prompts/get', params: { name } };
  const [tool] = await context.callableTools();
  if (tool === undefined) return undefined;
  return { name: tool.name, method: 'tools/call', params: { name: tool.name, arguments: tool.args } };
}

/** Calls a tool that wants an argument in a header, with `value` there; the other headers are as they should be. */
async function askMirrored(context: CheckContext, value: string | undefined): Promise<HandAnswer | string> {
  for (const { name, tool, args } of await context.callableTools()) {
    const read = readParamHeaders(tool['inputSchema']);
    if (!('headers' in read)) continue;
    const properties = isJsonObject(tool['inputSchema']) ? tool['inputSchema']['properties'] : undefined;
    const full = { ...examplesFor(read.headers, properties), ...args };
    const params = { name, arguments: full };
    const mirrored = Object.entries(requestHeaders('tools/call', params, read.headers)).filter(([header]) =>
      header.startsWith('mcp-param-'),
    );
    const [first, ...others] = mirrored;
    if (first === undefined) continue;
    const headers = { ...Object.fromEntries(others), [first[0]]: value };
    return askByHand(context, { method: 'tools/call', params, headers });
  }
  return 'no tool that may be called here wants an argument in a header';
}

/** A value for arguments at the root that are strings and could be left out. */
function examplesFor(headers: readonly ParamHeader[], properties: unknown): JsonObject {
  const names = headers.flatMap(({ path }) => (path.length === 1 ? path : []));
  const isText = (name: string): boolean => {
    const property = isJsonObject(properties) ? properties[name] : undefined;
    return isJsonObject(property) && property['type'] === 'string' && property['enum'] === undefined;
  };
  return Object.fromEntries(names.filter(isText).map((name) => [name, 'example']));
}
