import { expect, it } from 'vitest';
import { describeFault, type ServiceFault } from './fault.ts';

const fault: ServiceFault = {
  service: 'cache',
  what: 'restore the baseline',
  reason: 'unavailable',
  message: 'internal error',
  status: 500,
  attempts: 3,
};

it.each<[Partial<ServiceFault>, string]>([
  [{}, 'Could not restore the baseline after 3 attempts: the cache service answered 500: internal error'],
  [
    { reason: 'denied', service: 'api', attempts: 1, permissions: 'pull_requests=write', message: 'no' },
    'Could not restore the baseline: the token may not do that (needed: pull_requests=write): no',
  ],
  [
    { reason: 'timeout', service: 'artifacts', attempts: 1, message: 'no answer in 10 s' },
    'Could not restore the baseline: the artifact service did not answer in time: no answer in 10 s',
  ],
  [
    { reason: 'skipped', attempts: 0, message: 'the restore before it still hangs' },
    'Could not restore the baseline: it was not tried: the restore before it still hangs',
  ],
  [
    { reason: 'hostile', attempts: 1, message: 'it is refused: a bomb' },
    'Could not restore the baseline: it is refused: a bomb',
  ],
  [
    { reason: 'unreachable', message: '' },
    'Could not restore the baseline after 3 attempts: the cache service could not be reached.',
  ],
])('a fault is told in a sentence: %j', (more, sentence) => {
  expect(describeFault({ ...fault, ...more })).toBe(sentence);
});
