import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Store } from './define.ts';
import type { PostgresSettings, PostgresStore } from './postgres.ts';
import type { SqliteSettings } from './sqlite.ts';

/** A file for one process, or the URL of a database for several replicas. */
export type StoreSettings = SqliteSettings | PostgresSettings;

/** Opens the store that the settings name; the database's client is loaded only then. */
export async function openStore(settings: PostgresSettings): Promise<PostgresStore>;
export async function openStore(settings: StoreSettings): Promise<Store>;
export async function openStore(settings: StoreSettings): Promise<Store> {
  if ('file' in settings) return (await import('./sqlite.ts')).openSqliteStore(settings);
  if (!/^postgres(ql)?:\/\//.test(settings.url))
    // The URL may hold a password: it is not shown.
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: 'the URL of the store does not begin with postgres:// or postgresql://',
      hint: 'Set DATABASE_URL like postgres://user:password@host:5432/database, or leave it out for SQLite.',
    });
  return (await import('./postgres.ts')).openPostgresStore(settings);
}

/** Whether several replicas may share the store, and more than its own operations take part in its transactions. */
export function isPostgresStore(store: Store): store is PostgresStore {
  return store.kind === 'postgres';
}
