import { HarnessError } from '@mcp-test-harness/core/errors';
import { execute, query, type Operation } from '../operation.ts';
import { checksumOf, type Migration } from './define.ts';
import { migrations as ours } from './index.ts';

export interface MigrationSettings {
  readonly migrations?: readonly Migration[] | undefined;
  /**
   * Commands beside the service `refuse` a store that is not up to date: they must not change its shape under an older
   * service that runs. `apply` when absent.
   */
  readonly schemaChanges?: 'apply' | 'refuse' | undefined;
}

/**
 * Brings a store to the newest shape that this version knows. Runs in one transaction, behind the database's lock: of
 * two replicas that start at once the second finds the work done. Returns the steps taken.
 */
export function* migrate(
  now: number,
  { migrations: known = ours, schemaChanges = 'apply' }: MigrationSettings,
): Operation<readonly Migration[]> {
  yield* execute(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
      id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL
    )`,
  );
  const taken = yield* query('SELECT id, name, checksum FROM schema_migrations ORDER BY id');
  for (const [index, row] of taken.entries()) {
    const expected = known[index];
    if (expected === undefined) throw newerThanUs(Number(taken.at(-1)?.['id']), known.length);
    if (expected.id !== Number(row['id']) || checksumOf(expected) !== row['checksum'])
      throw differentHistory(Number(row['id']), String(row['name']));
  }
  const pending = known.slice(taken.length);
  if (pending.length > 0 && schemaChanges === 'refuse') throw olderThanUs(taken.length, known.length);
  for (const migration of pending) {
    for (const statement of migration.statements) yield* execute(statement);
    yield* execute(
      'INSERT INTO schema_migrations (id, name, checksum, applied_at) VALUES (?, ?, ?, ?)',
      migration.id,
      migration.name,
      checksumOf(migration),
      now,
    );
  }
  return pending;
}

function olderThanUs(found: number, known: number): HarnessError {
  return new HarnessError({
    code: 'CONFIG_NOT_SUPPORTED',
    message: `the store has schema version ${found}, this command knows ${known}`,
    hint: 'Start the service of this version first: it brings the store up to date.',
    details: { found, known },
  });
}

function newerThanUs(found: number, known: number): HarnessError {
  return new HarnessError({
    code: 'CONFIG_NOT_SUPPORTED',
    message: `the store has schema version ${found}, this version of the service knows ${known}`,
    hint: 'Run the version of the service that last used this store, or a newer one. To go back, restore a backup.',
    details: { found, known },
  });
}

function differentHistory(id: number, name: string): HarnessError {
  return new HarnessError({
    code: 'CONFIG_NOT_SUPPORTED',
    message: `migration ${id} (${name}) of the store is not the one that this version of the service knows`,
    hint: 'The store was made by another build. Use that build, or restore a backup made by this one.',
    details: { id, name },
  });
}
