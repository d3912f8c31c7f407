import { isHarnessError } from '../../errors.ts';
import type { Exchange } from '../../protocol/types.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext } from '../types.ts';
import { sampleCalls } from './tools-seen.ts';

const revisions = { from: '2024-11-05', until: '2025-11-25' } as const;
const needs = { capabilities: ['tools'] } as const;

export default [
  defineCheck({
    id: 'tools.call.progress-token',
    level: 'MUST',
    revisions,
    needs,
    spec: 'basic/utilities/progress#behavior-requirements',
    title: 'progress that is reported during a call carries the token of that call',
    remedy: 'Copy _meta.progressToken of the request, in its type; without a token send no progress.',
    run: async (context) => {
      const calls = await callsWithProgress(context);
      if (calls.length === 0) return notTestable('no call reported progress');
      const wrong = calls.find(({ exchange, reports }) =>
        reports.some(({ progressToken }) => progressToken !== exchange.id),
      );
      if (wrong === undefined) return pass();
      return fail(`${wrong.name} reported progress for another token`, {
        ...evidenceOf(wrong.exchange),
        received: JSON.stringify(wrong.reports),
      });
    },
  }),
  defineCheck({
    id: 'tools.call.progress-increases',
    level: 'MUST',
    revisions,
    needs,
    spec: 'basic/utilities/progress#progress-flow',
    title: 'progress grows from one report to the next',
    remedy: 'Report only when there is progress; count up, also when the total is unknown.',
    run: async (context) => {
      const calls = await callsWithProgress(context);
      if (calls.length === 0) return notTestable('no call reported progress');
      for (const { name, exchange, reports } of calls) {
        const values = reports
          .filter(({ progressToken }) => progressToken === exchange.id)
          .map(({ progress }) => progress);
        if (values.some((value, index) => index > 0 && !isMore(value, values[index - 1])))
          return fail(`${name} reported ${JSON.stringify(values.slice(0, 20))}`, {
            ...evidenceOf(exchange),
            received: JSON.stringify(reports),
          });
      }
      return pass();
    },
  }),
] satisfies readonly Check[];

/** The calls that reported progress, those too that were given up before their answer came. */
async function callsWithProgress(context: CheckContext) {
  return (await sampleCalls(context)).flatMap(({ name, exchange: answered, failure }) => {
    const exchange = answered ?? partialOf(failure);
    if (exchange === undefined) return [];
    const reports = exchange.notifications
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params }) => params ?? {})
      .filter(({ progressToken }) => !isEarlier(progressToken, exchange));
    return reports.length === 0 ? [] : [{ name, exchange, reports }];
  });
}

/** What had come of a call when it was given up. */
function partialOf(failure: unknown): Exchange | undefined {
  return isHarnessError(failure) ? (failure.details?.['exchange'] as Exchange | undefined) : undefined;
}

/** Of a request before, which may have been given up: late, but not for a token that nobody gave. */
function isEarlier(token: unknown, { id }: Exchange): boolean {
  return typeof token === 'number' && typeof id === 'number' && token < id;
}

/** What is no number is left to the schema. */
function isMore(value: unknown, before: unknown): boolean {
  return typeof value !== 'number' || typeof before !== 'number' || value > before;
}
