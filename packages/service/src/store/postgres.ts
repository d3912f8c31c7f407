/** The store in PostgreSQL: for several replicas of the service. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import type { Store } from './define.ts';
import { migrate, type MigrationSettings } from './migrations/migrate.ts';
import type { Answer, Driver, Operation, Row, Statement } from './operation.ts';
import { createSqlStore } from './sql-store.ts';

export interface PostgresSettings extends MigrationSettings {
  /** `postgres://user:password@host:port/database?sslmode=verify-full` */
  readonly url: string;
  /** Where its tables lie; `mcp_test_harness` when absent. */
  readonly schema?: string | undefined;
  /** Connections at most; 10 when absent. */
  readonly maxConnections?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** A statement that takes longer is ended by the server; 30 seconds when absent. */
  readonly statementTimeoutMs?: number | undefined;
  /** The clock of the database when absent, so that replicas agree. */
  readonly clock?: (() => number) | undefined;
}

export type ExecuteSql = (
  text: string,
  values?: readonly unknown[],
) => Promise<{ rows: Record<string, unknown>[] }>;

/** One transaction, for what takes part in it beside the store's own operations. */
export interface PostgresTransaction {
  /** When it began, by the store's clock. */
  readonly now: number;
  readonly perform: <T>(operation: Operation<T>) => Promise<T>;
  /** Any statement, with `$1` for values. */
  readonly executeSql: ExecuteSql;
}

export interface PostgresStore extends Store {
  readonly schema: string;
  /** Carries all of it out or nothing. It may be called again when the connection was lost before the commit. */
  transact<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T>;
  /** A statement outside of any transaction of ours. */
  readonly executeSql: ExecuteSql;
}

