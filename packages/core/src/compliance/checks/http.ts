import { defineCheck, fail, notApplicable, notTestable, pass } from '../define.ts';
import type { HttpProbe, ProbeAnswer } from '../http-probe.ts';
import type { CheckContext, Verdict } from '../types.ts';
import { isStateless, rawRequest } from './era.ts';
import { findingOf } from './verdicts.ts';

/** Streamable HTTP with sessions. */
const streamable = { from: '2025-03-26', until: '2025-11-25' } as const;
const needs = { transport: 'http' } as const;
const sending = 'basic/transports#sending-messages-to-the-server';
const listening = 'basic/transports#listening-for-messages-from-the-server';
const sessions = 'basic/transports#session-management';
const exercised = ['initialize', 'server/discover'];

const ping = JSON.stringify({ jsonrpc: '2.0', id: 'probe', method: 'ping' });

export default [
  defineCheck({
    id: 'http.content-type',
    level: 'MUST',
    revisions: { from: '2025-03-26' },
    needs,
    spec: sending,
    title: 'a POST with a request is answered as application/json or text/event-stream',
    remedy: 'Set Content-Type to the one that the body is.',
    findings: { rules: ['http.content-type'], exercised },
  }),
  defineCheck({
    id: 'http.request-answered',
    level: 'MUST',
    revisions: { from: '2025-03-26' },
    needs,
    spec: sending,
    title: 'the body that answers a POST holds the answer to its request',
    remedy: 'Send the answer on the stream of its POST before you close it.',
    findings: { rules: ['http.request-without-answer', 'http.stream-ended-early'], exercised },
  }),
  defineCheck({
    id: 'http.accepted',
    level: 'MUST',
    revisions: { from: '2025-03-26' },
    needs,
    spec: sending,
    title: 'a POST with a notification is answered with 202 and no body',
    remedy: 'Answer notifications with status 202 and an empty body.',
    run: withProbe(judgeAccepted),
  }),
  defineCheck({
    id: 'http.unreadable-body',
    level: 'MUST',
    revisions: { from: '2025-03-26' },
    needs,
    spec: sending,
    title: 'a POST that cannot be read is answered with an HTTP error',
    remedy: 'Answer a body that is not JSON with status 400.',
    run: withProbe(async (probe, context) => {
      const answer = await probe.send({
        method: 'POST',
        headers: versionHeader(context),
        body: '{"jsonrpc":',
      });
      return answer.status >= 400 ? pass() : fail(`broken JSON got status ${answer.status}`, answer.evidence);
    }),
  }),
  defineCheck({
    id: 'http.stream-closed',
    level: 'SHOULD',
    revisions: { from: '2025-03-26' },
    needs,
    spec: sending,
    title: 'an event stream ends after the answer that it was opened for',
    remedy: 'Close the response once the answer has been sent.',
    findings: { rules: ['http.stream-left-open'], exercised },
  }),
  defineCheck({
    id: 'http.event-stream',
    level: 'SHOULD',
    revisions: { from: '2025-03-26' },
    needs,
    spec: sending,
    title: 'event streams are well-formed, and each event holds one message',
    remedy: 'Write `data: <message>` and an empty line for each message.',
    findings: { rules: ['http.event-stream'], exercised },
  }),
  defineCheck({
    id: 'http.get',
    level: 'MUST',
    revisions: streamable,
    needs,
    spec: listening,
    title: 'GET opens an event stream or is answered with 405',
    remedy: 'Answer GET with text/event-stream, or with 405 when you push nothing.',
    findings: { rules: ['http.get-status'], exercised },
  }),
  defineCheck({
    id: 'http.common-stream',
    level: 'MUST',
    revisions: streamable,
    needs,
    spec: listening,
    title: 'the stream of a GET carries no answers',
    remedy: 'Send an answer on the stream of the POST that asked.',
    findings: { rules: ['http.response-on-common-stream'], exercised },
  }),
  defineCheck({
    id: 'http.session.id',
    level: 'MUST',
    revisions: streamable,
    needs,
    spec: sessions,
    title: 'a session id consists of visible ASCII characters',
    remedy: 'Use a UUID or a random hexadecimal number.',
    findings: { rules: ['http.session-id'], exercised },
  }),
  defineCheck({
    id: 'http.session.required',
    level: 'SHOULD',
    revisions: streamable,
    needs,
    spec: sessions,
    title: 'a server that requires a session id answers a request without one with 400',
    remedy: 'Check for the Mcp-Session-Id header on everything but initialize.',
    run: withSession(async (probe, _id, context) => {
      const answer = await probe.send({ method: 'POST', headers: versionHeader(context), body: ping });
      if (answer.status < 300) return notApplicable('the server requires no session id');
      return answer.status === 400
        ? pass()
        : fail(`a request without a session id got status ${answer.status}`, answer.evidence);
    }),
  }),
  defineCheck({
    id: 'http.session.unique',
    level: 'SHOULD',
    revisions: streamable,
    needs,
    spec: sessions,
    title: 'two sessions have different ids',
    remedy: 'Make the id of a session from a cryptographically secure random source.',
    run: withSession(async (probe, id, context) => {
      const other = await initialize(probe, context);
      return other.headers['mcp-session-id'] === id
        ? fail('two sessions got the same id', other.evidence)
        : pass();
    }),
  }),
  defineCheck({
    id: 'http.session.ended',
    level: 'MUST',
    revisions: streamable,
    needs,
    spec: sessions,
    title: 'a request in a session that has ended is answered with 404',
    remedy: 'Forget the session on DELETE, and answer its id with 404 from then on.',
    run: withSession(async (probe, id, context) => {
      const headers = { ...versionHeader(context), 'mcp-session-id': id };
      const ended = await probe.send({ method: 'DELETE', headers });
      if (ended.status === 405) return notTestable('the server lets no client end a session (405)');
      if (ended.status >= 300) return notTestable(`DELETE got status ${ended.status}`);
      const answer = await probe.send({ method: 'POST', headers, body: ping });
      return answer.status === 404
        ? pass()
        : fail(`a request in an ended session got status ${answer.status}`, answer.evidence);
    }),
  }),
  defineCheck({
    id: 'http.session.delete',
    level: 'SHOULD',
    revisions: streamable,
    needs,
    spec: sessions,
    title: 'DELETE ends a session or is answered with 405',
    remedy: 'Answer DELETE with 200 or 204, or with 405 when clients may not end sessions.',
    findings: { rules: ['http.delete-status'], exercised },
  }),
  defineCheck({
    id: 'http.version-header',
    level: 'MUST',
    revisions: { from: '2025-06-18', until: '2025-11-25' },
    needs,
    spec: 'basic/transports#protocol-version-header',
    title: 'a request with an unknown MCP-Protocol-Version is answered with 400',
    remedy: 'Compare the header with the revisions that you speak.',
    run: withProbe(async (probe, context) => {
      const headers = { ...(await freshHeaders(probe, context)), 'mcp-protocol-version': '1999-01-01' };
      const answer = await probe.send({ method: 'POST', headers, body: ping });
      return answer.status === 400
        ? pass()
        : fail(`the version 1999-01-01 got status ${answer.status}`, answer.evidence);
    }),
  }),
  defineCheck({
    id: 'http.origin',
    level: 'MUST',
    revisions: { from: '2025-03-26' },
    needs,
    spec: 'basic/transports#security-warning',
    title: 'a server on the loopback interface refuses requests that a page of another origin makes',
    remedy:
      'Check the Origin header against a list (403 when it is not there): else any web page can reach the server by DNS rebinding.',
    run: withProbe(async (probe, context) => {
      if (!isLoopback(probe.url)) {
        return notTestable('which origins a server on a public address admits is its own affair');
      }
      const origin = { origin: 'https://attacker.example' };
      const answer = await begin(probe, context, origin);
      if (context.revision >= '2025-11-25' ? answer.status === 403 : answer.status >= 400) return pass();
      return fail(`Origin https://attacker.example got status ${answer.status}`, answer.evidence);
    }),
  }),
];

