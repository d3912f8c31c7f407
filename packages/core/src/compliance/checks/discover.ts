import { isJsonObject } from '../../json.ts';
import { defineCheck, fail, notApplicable, pass } from '../define.ts';
import { evidenceOf, type Check } from '../types.ts';
import { askByHand, judgeRefusal } from './by-hand.ts';
import { hasHandshake, tryInitialize } from './both-eras.ts';
import { statelessRevisions as revisions } from './era.ts';
import { judgeSchema } from './verdicts.ts';

const negotiation = 'basic/versioning#protocol-version-negotiation';
const bothEras = 'the server speaks revisions with a handshake too, whose requests have no _meta';
const unknownVersion = '1999-01-01';
const protocolVersion = 'io.modelcontextprotocol/protocolVersion';
const clientCapabilities = 'io.modelcontextprotocol/clientCapabilities';

/** How a conversation without a handshake is begun: the server says what it is, and every request what it wants. */
export default [
  defineCheck({
    id: 'discover.result',
    level: 'MUST',
    revisions,
    spec: 'server/discover#response',
    title: 'server/discover answers with supportedVersions and capabilities, each of its type',
    remedy: 'Answer {"supportedVersions": ["2026-07-28"], "capabilities": {...}}; instructions is a string.',
    run: async ({ session, signal }) => {
      await session.exchange('server/discover', undefined, { signal });
      return judgeSchema(session, 'server/discover');
    },
  }),
  defineCheck({
    id: 'versioning.unsupported-version',
    level: 'MUST',
    revisions,
    spec: negotiation,
    title: 'a request in a revision that the server does not speak is answered with the error -32022',
    remedy: `Compare _meta["${protocolVersion}"] of every request with the revisions that you speak.`,
    run: async (context) =>
      judgeRefusal(
        await askByHand(context, {
          method: 'server/discover',
          meta: { [protocolVersion]: unknownVersion },
          headers: { 'mcp-protocol-version': unknownVersion },
        }),
        -32022,
        `a request in ${unknownVersion}`,
      ),
  }),
  defineCheck({
    id: 'versioning.unsupported-version.data',
    level: 'MUST',
    revisions,
    spec: negotiation,
    title: 'the error of an unsupported revision names the one requested and those supported',
    remedy: 'Add data: {"supported": ["2026-07-28"], "requested": "..."} to the error -32022.',
    run: async (context) => {
      const { error, evidence } = await askByHand(context, {
        method: 'server/discover',
        meta: { [protocolVersion]: unknownVersion },
        headers: { 'mcp-protocol-version': unknownVersion },
      });
      if (error?.code !== -32022)
        return notApplicable('no such error came: see versioning.unsupported-version');
      const { supported, requested } = isJsonObject(error.data) ? error.data : {};
      if (!Array.isArray(supported) || !supported.includes(context.revision))
        return fail(`data.supported does not name ${context.revision}`, evidence);
      return requested === unknownVersion
        ? pass()
        : fail(`data.requested is ${JSON.stringify(requested) ?? 'missing'}`, evidence);
    },
  }),
  defineCheck({
    id: 'versioning.initialize-names-versions',
    level: 'SHOULD',
    revisions,
    spec: 'basic/versioning#backward-compatibility-with-initialization-based-versions',
    title: 'a server without a handshake names the revisions that it speaks when it refuses initialize',
    remedy: 'Answer initialize with -32022 and data.supported, or name the revisions in the message.',
    run: async (context) => {
      const exchange = await tryInitialize(context);
      if (exchange.error === undefined) return notApplicable(bothEras);
      return JSON.stringify(exchange.error).includes(context.revision)
        ? pass()
        : fail(`the error does not name ${context.revision}`, evidenceOf(exchange));
    },
  }),
  required('protocol-version', protocolVersion),
  required('client-capabilities', clientCapabilities),
] satisfies readonly Check[];

/** A member of `_meta` that every request has. */
function required(name: string, key: string): Check {
  return defineCheck({
    id: `meta.${name}`,
    level: 'MUST',
    revisions,
    spec: 'basic#_meta',
    title: `a request without ${key} is answered with the error -32602`,
    remedy: `Look for _meta["${key}"] in every request; do not take it from an earlier one.`,
    run: async (context) => {
      if (key === protocolVersion && (await hasHandshake(context))) return notApplicable(bothEras);
      // A server of both eras may take the era of the whole connection from it.
      const session = context.transport === 'stdio' ? await context.open() : context.session;
      const answer = await askByHand(
        { ...context, session },
        { method: 'server/discover', meta: { [key]: undefined } },
      );
      // Over HTTP the header that repeats the revision then disagrees with the body, which has an error of its own.
      if (key === protocolVersion && context.transport === 'http' && answer.error?.code === -32020)
        return pass();
      return judgeRefusal(answer, -32602, `a request without ${key}`);
    },
  });
}
