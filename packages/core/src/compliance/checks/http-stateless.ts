import { defineCheck, fail, notApplicable, pass } from '../define.ts';
import type { Check, CheckContext, Verdict } from '../types.ts';
import { askByHand, judgeRefusal, judgeStatus } from './by-hand.ts';
import { hasHandshake } from './both-eras.ts';
import { statelessRevisions as revisions } from './era.ts';

const needs = { transport: 'http' } as const;
const page = 'basic/transports/streamable-http';
const earlier = `${page}#earlier-streamable-http-revisions`;
const bothEras = 'the server speaks revisions with sessions too';
const protocolVersion = 'io.modelcontextprotocol/protocolVersion';
const clientCapabilities = 'io.modelcontextprotocol/clientCapabilities';

/** Streamable HTTP without sessions. */
export default [
  defineCheck({
    id: 'http.unknown-method-status',
    level: 'MUST',
    revisions,
    needs,
    spec: `${page}#protocol-version-header`,
    title: 'an unknown method is answered with HTTP 404 beside the error -32601',
    remedy: 'Set the status to 404 when the method is not one of yours, and keep the JSON-RPC error as body.',
    run: async (context) => {
      const answer = await askByHand(context, { method: 'harness/no-such-method' });
      if (answer.error?.code !== -32601)
        return notApplicable('no such error came: see jsonrpc.unknown-method');
      return judgeStatus(answer, 404, 'an unknown method');
    },
  }),
  defineCheck({
    id: 'http.unsupported-version-status',
    level: 'MUST',
    revisions,
    needs,
    spec: `${page}#protocol-version-header`,
    title: 'a request in a revision that the server does not speak is answered with HTTP 400',
    remedy: 'Set the status to 400 beside the error -32022.',
    run: async (context) => {
      const version = '1999-01-01';
      const answer = await askByHand(context, {
        method: 'server/discover',
        meta: { [protocolVersion]: version },
        headers: { 'mcp-protocol-version': version },
      });
      return judgeStatus(answer, 400, `a request in ${version}`);
    },
  }),
  defineCheck({
    id: 'http.malformed-meta-status',
    level: 'MUST',
    revisions,
    needs,
    spec: 'basic#_meta',
    title: 'a request that lacks what every request has in _meta is answered with HTTP 400',
    remedy: 'Set the status to 400 beside the error -32602 for a missing member of _meta.',
    run: async (context) => {
      const request = { method: 'server/discover', meta: { [clientCapabilities]: undefined } };
      const answer = await askByHand(context, request);
      if (judgeRefusal(answer, -32602, '').status !== 'passed')
        return notApplicable('no such error came: see meta.client-capabilities');
      return judgeStatus(answer, 400, `a request without ${clientCapabilities}`);
    },
  }),
  closed('GET'),
  closed('DELETE'),
  defineCheck({
    id: 'http.no-sessions',
    level: 'SHOULD',
    revisions,
    needs,
    spec: earlier,
    title: 'an Mcp-Session-Id is ignored, and none is given out',
    remedy: 'Keep what several requests share under a name of its own that the client passes as an argument.',
    run: async (context) => {
      if (await hasHandshake(context)) return notApplicable(bothEras);
      const headers = { 'mcp-session-id': 'harness-no-such-session' };
      const answer = await askByHand(context, { method: 'server/discover', headers });
      if (answer.result === undefined)
        return fail('a request with an Mcp-Session-Id is not answered as one without', answer.evidence);
      return answer.headers['mcp-session-id'] === undefined
        ? pass()
        : fail('the answer has an Mcp-Session-Id', answer.evidence);
    },
  }),
  defineCheck({
    id: 'http.unbuffered',
    level: 'SHOULD',
    revisions,
    needs,
    spec: `${page}#receiving-messages`,
    title: 'an event stream is marked with X-Accel-Buffering: no',
    remedy: 'Set the header, or proxies such as nginx hold events back.',
    run: (context) => Promise.resolve(judgeStreams(context)),
  }),
] satisfies readonly Check[];

/** GET and DELETE belong to sessions. */
function closed(method: 'GET' | 'DELETE'): Check {
  return defineCheck({
    id: `http.no-${method.toLowerCase()}`,
    level: 'SHOULD',
    revisions,
    needs,
    spec: earlier,
    title: `${method} is answered with 405`,
    remedy: `Answer ${method} with 405: this revision has POST alone.`,
    run: async (context) => {
      if (await hasHandshake(context)) return notApplicable(bothEras);
      const answer = await context.http?.send({
        method,
        headers: { 'mcp-protocol-version': context.revision, accept: 'text/event-stream' },
      });
      if (answer === undefined) return notApplicable('it is about HTTP');
      return answer.status === 405 ? pass() : fail(`${method} got status ${answer.status}`, answer.evidence);
    },
  });
}

/** Over the streams that the session has seen so far. */
function judgeStreams({ session }: CheckContext): Verdict {
  const streams = session.frames.flatMap(({ direction, http }) =>
    direction === 'received' && http?.headers?.['content-type']?.startsWith('text/event-stream') === true
      ? [http.headers]
      : [],
  );
  if (streams.length === 0) return notApplicable('the server answers with no event stream');
  const held = streams.find((headers) => headers['x-accel-buffering'] !== 'no');
  if (held === undefined) return pass();
  const received = Object.entries(held).map(([name, value]) => `${name}: ${value}`);
  return fail('an event stream has no X-Accel-Buffering: no', { received: received.join('\n') });
}
