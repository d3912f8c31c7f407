import type { Plan, PlannedSuite, PlannedTest } from '../plan/types.ts';

/** A test that is to be measured, or the reason why it is not. */
export interface Benchmark {
  readonly test: PlannedTest;
  readonly suite: PlannedSuite;
  readonly skipReason: string | undefined;
}

/** The tests of a plan as benchmarks, in its order. */
export function chooseBenchmarks({ suites }: Plan): readonly Benchmark[] {
  return suites.flatMap((suite) =>
    suite.tests.map((test) => ({ test, suite, skipReason: skipReason(test, suite) })),
  );
}

function skipReason(test: PlannedTest, suite: PlannedSuite): string | undefined {
  if (suite.skipReason !== undefined) return suite.skipReason;
  if (test.skipReason !== undefined) return test.skipReason;
  if (test.steps.some(({ action }) => action.kind === 'tool' || action.kind === 'request')) return undefined;
  return 'it sends no request whose answer could be timed';
}
