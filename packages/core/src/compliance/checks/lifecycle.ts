import { defineCheck, fail, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Verdict } from '../types.ts';

/** The era of the handshake. */
const handshakes = { from: '2024-11-05', until: '2025-11-25' } as const;
const negotiation = 'basic/lifecycle#version-negotiation';

/** "Both parties SHOULD" became "MUST" with 2025-06-18 (its changelog: "Change SHOULD to MUST in Lifecycle Operation"). */
const respectLevels = [
  { suffix: '', level: 'MUST', revisions: { from: '2025-06-18', until: '2025-11-25' } },
  { suffix: '-advised', level: 'SHOULD', revisions: { from: '2024-11-05', until: '2025-03-26' } },
] as const;

/** To use only what was negotiated, at the level of each revision. */
function negotiatedOnly(
  id: string,
  rule: 'capability.client-undeclared' | 'capability.server-undeclared',
  words: { readonly title: string; readonly remedy: string },
): readonly Check[] {
  return respectLevels.map(({ suffix, ...level }) =>
    defineCheck({
      id: `${id}${suffix}`,
      ...level,
      spec: 'basic/lifecycle#operation',
      ...words,
      findings: { rules: [rule], exercised: ['initialize'] },
    }),
  );
}

export default [
  defineCheck({
    id: 'lifecycle.initialize.result',
    level: 'MUST',
    revisions: handshakes,
    spec: 'basic/lifecycle#initialization',
    title: 'initialize answers with protocolVersion, capabilities and serverInfo, each of its type',
    remedy: 'Answer initialize with all three members; serverInfo needs name and version.',
    findings: { rules: ['schema.initialize'], exercised: ['initialize'] },
  }),
  defineCheck({
    id: 'lifecycle.version.supported-is-kept',
    level: 'MUST',
    revisions: handshakes,
    spec: negotiation,
    title: 'a client that asks for a revision which the server speaks gets that revision',
    remedy: 'Answer initialize with the protocolVersion of the request when it is one of yours.',
    run: async (context) => {
      if (gotWhatItAsked(context)) return pass();
      const { exchange, version } = await initializeWith(context, context.revision);
      if (version === context.revision) return pass();
      return fail(`${context.revision} was asked for, ${JSON.stringify(version)} came`, evidenceOf(exchange));
    },
  }),
  defineCheck({
    id: 'lifecycle.version.unknown-is-not-echoed',
    level: 'MUST',
    revisions: handshakes,
    spec: negotiation,
    title: 'a client that asks for an unknown revision gets another one, which the server speaks',
    remedy:
      'Compare the requested protocolVersion with your list; answer with your newest when it is not there.',
    run: judgeUnknownVersion,
  }),
  defineCheck({
    id: 'lifecycle.messages-before-initialized',
    level: 'SHOULD',
    revisions: handshakes,
    spec: 'basic/lifecycle#initialization',
    title: 'the server sends nothing but pings and log messages before the client has sent initialized',
    remedy: 'Wait for notifications/initialized before sending requests or list_changed notifications.',
    findings: {
      rules: ['lifecycle.early-request', 'lifecycle.early-notification'],
      exercised: ['initialize'],
    },
  }),
  ...negotiatedOnly('lifecycle.client-capabilities', 'capability.client-undeclared', {
    title: 'the server uses no feature of the client that the client did not declare',
    remedy: 'Look at the capabilities of initialize before sending roots, sampling or elicitation requests.',
  }),
  ...negotiatedOnly('lifecycle.server-capabilities', 'capability.server-undeclared', {
    title: 'the server sends no notification of a feature that it did not declare',
    remedy: 'Declare the capability (for example tools.listChanged), or do not send the notification.',
  }),
  defineCheck({
    id: 'ping.empty-answer',
    level: 'MUST',
    revisions: handshakes,
    spec: 'basic/utilities/ping',
    title: 'ping is answered with an empty result',
    remedy: 'Answer ping with {"result": {}}.',
    run: async ({ session, signal }) => {
      const exchange = await session.exchange('ping', undefined, { signal });
      const { result } = exchange;
      const members = typeof result === 'object' && result !== null ? Object.keys(result) : undefined;
      if (members !== undefined && members.every((name) => name === '_meta')) return pass();
      return fail(
        exchange.error === undefined ? 'the result of ping is not empty' : 'ping is answered with an error',
        evidenceOf(exchange),
      );
    },
  }),
];

/** The shared session speaks what it asked for: a server need not be started again to show that. */
function gotWhatItAsked({ session, revision }: CheckContext): boolean {
  return session.frames.some(
    ({ direction, text }) =>
      direction === 'sent' &&
      text.includes('"method":"initialize"') &&
      text.includes(`"protocolVersion":"${revision}"`),
  );
}

async function initializeWith({ open, signal, revision }: CheckContext, protocolVersion: string) {
  const session = await open({ handshake: false, protocolVersion: revision as never });
  const exchange = await session.exchange(
    'initialize',
    {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: 'mcp-test-harness-compliance', version: '1.0.0' },
    },
    { signal },
  );
  const { result } = exchange;
  const version =
    typeof result === 'object' && result !== null && 'protocolVersion' in result
      ? result.protocolVersion
      : undefined;
  return { exchange, version };
}

async function judgeUnknownVersion(context: CheckContext): Promise<Verdict> {
  const { exchange, version } = await initializeWith(context, '1999-01-01');
  // The specification's own example answers with -32602 and the versions that are supported.
  if (exchange.error !== undefined) {
    if (exchange.error.code === -32602) return pass();
    return fail(`an unknown revision is answered with error ${exchange.error.code}`, evidenceOf(exchange));
  }
  if (typeof version === 'string' && version !== '1999-01-01') return pass();
  return fail(
    version === '1999-01-01'
      ? 'the server claims to speak 1999-01-01'
      : 'the answer names no protocolVersion',
    evidenceOf(exchange),
  );
}
