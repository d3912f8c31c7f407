import type { Endpoint } from './endpoint.ts';
import { contentTypes, writeExposition, type Family, type Sample } from './exposition.ts';
import type { LastRun, LastRunSuite } from './last-run.ts';

/** What a push replaces as a whole: everything of this job and instance. */
export interface PushGroup {
  readonly job: string;
  readonly instance: string;
}

/**
 * Puts a run that is over in the place of what was pushed of the one before.
 * @throws HarnessError TARGET_UNREACHABLE
 */
export async function pushLastRun(
  gateway: Endpoint,
  group: PushGroup,
  run: LastRun,
  signal?: AbortSignal,
): Promise<void> {
  await gateway.send(groupPath(group), {
    method: 'PUT',
    contentType: contentTypes.text,
    body: writeExposition(lastRunFamilies(run), 'text'),
    signal,
  });
}

/** Removes what was pushed; a gateway forgets nothing by itself. @throws HarnessError TARGET_UNREACHABLE */
export async function deletePushed(gateway: Endpoint, group: PushGroup, signal?: AbortSignal): Promise<void> {
  await gateway.send(groupPath(group), { method: 'DELETE', signal });
}

/**
 * Under names of their own, and gauges all of them: a gateway shows the last value for ever. A counter would be summed as
 * if the run went on, and a rate under the service's name would keep its alerts firing until somebody runs again.
 */
function lastRunFamilies({ suites, endedAt, durationMs }: LastRun): readonly Family[] {
  const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
    name: `mcp_test_last_run_${name}`,
    help,
    type: 'gauge',
    samples,
  });
  const ofSuites = (value: (suite: LastRunSuite) => number | undefined): readonly Sample[] =>
    suites.flatMap((suite) => {
      const one = value(suite);
      return one === undefined ? [] : [{ labels: labelsOf(suite), value: one }];
    });
  const share = (part: (suite: LastRunSuite) => number) =>
    ofSuites((suite) => {
      const executed = suite.passed + suite.failed + suite.errored;
      return executed === 0 ? undefined : part(suite) / executed;
    });
  return [
    gauge(
      'tests',
      'Tests of the last run, by how they ended.',
      suites.flatMap((suite) =>
        (['passed', 'failed', 'errored', 'skipped'] as const).map((status) => ({
          labels: { ...labelsOf(suite), status },
          value: suite[status],
        })),
      ),
    ),
    gauge(
      'success_ratio',
      'Passed tests by executed ones.',
      share(({ passed }) => passed),
    ),
    gauge(
      'error_ratio',
      'Tests without a verdict by executed ones.',
      share(({ errored }) => errored),
    ),
    gauge(
      'response_time_p95_seconds',
      '95th percentile of the response times.',
      ofSuites(({ p95Ms }) => (p95Ms === undefined ? undefined : p95Ms / 1000)),
    ),
    gauge('duration_seconds', 'How long the run took.', [{ labels: {}, value: durationMs / 1000 }]),
    gauge(
      'timestamp_seconds',
      'When the run ended, since 1970.',
      ofSuites(() => endedAt / 1000),
    ),
  ];
}

function labelsOf({ server, suite }: LastRunSuite) {
  return { server, suite };
}

/** The path of a group; a value that a path cannot hold is written in base64. */
export function groupPath({ job, instance }: PushGroup): string {
  return `/metrics${segment('job', job)}${segment('instance', instance)}`;
}

function segment(name: string, value: string): string {
  // An empty value is told by one `=`, so that no segment is empty. `.` and `..` would be resolved away.
  if (value === '') return `/${name}@base64/=`;
  if (value.includes('/') || /^\.{1,2}$/.test(value))
    return `/${name}@base64/${Buffer.from(value).toString('base64url')}`;
  return `/${name}/${encodeURIComponent(value)}`;
}
