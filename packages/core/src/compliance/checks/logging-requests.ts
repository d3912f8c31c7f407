import { isHarnessError } from '../../errors.ts';
import { severityOfLog } from '../../protocol/log-levels.ts';
import type { Exchange, ServerMessage } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, pass } from '../define.ts';
import { evidenceOf, type Check } from '../types.ts';
import { oncePerSession } from './asked.ts';
import { askByHand, judgeRefusal } from './by-hand.ts';
import { statelessRevisions as revisions } from './era.ts';

const needs = { capabilities: ['logging'] } as const;
const logLevel = 'io.modelcontextprotocol/logLevel';
const asked = 'error';
/** Resources that are read. */
const mostReads = 3;

/** Log messages of the stateless era, which each request asks for or does not. */
export default [
  defineCheck({
    id: 'logging.requested-only',
    level: 'MUST',
    revisions,
    spec: 'server/utilities/logging#per-request-log-level',
    title: 'no log message comes for a request that asked for none',
    remedy: `Send notifications/message only for requests with _meta["${logLevel}"].`,
    findings: { rules: ['logging.not-requested'], exercised: ['server/discover'] },
  }),
  defineCheck({
    id: 'logging.request-level',
    level: 'SHOULD',
    revisions,
    spec: 'server/utilities/logging#per-request-log-level',
    title: 'no log message comes that is below the level that its request asked for',
    remedy: `Compare the level of each message with _meta["${logLevel}"] of the request that it belongs to.`,
    run: async (context) => {
      // Asked for in any case: who sends log messages has to declare logging.
      const exchanges = await readWithLogs(context);
      if (context.capabilities['logging'] === undefined)
        return notApplicable('the server does not declare logging');
      for (const exchange of exchanges) {
        const below = exchange.notifications.find(isBelow);
        if (below === undefined) continue;
        return fail(`${exchange.method} asked for ${asked}, and a message of a lower level came`, {
          ...evidenceOf(exchange),
          received: JSON.stringify(below),
        });
      }
      return pass();
    },
  }),
  defineCheck({
    id: 'logging.request-level.invalid',
    level: 'SHOULD',
    revisions,
    needs,
    spec: 'server/utilities/logging#error-handling',
    title: 'a request with a log level that does not exist is answered with the error -32602',
    remedy: 'Compare the level with the eight of RFC 5424.',
    run: async (context) =>
      judgeRefusal(
        await askByHand(context, {
          method: 'server/discover',
          meta: { [logLevel]: 'harness-no-such-level' },
        }),
        -32602,
        'an unknown log level',
      ),
  }),
] satisfies readonly Check[];

/** Less severe than what was asked for; what is no level is judged elsewhere. */
function isBelow({ method, params }: ServerMessage): boolean {
  const severity = severityOfLog(params?.['level']);
  return method === 'notifications/message' && severity >= 0 && severity < severityOfLog(asked);
}

/** Lists and reads, on a session of its own: on the shared one nobody asks for log messages. */
const readWithLogs = oncePerSession(async (context): Promise<readonly Exchange[]> => {
  const { open, signal, capabilities } = context;
  const session = await open();
  const lists = ['tools', 'resources', 'prompts'].filter((name) => capabilities[name] !== undefined);
  const resources = await context.resources().catch(() => []);
  const uris = resources.map(({ uri }) => uri).filter((uri) => typeof uri === 'string');
  const requests = [
    ...lists.map((name) => ({ method: `${name}/list`, params: {} })),
    ...uris.slice(0, mostReads).map((uri) => ({ method: 'resources/read', params: { uri } })),
  ];
  const exchanges: Exchange[] = [];
  for (const level of ['debug', asked]) {
    for (const { method, params } of requests) {
      try {
        const exchange = await session.exchange(method, params, { signal, meta: { [logLevel]: level } });
        if (level === asked) exchanges.push(exchange);
      } catch (error) {
        // That these fail is for others to judge.
        if (!isHarnessError(error) || error.code === 'CANCELLED') throw error;
      }
    }
  }
  return exchanges;
});
