/** How runs come to workers, and what workers do. */
export type { RunQueue } from './define.ts';
export { createMemoryQueue } from './memory.ts';
export { openQueue } from './open.ts';
export { openPgBossQueue } from './pg-boss.ts';
export type { PgBossSettings } from './pg-boss.ts';
export { startWorker } from './worker.ts';
export type { StopReason, Worker, WorkerEvent, WorkerSettings } from './worker.ts';
