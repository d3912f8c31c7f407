import { asStoreError, findFaults } from './sqlite-faults.ts';

/**
 * What is wrong with a database file that nobody uses, such as a backup; empty when it is sound. The file is only read:
 * no journal comes to lie beside it.
 */
export async function checkSqliteFile(file: string): Promise<readonly string[]> {
  const { DatabaseSync } = await import('node:sqlite');
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const [row] = database
      .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name = 'schema_migrations'")
      .all() as { count: number }[];
    return row?.count === 1
      ? findFaults(database, file)
      : [`${file} is no store: it has no schema_migrations`];
  } catch (error) {
    return [asStoreError(error, file).message];
  } finally {
    database?.close();
  }
}
