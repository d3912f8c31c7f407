import { readFileSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store/index.ts';
import { aRun } from '../store/testing/runs.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { createBackup } from './create.ts';
import { asideOf, checkDump, postgresEnvironment, renameSchema, schemasThere } from './postgres-tools.ts';
import { finishRestore, restoreBackup } from './restore.ts';
import { postgresPrograms, startPostgres, type PostgresServer } from './testing/postgres-server.ts';
import { makeServiceTree, type ServiceTree } from './testing/service-tree.ts';

describe('the environment of the programs of PostgreSQL', () => {
  it('is made of the URL, and of nothing that was there before', () => {
    expect(
      postgresEnvironment(
        'postgres://us%40er:p%2Fw@db.example.org:5433/runs?sslmode=verify-full&sslrootcert=/ca.pem',
        {
          PATH: '/bin',
          PGPASSWORD: 'another',
          PGHOST: 'elsewhere',
        },
      ),
    ).toEqual({
      PATH: '/bin',
      PGHOST: 'db.example.org',
      PGPORT: '5433',
      PGUSER: 'us@er',
      PGPASSWORD: 'p/w',
      PGDATABASE: 'runs',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: '/ca.pem',
      PGCONNECT_TIMEOUT: '10',
      PGAPPNAME: 'mcp-test-harness backup',
    });
  });

  it('says when a program is not there', async () => {
    await expect(checkDump('x', { PATH: '/nowhere' })).rejects.toThrow(/there is no pg_restore/);
  });
});

const schema = 'mcp_test_harness';

describe.skipIf(postgresPrograms === undefined)(
  'a backup of PostgreSQL (needs its server and client programs, apt-get install postgresql)',
  () => {
    const newFolder = temporaryFolders();
    let server: PostgresServer;
    let tree: ServiceTree;

    beforeAll(async () => {
      server = await startPostgres(postgresPrograms ?? '');
      const made = await makeServiceTree(newFolder());
      tree = {
        ...made,
        places: { ...made.places, database: { kind: 'postgres', url: server.url, schema } },
      };
    });
    afterAll(() => server.dispose());

    const keys = async (): Promise<readonly string[]> => {
      const store = await openStore({ url: server.url, maxConnections: 1 });
      const { items } = await store.runs.list({}, { limit: 200 });
      await store.close();
      return items.map(({ key }) => key).toSorted();
    };
    const enqueue = async (...names: readonly string[]): Promise<void> => {
      const store = await openStore({ url: server.url, maxConnections: 1 });
      for (const key of names) await store.runs.enqueue(aRun(key));
      await store.close();
    };
    const context = () => ({ version: '1.2.3', env: server.env, now: Date.now });
    const create = (directory: string) =>
      createBackup({
        ...context(),
        directory,
        places: tree.places,
        reportsDays: 30,
        allowMissing: [],
        secrets: [],
        withSecrets: false,
        retention: undefined,
      });
    const restore = (directory: string, name: string) =>
      restoreBackup({ ...context(), directory, name, keyFiles: [], databaseUrl: server.url });

    it('is put back: what came later is gone, and is in the backup of what was there', async () => {
      await enqueue(...Array.from({ length: 100 }, (_, n) => `run ${n}`));
      const before = await keys();
      const directory = join(newFolder(), 'backups');
      const { name, folder } = await create(directory);
      expect(readFileSync(join(folder, 'database.dump')).subarray(0, 5).toString()).toBe('PGDMP');
      await enqueue('later');
      const { safety } = await restore(directory, name);
      expect(await keys()).toEqual(before);
      expect(await schemasThere(server.url, schema)).toEqual({ own: true, aside: false });
      await restore(directory, safety ?? '');
      expect(await keys()).toEqual([...before, 'later'].toSorted());
    });

    it('is not put back when it is cut off, nor beside a running service', async () => {
      const directory = join(newFolder(), 'backups');
      const { name, folder } = await create(directory);
      const before = await keys();
      const running = await openStore({ url: server.url, maxConnections: 1 });
      await running.ping();
      await expect(restore(directory, name)).rejects.toThrow(/the service seems to run: 1 connection/);
      await running.close();
      const dump = join(folder, 'database.dump');
      truncateSync(dump, Math.floor(statSync(dump).size / 2));
      await expect(checkDump(dump, server.env)).rejects.toThrow(/no whole dump/);
      await expect(restore(directory, name)).rejects.toMatchObject({ code: 'IO_READ' });
      expect(await keys()).toEqual(before);
    });

    it.each(['before the new schema was made', 'after it was made'])(
      'is completed when its restore was killed %s',
      async (when) => {
        const directory = join(newFolder(), 'backups');
        const { name, folder } = await create(directory);
        const before = await keys();
        await enqueue(`in the way ${when}`);
        await renameSchema(server.url, schema, asideOf(schema));
        const journal = {
          format: 1,
          backup: name,
          state: 'swapping',
          stagings: [],
          made: [],
          operations: [],
          postgres: { schema, dump: join(folder, 'database.dump'), hadSchema: true },
        };
        writeFileSync(join(directory, '.restore.json'), JSON.stringify(journal));
        const access = { url: server.url, env: server.env };
        if (when.startsWith('after')) {
          const { restoreSchema } = await import('./postgres-tools.ts');
          await restoreSchema({ ...access, schema }, join(folder, 'database.dump'));
        }
        expect(await finishRestore(directory, access)).toMatchObject({ outcome: 'completed' });
        expect(await keys()).toEqual(before);
        expect(await schemasThere(server.url, schema)).toEqual({ own: true, aside: false });
      },
    );
  },
);
