import type { Exchange, JsonObject, Session } from '@mcp-test-harness/core';
import { sampleFromSchema } from '@mcp-test-harness/core/json-schema';

/** A test found by asking the server, in the words of the suite language. */
export interface FoundTest {
  readonly id: string;
  readonly description: string | undefined;
  /** `tool_name` and `input_params`, or `method` and `params`. */
  readonly request: JsonObject;
  readonly expected: JsonObject | undefined;
  /** Why it is written `enabled: false`; undefined for a test that was tried and passed. */
  readonly disabledReason: string | undefined;
}

export interface FoundServer {
  readonly name: string;
  readonly version: string;
  readonly protocolVersion: string;
  readonly suites: readonly {
    readonly name: string;
    readonly description: string;
    readonly tests: readonly FoundTest[];
  }[];
  /** Rules of the protocol that it broke while it was asked. */
  readonly violations: readonly string[];
}

const resourcesTried = 10;
const templatesTried = 10;
const longestQuotedText = 200;
const entriesQuoted = 50;
/** A tool that took longer is not called again only to see whether its answer is always the same. */
const slowToolMs = 1000;

/** Asks a server for its tools, resources and prompts and tries what is safe to try. */
export async function exploreServer(session: Session, onTried: (what: string) => void): Promise<FoundServer> {
  const { capabilities, serverInfo, protocolVersion } = session.info;
  const suites = [await exploreBasics(session)];
  if (capabilities['tools'] !== undefined) suites.push(await exploreTools(session, onTried));
  if (capabilities['resources'] !== undefined) suites.push(await exploreResources(session, onTried));
  if (capabilities['prompts'] !== undefined) suites.push(await explorePrompts(session, onTried));
  return {
    name: asText(serverInfo['name']),
    version: asText(serverInfo['version']),
    protocolVersion,
    suites: suites.filter(({ tests }) => tests.length > 0),
    violations: session.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule),
  };
}

type FoundSuite = FoundServer['suites'][number];

async function exploreBasics(session: Session): Promise<FoundSuite> {
  const ping = await tryRequest(session, 'ping');
  const tests: FoundTest[] = [
    test({
      id: 'ping-answers',
      request: { method: 'ping' },
      disabledReason: isSuccess(ping) ? undefined : 'the server did not answer ping',
    }),
  ];
  return { name: 'basics', description: 'The server answers at all', tests };
}

async function exploreTools(session: Session, onTried: (what: string) => void): Promise<FoundSuite> {
  const tools = await session.listAll('tools/list');
  const tests: FoundTest[] = [await exploreList(session, 'tools', 'name')];
  const ids = new Set<string>();
  for (const tool of tools) {
    const name = asText(tool['name']);
    if (name === '') continue;
    const sample = sampleFromSchema(tool['inputSchema'] ?? { type: 'object' });
    const base = {
      id: uniqueId(`${name}-answers`, ids),
      description: firstSentence(asText(tool['description'])),
    };
    if (sample.value === undefined) {
      tests.push(
        test({
          ...base,
          request: { tool_name: name, input_params: {} },
          disabledReason: `no sample arguments: ${sample.reason}`,
        }),
      );
      continue;
    }
    const args = sample.value as JsonObject;
    const request = { tool_name: name, ...(Object.keys(args).length === 0 ? {} : { input_params: args }) };
    const annotations = (tool['annotations'] ?? {}) as JsonObject;
    if (annotations['readOnlyHint'] !== true) {
      tests.push(
        test({ ...base, request, disabledReason: 'not annotated read-only, so init did not call it' }),
      );
      continue;
    }
    onTried(`tool ${name}`);
    const params = { name, arguments: args };
    const first = await tryRequest(session, 'tools/call', params);
    if (!isSuccess(first)) {
      tests.push(
        test({
          ...base,
          request,
          disabledReason: `called with these arguments it did not succeed: ${whyNot(first)}`,
        }),
      );
      continue;
    }
    const again = first.durationMs > slowToolMs ? undefined : await tryRequest(session, 'tools/call', params);
    const text = textOf(first);
    const steady = text !== undefined && isSuccess(again) && textOf(again) === text;
    const quotable = steady && text.length <= longestQuotedText;
    tests.push(test({ ...base, request, expected: quotable ? { text } : undefined }));
  }
  return { name: 'tools', description: 'Every tool is listed; the read-only ones answer', tests };
}

async function exploreResources(session: Session, onTried: (what: string) => void): Promise<FoundSuite> {
  const resources = await session.listAll('resources/list');
  const uris = resources.map((resource) => asText(resource['uri'])).filter((uri) => uri !== '');
  const tests: FoundTest[] = [await exploreList(session, 'resources', 'uri')];
  const ids = new Set<string>();
  for (const uri of uris.slice(0, resourcesTried)) {
    onTried(`resource ${uri}`);
    tests.push(await exploreReading(session, uri, { id: uniqueId(`read-${uri}`, ids) }));
  }
  for (const template of (await listTemplates(session)).slice(0, templatesTried)) {
    const uri = expandTemplate(template);
    onTried(`resource template ${template}, as ${uri}`);
    const id = uniqueId(`read-${uri}`, ids);
    tests.push(await exploreReading(session, uri, { id, description: `${template} can be read` }));
  }
  return { name: 'resources', description: 'Resources are listed and can be read', tests };
}

