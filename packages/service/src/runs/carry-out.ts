import type { RunKind } from '../settings/define.ts';
import type { RunCarrier } from './kinds/define.ts';

/** What each kind of run does; loaded when such a run comes. */
const kinds: Readonly<Record<RunKind, () => Promise<{ readonly default: RunCarrier }>>> = {
  test: () => import('./kinds/tests.ts'),
  benchmark: () => import('./kinds/benchmarks.ts'),
  compliance: () => import('./kinds/compliance.ts'),
};

export const carryOut: RunCarrier = async (job, port) => {
  const { default: carry } = await kinds[job.kind]();
  return await carry(job, port);
};
