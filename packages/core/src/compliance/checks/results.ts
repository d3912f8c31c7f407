import { isJsonObject, type JsonObject } from '../../json.ts';
import { metaOf } from '../../protocol/stateless/meta.ts';
import type { Exchange, Session } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext } from '../types.ts';
import { rawRequest, statelessRevisions as revisions } from './era.ts';
import { askRaw } from './raw.ts';

const exercised = ['server/discover'];

/** What all results and errors of the stateless era have in common. */
export default [
  defineCheck({
    id: 'results.type',
    level: 'MUST',
    revisions,
    spec: 'messages#responses',
    title: 'every result has a resultType, which is a string',
    remedy: 'Add "resultType": "complete" to every result that is the final one.',
    findings: { rules: ['result.type'], exercised },
  }),
  defineCheck({
    id: 'results.known-type',
    level: 'MUST',
    revisions,
    spec: 'messages#resulttype',
    title: 'a resultType is complete, input_required, or one of an extension that both sides have declared',
    remedy: 'Send other types only to clients whose capabilities name the extension that they belong to.',
    findings: { rules: ['result.unknown-type'], exercised },
  }),
  defineCheck({
    id: 'results.server-info',
    level: 'SHOULD',
    revisions,
    spec: 'basic#_meta',
    title: 'a server that names itself does so in every result',
    remedy: 'Put {"name", "version"} under io.modelcontextprotocol/serverInfo into _meta of all results.',
    run: async (context) => {
      const answers = (await discoverAndList(context)).filter(({ error }) => error === undefined);
      const isNamed = ({ result }: Exchange): boolean => {
        const info = metaOf(result, 'serverInfo');
        return isJsonObject(info) && typeof info['name'] === 'string' && typeof info['version'] === 'string';
      };
      if (!answers.some(isNamed))
        return notApplicable('the server names itself nowhere, as it may be configured to');
      const nameless = answers.find((answer) => !isNamed(answer));
      return nameless === undefined
        ? pass()
        : fail(`the result of ${nameless.method} does not say of which server it is`, evidenceOf(nameless));
    },
  }),
  defineCheck({
    id: 'caching.hints',
    level: 'MUST',
    revisions,
    spec: 'server/utilities/caching#cacheable-model',
    title:
      'results of lists, reads and server/discover say for how long (ttlMs, 0 or more) and whom (cacheScope) they may be kept',
    remedy: 'Add "ttlMs": 0 and "cacheScope": "private" where nothing may be kept.',
    findings: { rules: ['cache.hints'], exercised },
  }),
  defineCheck({
    id: 'errors.reserved-codes',
    level: 'MUST',
    revisions,
    spec: 'messages#error-codes',
    title: 'of the error codes that are kept for the specification only those are sent that it defines',
    remedy: 'Use codes outside -32768 to -32000 for errors of your own.',
    findings: { rules: ['error.reserved-code'], exercised },
  }),
  defineCheck({
    id: 'errors.retired-codes',
    level: 'MUST',
    revisions,
    spec: 'messages#error-codes',
    title: 'the error codes -32002 and -32042 of earlier revisions are not sent any more',
    remedy: 'Answer unknown resources with -32602; ask for input by an input_required result.',
    findings: { rules: ['error.retired-code'], exercised },
  }),
  defineCheck({
    id: 'stateless.no-server-requests',
    level: 'MUST',
    revisions,
    spec: 'basic/patterns/mrtr',
    title: 'the server sends no requests of its own',
    remedy:
      'Ask by a result of the type input_required; ping, roots/list and the others are no requests any more.',
    findings: { rules: ['stateless.server-request'], exercised },
  }),
  defineCheck({
    id: 'stateless.first-request',
    level: 'MUST',
    revisions,
    spec: 'basic#statelessness',
    title: 'the first request on a connection is answered whatever it is, without server/discover before it',
    remedy: 'Take revision and capabilities from _meta of each request; do not wait for an opening.',
    run: async (context) => {
      const method = listMethods(context.capabilities)[0];
      if (method === undefined) return notApplicable('the server declares nothing that has a list');
      const usual = await context.session.exchange(method, {}, { signal: context.signal });
      if (usual.error !== undefined)
        return notTestable(`${method} is answered with the error ${usual.error.code}`);
      const opened = await context.open({ handshake: false, protocolVersion: context.revision as never });
      const { text, headers } = rawRequest(context, { id: 'compliance-first', method });
      const { messages, evidence } = await askRaw(opened, text, undefined, headers);
      const answer = messages.find(({ id }) => id === 'compliance-first');
      if (answer?.['result'] !== undefined) return pass();
      return fail(`${method} is answered with ${answer === undefined ? 'nothing' : 'an error'}`, evidence);
    },
  }),
  defineCheck({
    id: 'stateless.same-lists',
    level: 'MUST',
    revisions,
    spec: 'server/tools#capabilities',
    title: 'lists of tools, prompts and resources are the same on every connection',
    remedy: 'Make a list from the request (and its credentials), never from what the connection has seen.',
    run: async (context) => {
      const methods = listMethods(context.capabilities);
      if (methods.length === 0) return notApplicable('the server declares nothing that has a list');
      const other = await context.open();
      for (const method of methods) {
        const ask = (session: Session): Promise<Exchange> =>
          session.exchange(method, {}, { signal: context.signal });
        const before = await ask(context.session);
        const elsewhere = await ask(other);
        const after = await ask(context.session);
        // A list may change in time: it does not change and change back.
        if (namesIn(before) !== namesIn(after) || namesIn(elsewhere) === namesIn(before)) continue;
        return fail(`${method} gives another list on another connection`, {
          sent: elsewhere.requestText,
          received: `${before.responseText}\n${elsewhere.responseText}`,
        });
      }
      return pass();
    },
  }),
  defineCheck({
    id: 'tools.list.order',
    level: 'SHOULD',
    revisions,
    needs: { capabilities: ['tools'] },
    spec: 'server/tools#capabilities',
    title: 'tools/list keeps the order of the tools while they are the same',
    remedy: 'Sort the tools, by name for instance: clients and models keep what has not changed.',
    run: async ({ session, signal }) => {
      const first = await session.exchange('tools/list', {}, { signal });
      const second = await session.exchange('tools/list', {}, { signal });
      if (namesIn(first) !== namesIn(second)) return notApplicable('the tools have changed meanwhile');
      return namesIn(first, false) === namesIn(second, false)
        ? pass()
        : fail('the same tools came in another order', {
            sent: second.requestText,
            received: `${first.responseText}\n${second.responseText}`,
          });
    },
  }),
] satisfies readonly Check[];

const lists: Readonly<Record<string, string>> = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
};

function listMethods(capabilities: JsonObject): readonly string[] {
  return Object.entries(lists).flatMap(([name, method]) =>
    capabilities[name] === undefined ? [] : [method],
  );
}

function discoverAndList({ session, signal, capabilities }: CheckContext): Promise<readonly Exchange[]> {
  const methods = ['server/discover', ...listMethods(capabilities)];
  return Promise.all(methods.map((method) => session.exchange(method, {}, { signal })));
}

/** What the first page names, for comparison. */
function namesIn({ method, result }: Exchange, sorted = true): string {
  const member = method.split('/', 1)[0] ?? '';
  const entries = isJsonObject(result) && Array.isArray(result[member]) ? result[member] : [];
  const names = entries.map((entry) =>
    isJsonObject(entry) ? JSON.stringify(entry['uri'] ?? entry['name']) : '?',
  );
  return (sorted ? names.toSorted() : names).join('\n');
}