/** Opens the store, creates its tables when there are none, and brings them up to date. */
export async function openPostgresStore(settings: PostgresSettings): Promise<PostgresStore> {
  const { schema = 'mcp_test_harness' } = settings;
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema))
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `${JSON.stringify(schema)} is no name for a schema of the store`,
      hint: 'Use up to 41 small letters, digits and underscores.',
    });
  const pool = await openPool(settings);
  const transact = createTransact(pool, schema, settings.clock);
  const driver = createDriver(pool, transact);
  try {
    await transact(async (transaction) => {
      // A step may take long, and so may waiting for another replica that takes it.
      await transaction.executeSql('SET LOCAL statement_timeout = 0');
      // Of two replicas that start at once the second waits here; the lock goes with the transaction.
      await transaction.executeSql('SELECT pg_advisory_xact_lock(hashtext($1))', [`${schema} migrations`]);
      const { rows } = await transaction.executeSql('SELECT 1 FROM pg_namespace WHERE nspname = $1', [
        schema,
      ]);
      // Not IF NOT EXISTS: that asks for the right to create schemas even where an administrator has made ours.
      if (rows.length === 0) await transaction.executeSql(`CREATE SCHEMA "${schema}"`);
      await transaction.perform(migrate(transaction.now, settings));
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    ...createSqlStore(driver),
    schema,
    transact,
    executeSql: async (text, values = []) => pool.query(text, [...values]),
  };
}

/** The type of BIGINT columns: `pg.types.builtins.INT8`. */
const bigint = 20;

async function openPool(settings: PostgresSettings): Promise<Pool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.maxConnections ?? 10,
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
    statement_timeout: settings.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'mcp-test-harness',
    keepAlive: true,
    types: {
      // BIGINT comes as text: what we store in it are instants and counts, which fit a number.
      getTypeParser: ((oid: number, format: 'text' | 'binary') =>
        oid === bigint ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

type Transact = PostgresStore['transact'];

const attempts = 4;

function createTransact(pool: Pool, schema: string, clock: (() => number) | undefined): Transact {
  const once = async <T>(
    client: PoolClient,
    work: (transaction: PostgresTransaction) => Promise<T>,
    committing: () => void,
  ): Promise<T> => {
    // One round trip. The search path is of the transaction only, so that a pooler between us may share connections.
    const begun = (await client.query(
      `BEGIN; SET LOCAL search_path TO "${schema}"; ` +
        'SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS now',
    )) as unknown as readonly { rows: readonly { now: number }[] }[];
    const executeSql: ExecuteSql = (text, values = []) => client.query(text, [...values]);
    const result = await work({
      now: clock?.() ?? begun[2]?.rows[0]?.now ?? Number.NaN,
      perform: (operation) => perform(client, operation),
      executeSql,
    });
    committing();
    await client.query('COMMIT');
    return result;
  };

  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      let client: PoolClient | undefined;
      let committed = false;
      try {
        client = await pool.connect();
        client.on('error', ignore);
        const result = await once(client, work, () => {
          committed = true;
        });
        client.off('error', ignore);
        client.release();
        return result;
      } catch (error) {
        const lost = isConnectionLoss(error);
        if (client !== undefined) {
          const broken =
            lost || (await client.query('ROLLBACK').then(ignore, (fault: unknown) => fault ?? true));
          client.off('error', ignore);
          client.release(broken !== undefined && broken !== false);
        }
        // After the commit was sent nobody knows whether it came to pass: not done twice, but reported.
        const again = !committed && attempt < attempts && (lost || isConflict(error));
        if (!again) throw asStoreError(error);
      }
      await sleep(50 * 4 ** (attempt - 1) * (0.5 + Math.random()));
    }
  };
}

function ignore(): undefined {
  return undefined;
}

async function perform<T>(client: PoolClient, operation: Operation<T>): Promise<T> {
  let step = operation.next();
  while (step.done !== true) {
    let answer: Answer;
    try {
      answer = await ask(client, step.value);
    } catch (error) {
      operation.return(undefined as never);
      throw error;
    }
    step = operation.next(answer);
  }
  return step.value;
}

async function ask(client: PoolClient, { text, values }: Statement): Promise<Answer> {
  const { rows, rowCount } = await client.query<Row>(numbered(text), [...values]);
  return { rows, changes: rowCount ?? 0 };
}

const numberedTexts = new Map<string, string>();

/** `?` becomes `$1`, `$2` …; none of our texts holds one in a literal. */
function numbered(text: string): string {
  let result = numberedTexts.get(text);
  if (result === undefined) {
    let count = 0;
    result = text.replace(/\?/g, () => `$${(count += 1)}`);
    numberedTexts.set(text, result);
  }
  return result;
}

function createDriver(pool: Pool, transact: Transact): Driver {
  const run = <T>(operation: (now: number) => Operation<T>): Promise<T> =>
    transact((transaction) => transaction.perform(operation(transaction.now)));
  return {
    kind: 'postgres',
    read: run,
    write: run,
    ping: async () => {
      try {
        await pool.query('SELECT 1');
      } catch (error) {
        throw asStoreError(error);
      }
    },
    now: () => transact(async ({ now }) => now),
    // PostgreSQL checks its pages by itself, and counts.
    checkIntegrity: async () => {
      const { rows } = await transact(({ executeSql }) =>
        executeSql(
          'SELECT coalesce(checksum_failures, 0) AS count FROM pg_stat_database WHERE datname = current_database()',
        ),
      );
      const failures = Number(rows[0]?.['count'] ?? 0);
      return failures === 0 ? [] : [`PostgreSQL has met ${failures} pages with a wrong checksum`];
    },
    close: () => pool.end(),
  };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Two transactions were in each other's way; the one that is told so tries again. */
function isConflict(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(codeOf(error));
}

/** The database is away, restarts, or starts. */
function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08|57P0)/.test(code) || /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH)/.test(code))
    return true;
  return (
    error instanceof Error &&
    /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect/.test(
      error.message,
    )
  );
}

function asStoreError(error: unknown): HarnessError {
  if (isHarnessError(error)) return error;
  const lost = isConnectionLoss(error);
  return new HarnessError({
    code: lost ? 'IO_READ' : 'IO_WRITE',
    message: `the store in PostgreSQL: ${error instanceof Error ? error.message : String(error)}`,
    hint: lost
      ? 'Is the database up, and is DATABASE_URL right?'
      : 'Look at the log of the database; code ' + (codeOf(error) || 'none') + '.',
    details: { reason: lost ? 'unreachable' : 'refused', sqlState: codeOf(error) },
    cause: error,
  });
}
