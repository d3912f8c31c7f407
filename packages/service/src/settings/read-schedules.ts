import type { LoadedConfig } from '@mcp-test-harness/core';
import { durationMs, frameAt } from '@mcp-test-harness/core/config';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { parseSchedule } from '../scheduler/index.ts';
import type { ServiceSchedule } from './define.ts';

type ScheduleConfig = LoadedConfig['config']['schedules'][number];

/** Those that are enabled; what is wrong with any of them is added to `errors`, with its place. */
export function readSchedules(loaded: LoadedConfig, errors: HarnessError[]): readonly ServiceSchedule[] {
  const { schedules, service } = loaded.config;
  return schedules.flatMap((schedule, index) => {
    const settings = readSchedule(schedule, service.timezone);
    try {
      parseSchedule(settings);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      errors.push(
        placed(error, loaded, ['schedules', index, schedule.cron === undefined ? 'every' : 'cron']),
      );
    }
    return schedule.enabled ? [settings] : [];
  });
}

function readSchedule(schedule: ScheduleConfig, timezone: string): ServiceSchedule {
  const { name, kind, suites, cron, every, jitter, overlap, catch_up: policy } = schedule;
  return {
    id: name,
    kind,
    suites,
    cron,
    timezone: cron === undefined ? undefined : (schedule.timezone ?? timezone),
    everyMs: every === undefined ? undefined : durationMs(every),
    jitterMs: durationMs(jitter),
    overlap,
    catchUp: policy === 'all' ? { policy, limit: schedule.catch_up_limit } : { policy },
  };
}

/** The same error, pointing at the file. */
function placed(
  { code, message, hint, cause }: HarnessError,
  loaded: LoadedConfig,
  path: readonly (string | number)[],
): HarnessError {
  const location = loaded.locate(path);
  return new HarnessError({
    code,
    message,
    hint,
    cause,
    location,
    frame: location === undefined ? undefined : frameAt(location),
  });
}
