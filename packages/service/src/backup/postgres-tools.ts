/**
 * `pg_dump` and `pg_restore`. They are told where the database is by the environment: arguments can be read by every user
 * of the machine, and a password must not be.
 */
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Environment } from './define.ts';
import { runProgram } from './run-program.ts';

/** Parameters of a connection URL that have another name in the environment. */
const variables: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  host: 'PGHOST',
  port: 'PGPORT',
};

/** @param env what is inherited: PATH and what libraries need */
export function postgresEnvironment(url: string, env: Environment): Environment {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const named = Object.entries(variables).flatMap(([parameter, variable]) => {
    const value = searchParams.get(parameter);
    return value === null ? [] : [[variable, value] as const];
  });
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PG'));
  return {
    ...Object.fromEntries(kept),
    ...(hostname === '' ? {} : { PGHOST: hostname.replace(/^\[(.*)\]$/, '$1') }),
    ...(port === '' ? {} : { PGPORT: port }),
    ...(username === '' ? {} : { PGUSER: decodeURIComponent(username) }),
    ...(password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) }),
    PGDATABASE: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username),
    PGCONNECT_TIMEOUT: '10',
    PGAPPNAME: 'mcp-test-harness backup',
    ...Object.fromEntries(named),
  };
}

interface PostgresPlace {
  readonly url: string;
  readonly schema: string;
  readonly env: Environment;
}

/** Writes a dump of one schema, in the format that `pg_restore` reads. */
export async function dumpSchema({ url, schema, env }: PostgresPlace, file: string): Promise<void> {
  await run(
    'pg_dump',
    ['--format=custom', '--no-password', `--schema=${schema}`, '--strict-names', `--file=${file}`],
    postgresEnvironment(url, env),
    `the database was not dumped`,
  );
}

/** @throws HarnessError when the file is no whole dump */
export async function checkDump(file: string, env: Environment): Promise<void> {
  // Not only its table of contents: every block is read, and written nowhere.
  await run('pg_restore', ['--file=/dev/null', file], env, `${file} is no whole dump`, 'IO_READ');
}

/**
 * Makes the schema anew from a dump, in one transaction: it is there whole, or not at all. There must be none of its name.
 */
export async function restoreSchema({ url, env }: PostgresPlace, file: string): Promise<void> {
  const environment = postgresEnvironment(url, env);
  await run(
    'pg_restore',
    [
      '--exit-on-error',
      '--single-transaction',
      '--no-owner',
      '--no-password',
      `--dbname=${environment['PGDATABASE'] ?? ''}`,
      file,
    ],
    environment,
    'the database was not restored',
  );
}

async function run(
  program: string,
  args: readonly string[],
  env: Environment,
  what: string,
  code: 'IO_READ' | 'IO_WRITE' = 'IO_WRITE',
): Promise<void> {
  const { exitCode, stderr } = await runProgram(program, args, env);
  if (exitCode === 0) return;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new HarnessError({
    code,
    message: `${what}: ${exitCode === undefined ? `there is no ${program}` : `${program} ended with ${exitCode}: ${reason}`}`,
    hint:
      exitCode === undefined
        ? `Install the client programs of PostgreSQL, of the server's version or a later one (postgresql-client), and have them on PATH.`
        : /version mismatch/.test(stderr)
          ? 'The client programs must be of the version of the server, or later.'
          : 'Is the database up, and is DATABASE_URL right?',
  });
}

/** A connection for what the programs do not do. */
async function withClient<T>(
  url: string,
  work: (query: (text: string) => Promise<readonly Record<string, unknown>[]>) => Promise<T>,
): Promise<T> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return await work(async (text) => (await client.query<Record<string, unknown>>(text)).rows);
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `the database: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Is it up, and is DATABASE_URL right?',
      cause,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How a schema is named that a restore has put aside. */
export const asideOf = (schema: string): string => `${schema}_before_restore`;

export async function schemasThere(
  url: string,
  schema: string,
): Promise<{ readonly own: boolean; readonly aside: boolean }> {
  return await withClient(url, async (query) => {
    const rows = await query(
      `SELECT nspname FROM pg_namespace WHERE nspname IN ('${schema}', '${asideOf(schema)}')`,
    );
    const names = rows.map((row) => row['nspname']);
    return { own: names.includes(schema), aside: names.includes(asideOf(schema)) };
  });
}

export async function renameSchema(url: string, from: string, to: string): Promise<void> {
  await withClient(url, (query) => query(`ALTER SCHEMA "${from}" RENAME TO "${to}"`));
}

export async function dropSchema(url: string, schema: string): Promise<void> {
  await withClient(url, (query) => query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`));
}

/** Connections of services to this database: `application_name` is what our store calls itself. */
export async function servicesConnected(url: string): Promise<number> {
  return await withClient(url, async (query) => {
    const [row] = await query(
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mcp-test-harness'",
    );
    return Number(row?.['count'] ?? 0);
  });
}
