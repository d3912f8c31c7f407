/** A request for every route of the API that is answered with success when it is allowed. */
import { openBaseline } from '../operations/baselines.ts';
import { finishRun, makeBaselines, type TestService } from './service.ts';

export interface Sample {
  readonly path: string;
  readonly body?: object;
}

/** Prepares what the samples ask for, and makes one for each route; each call of one is a request of its own. */
export async function makeSamples(
  service: TestService,
): Promise<Readonly<Record<string, () => Promise<Sample> | Sample>>> {
  const { context } = service;
  const runId = await finishRun(service, 'core');
  await makeBaselines(service);
  const { store } = await openBaseline(context, 'core');
  // So that there is an earlier version to go back to.
  await store.change('core', (current) => {
    const run = current?.history[1];
    const at = new Date(service.now).toISOString();
    return run === undefined ? undefined : { event: 'approved', run, at, by: 'somebody' };
  });
  let waiting = 0;
  return {
    'GET /openapi.json': () => ({ path: '/openapi.json' }),
    'GET /runs': () => ({ path: '/runs' }),
    'POST /runs': () => ({ path: '/runs', body: { suites: ['core'] } }),
    'GET /runs/{id}': () => ({ path: `/runs/${runId}` }),
    'POST /runs/{id}/cancel': async () => {
      waiting += 1;
      const { run } = await service.store.runs.enqueue({
        key: `waiting ${waiting}`,
        kind: 'test',
        request: {},
      });
      return { path: `/runs/${run.id}/cancel` };
    },
    'GET /runs/{id}/reports/{name}': () => ({ path: `/runs/${runId}/reports/report.html` }),
    'GET /reports/{period}': () => ({ path: '/reports/daily' }),
    'GET /reports/{period}/{name}': () => ({ path: '/reports/daily/2026-11-25.html' }),
    'GET /suites': () => ({ path: '/suites' }),
    'GET /servers': () => ({ path: '/servers' }),
    'GET /schedules': () => ({ path: '/schedules' }),
    'GET /baselines': () => ({ path: '/baselines' }),
    'GET /baselines/{suite}': () => ({ path: '/baselines/core' }),
    'GET /baselines/{suite}/history': () => ({ path: '/baselines/core/history' }),
    'POST /baselines/{suite}/approve': async () => {
      const { baseline } = await openBaseline(context, 'core');
      const other = baseline.history.find(({ id }) => id !== baseline.approved.run.id);
      return {
        path: '/baselines/core/approve',
        body: { run: other?.id, reason: 'is meant', force: true },
      };
    },
    'POST /baselines/{suite}/rollback': async () => {
      const [version] = await store.versions('core');
      return { path: '/baselines/core/rollback', body: { version: version?.number, reason: 'was a slip' } };
    },
    'GET /config': () => ({ path: '/config' }),
    'POST /config/reload': () => ({ path: '/config/reload' }),
    'GET /audit': () => ({ path: '/audit' }),
    'GET /audit/verify': () => ({ path: '/audit/verify' }),
    'GET /stats': () => ({ path: '/stats' }),
  };
}