async function exploreReading(
  session: Session,
  uri: string,
  base: Pick<FoundTest, 'id'> & Partial<FoundTest>,
): Promise<FoundTest> {
  const params = { uri };
  const answer = await tryRequest(session, 'resources/read', params);
  return test({
    ...base,
    request: { method: 'resources/read', params },
    expected: { patterns: [{ key: 'result.contents[*].uri', validation: { type: 'exists' } }] },
    disabledReason: isSuccess(answer) ? undefined : `reading it did not succeed: ${whyNot(answer)}`,
  });
}

/** Many servers have resources and do not know templates. */
async function listTemplates(session: Session): Promise<readonly string[]> {
  const answer = await tryRequest(session, 'resources/templates/list');
  if (!isSuccess(answer)) return [];
  const templates = (answer.result as JsonObject)['resourceTemplates'];
  return (Array.isArray(templates) ? (templates as readonly JsonObject[]) : [])
    .map((template) => asText(template['uriTemplate']))
    .filter((template) => template !== '');
}

/** With `1` for every variable that must be set: often an id (RFC 6570; the other expressions may be left out). */
function expandTemplate(template: string): string {
  return template.replaceAll(/\{\+?\w[^{}]*\}/g, '1').replaceAll(/\{[^{}]*\}/g, '');
}

async function explorePrompts(session: Session, onTried: (what: string) => void): Promise<FoundSuite> {
  const prompts = await session.listAll('prompts/list');
  const tests: FoundTest[] = [await exploreList(session, 'prompts', 'name')];
  const ids = new Set<string>();
  for (const prompt of prompts) {
    const name = asText(prompt['name']);
    if (name === '') continue;
    onTried(`prompt ${name}`);
    const required = (Array.isArray(prompt['arguments']) ? (prompt['arguments'] as JsonObject[]) : []).filter(
      ({ required }) => required === true,
    );
    const args = Object.fromEntries(required.map((argument) => [asText(argument['name']), 'example']));
    const params = { name, ...(required.length === 0 ? {} : { arguments: args }) };
    const answer = await tryRequest(session, 'prompts/get', params);
    tests.push(
      test({
        id: uniqueId(`${name}-renders`, ids),
        description: firstSentence(asText(prompt['description'])),
        request: { method: 'prompts/get', params },
        expected: { patterns: [{ key: 'result.messages', validation: { type: 'array_length', min: 1 } }] },
        disabledReason: isSuccess(answer) ? undefined : `rendering it did not succeed: ${whyNot(answer)}`,
      }),
    );
  }
  return { name: 'prompts', description: 'Prompts are listed and render', tests };
}

/** The list has all that it has now; of very long ones the first entries. Only the first page, as the test sees it. */
async function exploreList(
  session: Session,
  kind: 'tools' | 'resources' | 'prompts',
  member: string,
): Promise<FoundTest> {
  const method = `${kind}/list`;
  const base = { id: `${kind}-are-listed`, request: { method } };
  const answer = await tryRequest(session, method);
  if (!isSuccess(answer)) return test({ ...base, disabledReason: `it did not succeed: ${whyNot(answer)}` });
  const items = (answer.result as JsonObject)[kind];
  const values = (Array.isArray(items) ? (items as readonly JsonObject[]) : [])
    .map((item) => asText(item[member]))
    .filter((value) => value !== '')
    .slice(0, entriesQuoted);
  if (values.length === 0) return test(base);
  const pattern = {
    key: `$.result.${kind}[*].${member}`,
    quantifier: { at_least: values.length },
    validation: { type: 'one_of', values },
  };
  return test({ ...base, expected: { patterns: [pattern] } });
}

function test(found: Pick<FoundTest, 'id' | 'request'> & Partial<FoundTest>): FoundTest {
  return { description: undefined, expected: undefined, disabledReason: undefined, ...found };
}

/** The answer, or undefined when there was none (a timeout, say): then the test is written disabled. */
async function tryRequest(
  session: Session,
  method: string,
  params?: JsonObject,
): Promise<Exchange | undefined> {
  return await session.exchange(method, params).catch((error: unknown) => {
    if (!session.alive) throw error;
    return undefined;
  });
}

function isSuccess(exchange: Exchange | undefined): exchange is Exchange {
  if (exchange === undefined || exchange.error !== undefined || exchange.malformed.length > 0) return false;
  return (exchange.result as JsonObject | undefined)?.['isError'] !== true;
}

function whyNot(exchange: Exchange | undefined): string {
  if (exchange === undefined) return 'no answer in time';
  if (exchange.error !== undefined)
    return firstSentence(exchange.error.message) ?? `error ${exchange.error.code}`;
  return exchange.malformed[0] ?? firstSentence(textOf(exchange) ?? '') ?? 'a tool error';
}

function textOf(exchange: Exchange): string | undefined {
  const content = (exchange.result as JsonObject | undefined)?.['content'];
  if (!Array.isArray(content)) return undefined;
  const texts = (content as readonly JsonObject[])
    .filter(({ type }) => type === 'text')
    .map(({ text }) => asText(text));
  return texts.length === 0 ? undefined : texts.join('\n');
}

function uniqueId(text: string, taken: Set<string>): string {
  const base = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  let id = base;
  for (let count = 2; taken.has(id); count += 1) id = `${base}-${count}`;
  taken.add(id);
  return id;
}

function firstSentence(text: string): string | undefined {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  if (line === '') return undefined;
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
