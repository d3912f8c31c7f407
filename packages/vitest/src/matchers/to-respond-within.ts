import { HarnessError } from '@mcp-test-harness/core/errors';
import { toMatcherResult, type MatcherResult, type MatcherState } from './matcher.ts';
import { readSuccess } from './read-answer.ts';
import type { RespondWithinOptions } from './types.ts';

const matcher = 'toRespondWithin';

export async function toRespondWithin(
  this: MatcherState,
  received: unknown,
  limitMs: number,
  options: RespondWithinOptions = {},
): Promise<MatcherResult> {
  const { calls = 1, warmup = 0, percentile } = options;
  if (typeof received !== 'function') {
    if (Object.values(options).some((value) => value !== undefined)) throw needsFunction();
    return judge([await measure(received)], limitMs, undefined);
  }
  await refuseFewCalls(calls, percentile);
  const durationsMs: number[] = [];
  for (let call = -warmup; call < calls; call += 1) {
    const durationMs = await measure((received as () => unknown)());
    if (call >= 0) durationsMs.push(durationMs);
  }
  return judge(durationsMs, limitMs, percentile);
}

async function measure(received: unknown): Promise<number> {
  const { exchange } = await readSuccess(received, matcher);
  if (exchange !== undefined) return exchange.durationMs;
  throw new HarnessError({
    code: 'USAGE',
    message: `${matcher} needs an answer as the session gave it; of a value made from it no time is known.`,
  });
}

/** In the words that suites have for `performance`. */
async function judge(
  durationsMs: readonly number[],
  limitMs: number,
  percentile: number | undefined,
): Promise<MatcherResult> {
  const { checkPerformance } = await import('@mcp-test-harness/core/runner');
  const limits =
    percentile === undefined
      ? { max_execution_time_ms: limitMs }
      : { percentiles: { [`p${percentile}`]: limitMs } };
  const failures = checkPerformance(limits, { durationsMs, elapsedMs: 0, peakMemoryBytes: undefined });
  const which = percentile === undefined ? 'an answer' : `p${percentile}`;
  const slowestMs = Math.round(Math.max(...durationsMs) * 100) / 100;
  const times = durationsMs.length === 1 ? `it took` : `the slowest of ${durationsMs.length} took`;
  return toMatcherResult({
    pass: failures.length === 0,
    failed: failures.map(({ message }) => message).join('\n'),
    held: `expected ${which} to take longer than ${limitMs} ms, but ${times} ${slowestMs} ms`,
  });
}

/** Before any call is made: a percentile of too few calls would be no verdict, with `not` neither. */
async function refuseFewCalls(calls: number, percentile: number | undefined): Promise<void> {
  if (!Number.isInteger(calls) || calls < 1) throw usage(`calls must be a whole number from 1, not ${calls}`);
  if (percentile === undefined) return;
  if (!(percentile > 0 && percentile < 100)) {
    throw usage(`percentile must lie between 0 and 100, not ${percentile}; leave it out to judge every call`);
  }
  const { samplesNeeded } = await import('@mcp-test-harness/core/runner');
  const needed = samplesNeeded(percentile);
  if (calls < needed)
    throw usage(`p${percentile} needs ${needed} calls to be told from the slowest few, not ${calls}`);
}

function needsFunction(): HarnessError {
  return usage('calls, warmup and percentile need a function: expect(() => mcp.callTool("echo", {}))');
}

function usage(message: string): HarnessError {
  return new HarnessError({ code: 'USAGE', message: `${matcher}: ${message}` });
}
