import { describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openSqliteStore } from '../sqlite.ts';
import { checksumOf, defineMigration } from './define.ts';
import { migrations } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-migrations-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const next = defineMigration({
  id: migrations.length + 1,
  name: 'notes',
  statements: ['CREATE TABLE notes (text TEXT NOT NULL)'],
});

describe('the steps of the schema', () => {
  it('are numbered without gaps', () => {
    expect(migrations.map((migration) => migration.id)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('that were released are never edited: a further step follows instead', () => {
    expect(Object.fromEntries(migrations.map((one) => [`${one.id} ${one.name}`, checksumOf(one)])))
      .toMatchInlineSnapshot(`
        {
          "1 initial": "1c1d516bd05b130bd6598a5ee5709127e081fb3d48789835164225bddd62834b",
          "2 sessions": "26486a38e316fdac4e9ad8ce89709362cb88e7185fd3ee702d182cd5baa0cf21",
        }
      `);
  });

  it('are taken once, also when an older store is opened by a newer version', async () => {
    const file = join(folder, 'forward.db');
    await (await openSqliteStore({ file })).close();
    const newer = [...migrations, next];
    for (let n = 0; n < 2; n += 1) await (await openSqliteStore({ file, migrations: newer })).close();
  });

  it('of a newer version make an older one refuse the store', async () => {
    const file = join(folder, 'newer.db');
    await (await openSqliteStore({ file, migrations: [...migrations, next] })).close();
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      code: 'CONFIG_NOT_SUPPORTED',
      message: `the store has schema version ${migrations.length + 1}, this version of the service knows ${migrations.length}`,
    });
  });

  it('are not taken by commands beside the service', async () => {
    const file = join(folder, 'older.db');
    const command = { file, migrations: [...migrations, next], schemaChanges: 'refuse' } as const;
    await expect(openSqliteStore(command)).rejects.toMatchObject({
      code: 'IO_READ',
      message: `there is no store at ${file}`,
    });
    await (await openSqliteStore({ file })).close();
    await expect(openSqliteStore(command)).rejects.toMatchObject({
      message: `the store has schema version ${migrations.length}, this command knows ${migrations.length + 1}`,
    });
    await (await openSqliteStore({ ...command, schemaChanges: 'apply' })).close();
    await (await openSqliteStore(command)).close();
  });

  it('of another build are refused', async () => {
    const file = join(folder, 'other.db');
    await (await openSqliteStore({ file, migrations: [...migrations, next] })).close();
    const edited = { ...next, statements: ['CREATE TABLE notes (text TEXT)'] };
    await expect(openSqliteStore({ file, migrations: [...migrations, edited] })).rejects.toMatchObject({
      message: `migration ${next.id} (notes) of the store is not the one that this version of the service knows`,
    });
  });

  it('are taken wholly or not at all', async () => {
    const file = join(folder, 'broken.db');
    const broken = { ...next, statements: [...next.statements, 'CREATE NONSENSE'] };
    await expect(openSqliteStore({ file, migrations: [...migrations, broken] })).rejects.toMatchObject({
      code: 'IO_WRITE',
    });
    await (await openSqliteStore({ file, migrations: [...migrations, next] })).close();
  });
});
