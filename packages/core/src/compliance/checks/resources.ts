import type { JsonObject } from '../../json.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type CheckContext, type Verdict } from '../types.ts';
import { objectsIn, readResources, type Asked } from './asked.ts';
import { isStateless } from './era.ts';
import { judgeList, judgeListChanges, pageEvidence, walks, walkSound } from './lists.ts';
import { findDuplicate, judgeError, judgeSchema } from './verdicts.ts';

const always = { from: '2024-11-05' } as const;
const needs = { capabilities: ['resources'] } as const;
/** Not found, no such method, wrong parameters. */
const unknownCodes: readonly number[] = [-32002, -32601, -32602];
/** RFC 6838, with parameters or without. */
const mimeType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;.*)?$/;

export default [
  defineCheck({
    id: 'resources.list.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/resources#listing-resources',
    title: 'resources/list answers with resources, each with a name and an absolute URI',
    remedy: 'Give every resource a uri with a scheme and a name; size is an integer, mimeType a string.',
    run: (context) => judgeList(context, 'resources/list'),
  }),
  defineCheck({
    id: 'resources.list.unique-uris',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/resources#resource',
    title: 'no two resources of the list have the same URI',
    remedy: 'The URI identifies the resource: list each once.',
    run: async (context) => {
      const list = await walkSound(context, 'resources/list');
      const twice = findDuplicate(list.entries.flat().map(({ uri }) => uri));
      return twice === undefined
        ? pass()
        : fail(`${JSON.stringify(twice)} is listed twice`, pageEvidence(list));
    },
  }),
  defineCheck({
    id: 'resources.mime-types',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/resources#data-types',
    title: 'the mimeType of a resource has the form type/subtype',
    remedy: 'Write text/plain instead of text or txt; leave mimeType out when the type is not known.',
    run: judgeMimeTypes,
  }),
  defineCheck({
    id: 'resources.list.changes-are-announced',
    level: 'SHOULD',
    revisions: always,
    needs: { capabilities: ['resources.listChanged'] },
    spec: 'server/resources#list-changed-notification',
    title: 'the list of resources stays as it is, or a notification tells that it has changed',
    remedy: 'Send notifications/resources/list_changed when a resource comes or goes.',
    run: (context) => judgeListChanges(context, 'resources/list', 'uri'),
  }),
  defineCheck({
    id: 'resources.templates.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/resources#resource-templates',
    title: 'resources/templates/list answers with templates, each with a name and a URI template of RFC 6570',
    remedy: 'Close every brace of uriTemplate and name the variable in it: file:///{path}.',
    run: async (context) => {
      const [first] = (await walks['resources/templates/list'](context)).pages;
      if (first?.error?.code === -32601) return notApplicable('the server has no resource templates');
      return judgeList(context, 'resources/templates/list');
    },
  }),
  defineCheck({
    id: 'resources.read.answered',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/resources#reading-resources',
    title: 'a resource that is listed is known when it is read',
    remedy: 'List only what can be read; register the handler under the URI that is listed.',
    run: (context) =>
      judgeReads(context, ({ name, exchange, failure }) => {
        if (exchange === undefined) return failure;
        const { error } = exchange;
        // Any other error may be about what lies behind it and cannot be had now.
        if (error === undefined || !unknownCodes.includes(error.code)) return undefined;
        return `${name} is listed, and reading it gives the error ${error.code}`;
      }),
  }),
  defineCheck({
    id: 'resources.read.result',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/resources#resource-contents',
    title: 'resources/read answers with contents, each with a URI and with text or base64 data',
    remedy: 'Answer {"contents": [{"uri", "mimeType", "text" or "blob"}]}; encode blob in base64.',
    run: async (context) => {
      const reads = await readResources(context);
      if (reads.length === 0) return notApplicable('the server lists no resource');
      return reads.every(({ exchange }) => exchange?.result === undefined)
        ? notTestable('no listed resource could be read')
        : judgeSchema(context.session, 'resources/read');
    },
  }),
  defineCheck({
    id: 'resources.read.text-or-blob',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/resources#resource-contents',
    title: 'contents that are read are either text or binary',
    remedy: 'Set text for what is text and blob for everything else, never both.',
    run: (context) =>
      judgeContents(context, (content, { name }) =>
        content['text'] !== undefined && content['blob'] !== undefined
          ? `contents of ${name} have both text and blob`
          : undefined,
      ),
  }),
  defineCheck({
    id: 'resources.read.uri',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/resources#resource-contents',
    title: 'contents that are read carry the URI that was asked for, or one below it',
    remedy: 'Put the URI of the request, or that of the part of it, into each of the contents.',
    run: (context) =>
      judgeContents(context, ({ uri }, { name }) =>
        typeof uri === 'string' && !isWithin(uri, name)
          ? `reading ${name} gives contents of ${uri}`
          : undefined,
      ),
  }),
  defineCheck({
    id: 'resources.read.unknown',
    level: 'SHOULD',
    revisions: always,
    needs,
    spec: 'server/resources#error-handling',
    title:
      'reading a resource that does not exist is answered with the error of the revision: -32002, from 2026-07-28 on -32602',
    remedy:
      'Answer unknown URIs with {"code", "message": "Resource not found", "data": {"uri"}}: code -32602, to older clients -32002.',
    run: async ({ session, signal, revision }) => {
      const uri = 'mcp-test-harness-none://nowhere/no-such-resource';
      const exchange = await session.exchange('resources/read', { uri }, { signal });
      return judgeError(exchange, isStateless(revision) ? -32602 : -32002, 'reading an unknown resource');
    },
  }),
  defineCheck({
    id: 'resources.read.invalid-uri',
    level: 'MUST',
    revisions: always,
    needs,
    spec: 'server/resources#security-considerations',
    title: 'reading what is no URI is answered with an error',
    remedy: 'Validate the URI before it is used; answer with -32602, or as for unknown ones.',
    run: async ({ session, signal }) => {
      const exchange = await session.exchange('resources/read', { uri: 'no URI at <all>' }, { signal });
      return exchange.error === undefined
        ? fail('reading "no URI at <all>" is answered with a result', evidenceOf(exchange))
        : pass();
    },
  }),
];

