import { createHash } from 'node:crypto';

/** One step from one shape of the store to the next. Once released it is never edited: a further one follows it. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly id: number;
  readonly name: string;
  /** In the SQL that SQLite and PostgreSQL share. */
  readonly statements: readonly string[];
}

export function defineMigration(migration: Migration): Migration {
  return migration;
}

/** Tells whether a step that was taken is the one that is known; white space does not count. */
export function checksumOf(migration: Migration): string {
  const text = migration.statements.map((statement) => statement.replace(/\s+/g, ' ').trim()).join(';\n');
  return createHash('sha256').update(text).digest('hex');
}
