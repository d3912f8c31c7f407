import { parseSchedule, type ScheduledJob } from '../scheduler/index.ts';
import type { RunRequest } from '../runs/define.ts';
import type { ServiceSettings } from '../settings/define.ts';
import type { JsonValue } from '../store/index.ts';

/**
 * What the schedules of the configuration start: each suite is a job of its own, so that one that takes long or is handed
 * back keeps no other from running.
 * @throws HarnessError CONFIG_INVALID for a schedule that cannot be read
 */
export function jobsOf({ schedules, plan }: ServiceSettings): readonly ScheduledJob[] {
  const everything = plan.suites.map(({ name }) => name);
  return schedules.flatMap(({ kind, suites, ...timing }) =>
    (suites.length === 0 ? everything : suites).map((suite): ScheduledJob => {
      const request: RunRequest = { kind, suites: [suite] };
      return {
        schedule: parseSchedule({ ...timing, id: `${timing.id}/${suite}` }),
        work: {
          kind,
          suite,
          request: request as unknown as JsonValue,
          requestedBy: `schedule ${timing.id}`,
        },
      };
    }),
  );
}
