/** When runs are due, and that they are enqueued then. */
export type * from './define.ts';
export { dueBetween, planDue } from './due.ts';
export type { DuePlan } from './due.ts';
export { parseSchedule } from './parse.ts';
export { startScheduler } from './scheduler.ts';
export type {
  ScheduledJob,
  ScheduledWork,
  Scheduler,
  SchedulerEvent,
  SchedulerSettings,
} from './scheduler.ts';
