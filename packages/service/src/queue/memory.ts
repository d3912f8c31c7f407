import type { Claim, Store } from '../store/index.ts';
import type { RunQueue } from './define.ts';
import { WorkSignal } from './work-signal.ts';

/** The queue without a further part: workers ask the store, and those of this process are woken when there is work. */
export function createMemoryQueue(store: Store): RunQueue {
  const signal = new WorkSignal();
  const { runs } = store;
  /** The next run of the same overlap key may start now. */
  const announceNext = ({ run }: Claim): void => {
    if (run.overlapKey !== undefined) signal.announce();
  };
  return {
    kind: 'memory',
    enqueue: async (run) => {
      const answer = await runs.enqueue(run);
      if (answer.created) signal.announce();
      return answer;
    },
    enqueueDue: async (batch) => {
      const answer = await store.schedules.enqueueDue(batch);
      if (answer !== undefined && answer.enqueued.length > 0) signal.announce();
      return answer;
    },
    claim: (by) => runs.claim(by),
    renew: (claim, leaseMs) => runs.renew(claim, leaseMs),
    finish: async (...args) => {
      const stored = await runs.finish(...args);
      announceNext(args[0]);
      return stored;
    },
    fail: async (...args) => {
      const stored = await runs.fail(...args);
      announceNext(args[0]);
      return stored;
    },
    handBack: (claim) => runs.handBack(claim),
    recover: async () => {
      const recovered = await runs.recover();
      if (recovered.requeued.length > 0) signal.announce();
      return recovered;
    },
    depth: () => runs.depth(),
    onWork: signal.onWork,
    close: async () => undefined,
  };
}
