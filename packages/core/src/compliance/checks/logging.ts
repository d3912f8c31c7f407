import { logLevels } from '../../protocol/log-levels.ts';
import { defineCheck, pass } from '../define.ts';
import { setLevels } from './log-levels.ts';
import { judgeEmptyResult, judgeError } from './verdicts.ts';

/** The era in which a level is set for the session. */
const handshakes = { from: '2024-11-05', until: '2025-11-25' } as const;
const needs = { capabilities: ['logging'] } as const;

export default [
  defineCheck({
    id: 'logging.set-level.result',
    level: 'MUST',
    revisions: handshakes,
    needs,
    spec: 'server/utilities/logging#setting-log-level',
    title: 'logging/setLevel is answered with an empty result for each of the eight levels',
    remedy: 'Take all levels of RFC 5424, from debug to emergency, and answer {"result": {}}.',
    run: async (context) => {
      const { accepted } = await setLevels(context);
      for (const [index, exchange] of accepted.entries()) {
        const verdict = judgeEmptyResult(exchange, `logging/setLevel with ${logLevels[index]}`);
        if (verdict.status !== 'passed') return verdict;
      }
      return pass();
    },
  }),
  defineCheck({
    id: 'logging.set-level.invalid',
    level: 'SHOULD',
    revisions: handshakes,
    needs,
    spec: 'server/utilities/logging#error-handling',
    title: 'a level that does not exist is answered with the error -32602',
    remedy: 'Compare the level with the eight of RFC 5424 before it is set.',
    run: async (context) => {
      const { refused } = await setLevels(context);
      return judgeError(refused, -32602, 'an unknown log level');
    },
  }),
  defineCheck({
    id: 'logging.below-level',
    level: 'SHOULD',
    revisions: handshakes,
    needs,
    spec: 'server/utilities/logging#setting-log-level',
    title: 'no log message comes that is below the level set',
    remedy: 'Keep the level of logging/setLevel for the session, and drop what is less severe.',
    findings: { rules: ['logging.below-level'], exercised: ['logging/setLevel'] },
  }),
  defineCheck({
    id: 'logging.messages',
    level: 'MUST',
    revisions: { from: '2024-11-05' },
    needs,
    spec: 'server/utilities/logging#log-message-notifications',
    title: 'every log message has data and one of the eight levels',
    remedy: 'Send {"level", "data"}: level is one of RFC 5424 in full, in lower case; logger is a string.',
    findings: { rules: ['schema.notifications/message'], exercised: ['logging/setLevel', 'server/discover'] },
  }),
];
