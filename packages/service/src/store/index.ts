/** What the service remembers, in SQLite or PostgreSQL. */
export { finalStates, resultLimitBytes } from './define.ts';
export type * from './define.ts';
export { openStore } from './open.ts';
export type { StoreSettings } from './open.ts';
export type { PostgresStore, PostgresTransaction } from './postgres.ts';
