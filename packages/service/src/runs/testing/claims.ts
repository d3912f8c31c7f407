import { randomUUID } from 'node:crypto';
import type { Claim } from '../../store/index.ts';
import type { RunRequest } from '../define.ts';

/** A claim as a worker has it. */
export function claimOf(request: RunRequest | object): Claim {
  const id = randomUUID();
  return {
    owner: 'this test',
    attempt: 1,
    run: {
      id,
      key: id,
      kind: 'test',
      suite: undefined,
      server: undefined,
      request: request as never,
      scheduleId: undefined,
      dueAt: undefined,
      overlapKey: undefined,
      availableAt: 0,
      priority: 0,
      crashLimit: 3,
      requestedBy: undefined,
      state: 'running',
      attempt: 1,
      crashes: 0,
      owner: 'this test',
      leaseUntil: undefined,
      cancelRequested: false,
      createdAt: 0,
      startedAt: 0,
      endedAt: undefined,
      verdict: undefined,
      reportPath: undefined,
      error: undefined,
    },
  };
}