/** Judges what reading the first listed resources gave; undefined is sound. */
async function judgeReads(
  context: CheckContext,
  findFault: (read: Asked) => string | undefined,
): Promise<Verdict> {
  const reads = await readResources(context);
  if (reads.length === 0) return notApplicable('the server lists no resource');
  for (const read of reads) {
    const fault = findFault(read);
    if (fault !== undefined) return fail(fault, read.exchange && evidenceOf(read.exchange));
  }
  return pass();
}

/** Judges each of the contents that were read. */
async function judgeContents(
  context: CheckContext,
  findFault: (content: JsonObject, read: Asked) => string | undefined,
): Promise<Verdict> {
  let seen = 0;
  const verdict = await judgeReads(context, (read) => {
    const contents = read.exchange === undefined ? [] : objectsIn(read.exchange, 'contents');
    seen += contents.length;
    return contents.map((content) => findFault(content, read)).find((fault) => fault !== undefined);
  });
  if (verdict.status !== 'passed' || seen > 0) return verdict;
  return notTestable('no listed resource could be read');
}

async function judgeMimeTypes(context: CheckContext): Promise<Verdict> {
  const lists = [await walks['resources/list'](context), await walks['resources/templates/list'](context)];
  const reads = await readResources(context);
  const answers = [
    ...lists.flatMap(({ pages }) => pages),
    ...reads.flatMap(({ exchange }) => exchange ?? []),
  ];
  const described = answers
    .flatMap((exchange) =>
      ['resources', 'resourceTemplates', 'contents'].flatMap((member) =>
        objectsIn(exchange, member).map((entry) => ({ exchange, type: entry['mimeType'] })),
      ),
    )
    .filter(({ type }) => typeof type === 'string');
  if (described.length === 0) return notApplicable('no resource has a mimeType');
  const odd = described.find(({ type }) => !mimeType.test(type as string));
  return odd === undefined
    ? pass()
    : fail(`${JSON.stringify(odd.type)} is no MIME type`, evidenceOf(odd.exchange));
}

/** True for the URI itself and for those below it; the ways in which one URI can be written are let pass. */
function isWithin(uri: string, asked: string): boolean {
  const [below, above] = [normalise(uri), normalise(asked)];
  return below === above || ['/', '?', '#'].some((mark) => below.startsWith(above + mark));
}

function normalise(uri: string): string {
  let text = uri;
  try {
    text = decodeURIComponent(new URL(uri).href);
  } catch {
    // Compared as it stands.
  }
  return text.toLowerCase().replace(/\/+$/, '');
}
