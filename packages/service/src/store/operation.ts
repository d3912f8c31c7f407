/**
 * Operations on the store are generators of SQL statements. SQLite's driver runs one to its end without giving way, so
 * that no other statement of the process comes between; PostgreSQL's awaits each. The SQL is written once, in what
 * both understand, with `?` for values.
 */
export type SqlValue = string | number | null;

export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
  /** Whether rows come back; else only how many were changed. */
  readonly returnsRows: boolean;
}

export interface Answer {
  readonly rows: readonly Row[];
  readonly changes: number;
}

export type Operation<T> = Generator<Statement, T, Answer>;

/** Carries operations out, each in one transaction that begins at an instant. */
export interface Driver {
  readonly kind: string;
  readonly read: <T>(operation: (now: number) => Operation<T>) => Promise<T>;
  readonly write: <T>(operation: (now: number) => Operation<T>) => Promise<T>;
  /** Asks the database once: whoever wants to know whether it answers does not want to wait until it does. */
  readonly ping: () => Promise<void>;
  /** The store's clock. */
  readonly now: () => Promise<number>;
  /** Faults that only this database knows of. */
  readonly checkIntegrity: () => Promise<readonly string[]>;
  readonly backup?: (file: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function* query(text: string, ...values: readonly SqlValue[]): Operation<readonly Row[]> {
  const answer = yield { text, values, returnsRows: true };
  return answer.rows;
}

export function* queryFirst(text: string, ...values: readonly SqlValue[]): Operation<Row | undefined> {
  const rows = yield* query(text, ...values);
  return rows[0];
}

/** Returns how many rows were changed. */
export function* execute(text: string, ...values: readonly SqlValue[]): Operation<number> {
  const answer = yield { text, values, returnsRows: false };
  return answer.changes;
}

/** `?, ?, ?` */
export function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

/** A column that may be NULL, as text. */
export function textOf(value: SqlValue | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

/** A column that may be NULL, as a number. */
export function numberOf(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
