/** What the service remembers, in SQLite or PostgreSQL. */
export { finalStates, resultLimitBytes } from './define.ts';
export type * from './define.ts';
export { checkSqliteFile } from './check-sqlite-file.ts';
export { isPostgresStore, openStore } from './open.ts';
export type { StoreSettings } from './open.ts';
export type { PostgresSettings, PostgresStore, PostgresTransaction } from './postgres.ts';
export type { SqliteSettings } from './sqlite.ts';
