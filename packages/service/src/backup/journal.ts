import { HarnessError } from '@mcp-test-harness/core/errors';
import { fileOperations } from '@mcp-test-harness/core/files';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Environment } from './define.ts';
import { asideOf, dropSchema, renameSchema, restoreSchema, schemasThere } from './postgres-tools.ts';
import { operationSchema, perform, revert, swapFiles, type SwapFiles } from './swap.ts';

const journalSchema = z.strictObject({
  format: z.literal(1),
  /** Of the backup that is restored. */
  backup: z.string(),
  /** `staging`: nothing was changed. `swapping`: everything is prepared, and is done to its end. `done`: it is to be tidied. */
  state: z.enum(['staging', 'swapping', 'done']),
  /** Directories that go when it is over. */
  stagings: z.array(z.string()),
  /** Directories that were not there, and go with what is taken back. */
  made: z.array(z.string()),
  operations: z.array(operationSchema),
  /** The schema that is made anew. Where the database is, is not written down: the URL holds a password. */
  postgres: z.strictObject({ schema: z.string(), dump: z.string(), hadSchema: z.boolean() }).optional(),
});

export type RestoreJournal = z.infer<typeof journalSchema>;

const journalIn = (directory: string): string => join(directory, '.restore.json');

export async function writeJournal(directory: string, journal: RestoreJournal): Promise<void> {
  const file = journalIn(directory);
  await fileOperations.write(`${file}.new`, `${JSON.stringify(journal)}\n`);
  await fileOperations.rename(`${file}.new`, file);
  await fileOperations.syncDirectory(directory);
}

/** Undefined when no restore is under way. */
export async function readJournal(directory: string): Promise<RestoreJournal | undefined> {
  const text = await fileOperations.read(journalIn(directory));
  if (text === undefined) return undefined;
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `${journalIn(directory)} tells of a restore that was not completed, and cannot be read`,
      hint: 'What it had put aside lies in directories named .mcp-test-harness-restore-*. Look at them before you remove the journal.',
      cause,
    });
  }
}

export interface DatabaseAccess {
  /** Undefined: none. */
  readonly url: string | undefined;
  readonly env: Environment;
}

/** Does everything that the journal says, from wherever it was left; what was replaced is still there afterwards. */
export async function rollForward(
  directory: string,
  journal: RestoreJournal,
  database: DatabaseAccess,
  files: SwapFiles = swapFiles,
): Promise<void> {
  await swapSchema(journal, database);
  for (const operation of journal.operations) await perform(operation, files);
  await syncTargets(journal);
  // From here on nothing may be looked at again: what tells whether it was done is removed.
  await writeJournal(directory, { ...journal, state: 'done' });
}

/** Removes what was replaced, and the journal. */
export async function tidy(
  directory: string,
  journal: RestoreJournal,
  database: DatabaseAccess,
): Promise<void> {
  if (journal.postgres !== undefined)
    await dropSchema(requireUrl(database), asideOf(journal.postgres.schema));
  await endJournal(directory, journal);
}

/** Takes back what was done of it. */
export async function rollBack(
  directory: string,
  journal: RestoreJournal,
  database: DatabaseAccess,
  files: SwapFiles = swapFiles,
): Promise<void> {
  if (journal.state === 'swapping') {
    for (const operation of journal.operations.toReversed()) await revert(operation, files);
    await syncTargets(journal);
    await swapSchemaBack(journal, database);
  }
  await removeStagings(journal);
  for (const made of journal.made.toSorted((a, b) => b.length - a.length)) await files.removeDirectory(made);
  await endJournal(directory, journal);
}

async function removeStagings({ stagings }: RestoreJournal): Promise<void> {
  for (const staging of stagings) await rm(staging, { recursive: true, force: true });
}

async function endJournal(directory: string, journal: RestoreJournal): Promise<void> {
  await removeStagings(journal);
  await fileOperations.remove(journalIn(directory));
  await fileOperations.syncDirectory(directory);
}

async function syncTargets({ operations }: RestoreJournal): Promise<void> {
  for (const parent of new Set(operations.map(({ target }) => dirname(target))))
    await fileOperations.syncDirectory(parent);
}

async function swapSchema({ postgres }: RestoreJournal, database: DatabaseAccess): Promise<void> {
  if (postgres === undefined) return;
  const { schema, dump, hadSchema } = postgres;
  const url = requireUrl(database);
  const { own, aside } = await schemasThere(url, schema);
  // Both: the new one was made, in one transaction. One, of two that there should be: it has not been put aside yet.
  if (own && (aside || !hadSchema)) return;
  if (own) await renameSchema(url, schema, asideOf(schema));
  await restoreSchema({ url, schema, env: database.env }, dump);
}

async function swapSchemaBack({ postgres }: RestoreJournal, database: DatabaseAccess): Promise<void> {
  if (postgres === undefined) return;
  const { schema, hadSchema } = postgres;
  const url = requireUrl(database);
  const { aside } = await schemasThere(url, schema);
  if (aside || !hadSchema) await dropSchema(url, schema);
  if (aside) await renameSchema(url, asideOf(schema), schema);
}

function requireUrl({ url }: DatabaseAccess): string {
  if (url !== undefined) return url;
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: 'the backup holds a database of PostgreSQL, and nothing says where it is to go',
    hint: 'Set DATABASE_URL, or name the configuration by --config.',
  });
}
