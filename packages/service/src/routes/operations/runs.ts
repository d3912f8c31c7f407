/** What is done with runs, whoever asks: the API or the dashboard. */
import { suggestName } from '@mcp-test-harness/core/nearest';
import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RunRequest } from '../../runs/define.ts';
import type { Run } from '../../store/index.ts';
import type { Caller } from '../access/caller.ts';
import type { ServiceContext } from '../define.ts';
import { HttpError } from '../listener/problem.ts';
import { serverOfSuites } from './suites.ts';

/** Somebody waits for it. */
const onDemandPriority = 1;

/**
 * Enqueues a run.
 * @param idempotencyKey two requests of one caller with one key are one request
 */
export async function requestRun(
  { queue, settings }: ServiceContext,
  caller: Caller,
  wanted: RunRequest,
  idempotencyKey: string = randomUUID(),
): Promise<Run> {
  const { plan } = settings();
  const suites = [...new Set(wanted.suites)];
  const known = plan.suites.map(({ name }) => name);
  const errors = wanted.suites.flatMap((suite, index) =>
    known.includes(suite)
      ? []
      : [
          {
            in: 'body' as const,
            name: `suites[${index}]`,
            detail: `there is no such suite. ${suggestName(suite, known, { what: 'suites' })}`,
          },
        ],
  );
  if (errors.length > 0) throw new HttpError(422, 'a suite is not known', { errors });
  const request = { kind: wanted.kind, suites };
  const { run } = await queue.enqueue({
    key: `api ${keyDigest(caller, idempotencyKey)}`,
    kind: wanted.kind,
    suite: suites.length === 1 ? suites[0] : undefined,
    server: serverOfSuites(plan, suites),
    request,
    priority: onDemandPriority,
    requestedBy: caller.actor.username ?? caller.actor.via,
  });
  if (!isDeepStrictEqual(run.request, request)) {
    throw new HttpError(422, 'this Idempotency-Key was used for another request', {
      hint: `It stands for the run ${run.id}. Use a new key for a new request.`,
    });
  }
  return run;
}

/** Keys are foreign text of any kind; those of one caller say nothing of another's. */
function keyDigest({ limitKey }: Caller, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([limitKey, key]))
    .digest('hex');
}

/** @throws HttpError 404, or 409 for a run that is over */
export async function cancelRun({ store }: ServiceContext, id: string): Promise<'cancelled' | 'requested'> {
  const outcome = await store.runs.cancel(id);
  if (outcome === 'unknown') throw noRun();
  if (outcome === 'over') throw new HttpError(409, 'the run is over');
  return outcome;
}

/** @throws HttpError 404 */
export async function findRun({ store }: ServiceContext, id: string): Promise<Run> {
  const run = await store.runs.get(id);
  if (run === undefined) throw noRun();
  return run;
}

function noRun(): HttpError {
  return new HttpError(404, 'there is no such run');
}

/** What a run was asked to run, as far as it says so; every suite when empty. */
export function suitesOfRun({ suite, request }: Run): readonly string[] {
  if (suite !== undefined) return [suite];
  if (typeof request !== 'object' || request === null || !('suites' in request)) return [];
  const { suites } = request;
  return Array.isArray(suites) ? suites.filter((one): one is string => typeof one === 'string') : [];
}
