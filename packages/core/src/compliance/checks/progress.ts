import { defineCheck, notApplicable, pass } from '../define.ts';
import { askEverything } from './asked.ts';
import { findingOf } from './verdicts.ts';

const always = { from: '2024-11-05' } as const;
const anything = ['initialize', 'server/discover'];

export default [
  defineCheck({
    id: 'progress.increases',
    level: 'MUST',
    revisions: always,
    spec: 'basic/utilities/progress#progress-flow',
    title: 'the progress that a server reports grows with every notification',
    remedy: 'Count what is done, not what is left; do not report the same value twice.',
    run: async (context) => {
      const { session } = context;
      await askEverything(context);
      const found = findingOf(session, 'progress.not-increasing');
      if (found !== undefined) return found;
      const reports = session.frames.some(
        ({ direction, text }) => direction === 'received' && text.includes('"notifications/progress"'),
      );
      return reports ? pass() : notApplicable('the server reported no progress of what was asked');
    },
  }),
  defineCheck({
    id: 'progress.known-token',
    level: 'MUST',
    revisions: always,
    spec: 'basic/utilities/progress#behavior-requirements',
    title: 'progress is reported only for tokens that a request gave',
    remedy: 'Copy _meta.progressToken of the request as it came; without one, report nothing.',
    findings: { rules: ['progress.unknown-token', 'schema.notifications/progress'], exercised: anything },
  }),
  defineCheck({
    id: 'progress.ends-with-the-answer',
    level: 'MUST',
    revisions: always,
    spec: 'basic/utilities/progress#implementation-notes',
    title: 'no progress is reported for a request that has been answered',
    remedy: 'Stop reporting before the answer is sent, and wait for reports that are under way.',
    findings: { rules: ['progress.after-completion'], exercised: anything },
  }),
];