async function judgeAccepted(probe: HttpProbe, context: CheckContext): Promise<Verdict> {
  const { revision, session } = context;
  // There the handshake has a notification.
  if (!isStateless(revision))
    return findingOf(session, 'http.accepted-status') ?? findingOf(session, 'http.accepted-body') ?? pass();
  const method = 'notifications/harness/unknown';
  const headers = { ...versionHeader(context), 'mcp-method': method };
  const answer = await probe.send({
    method: 'POST',
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', method }),
  });
  // A server may refuse what it does not know.
  if (answer.status >= 400 || (answer.status === 202 && answer.body === '')) return pass();
  const body = answer.body === '' ? 'no body' : 'a body';
  return fail(`a notification got status ${answer.status} and ${body}`, answer.evidence);
}

type Probing = (probe: HttpProbe, context: CheckContext) => Promise<Verdict>;

function withProbe(judge: Probing) {
  return (context: CheckContext): Promise<Verdict> =>
    context.http === undefined
      ? Promise.resolve(notApplicable('it is about HTTP'))
      : judge(context.http, context);
}

/** Opens a session of its own by a plain POST; not applicable when the server has none. */
function withSession(judge: (probe: HttpProbe, id: string, context: CheckContext) => Promise<Verdict>) {
  return withProbe(async (probe, context) => {
    const { headers } = await initialize(probe, context);
    const id = headers['mcp-session-id'];
    return id === undefined ? notApplicable('the server has no sessions') : judge(probe, id, context);
  });
}

/** The request that a conversation of the era begins with. */
function begin(
  probe: HttpProbe,
  context: CheckContext,
  headers: Readonly<Record<string, string>>,
): Promise<ProbeAnswer> {
  if (!isStateless(context.revision)) return initialize(probe, context, headers);
  const request = rawRequest(context, { id: 'probe-discover', method: 'server/discover' });
  return probe.send({ method: 'POST', headers: { ...request.headers, ...headers }, body: request.text });
}

function initialize(
  probe: HttpProbe,
  { revision }: CheckContext,
  headers: Readonly<Record<string, string>> = {},
): Promise<ProbeAnswer> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 'probe-initialize',
    method: 'initialize',
    params: {
      protocolVersion: revision,
      capabilities: {},
      clientInfo: { name: 'mcp-test-harness-compliance', version: '1.0.0' },
    },
  });
  return probe.send({ method: 'POST', headers, body });
}

async function freshHeaders(probe: HttpProbe, context: CheckContext): Promise<Record<string, string>> {
  const { headers } = await initialize(probe, context);
  const id = headers['mcp-session-id'];
  return { ...versionHeader(context), ...(id !== undefined && { 'mcp-session-id': id }) };
}

function versionHeader({ revision }: CheckContext): Record<string, string> {
  return revision >= '2025-06-18' ? { 'mcp-protocol-version': revision } : {};
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
