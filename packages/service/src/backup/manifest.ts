/** What a backup says of itself. `manifest.json.sha256` is of the form that `sha256sum --check` reads. */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

export const manifestFile = 'manifest.json';
export const manifestSum = 'manifest.json.sha256';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const partSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  kind: z.enum(['tree', 'merge', 'files', 'sqlite', 'postgres']),
  /** In the directory of the backup. */
  file: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}(\.[a-z0-9]{1,10}){0,3}$/),
  sha256,
  bytes: count,
  root: z.string().refine((path) => isAbsolute(path), 'must be absolute'),
  names: z.array(z.string().regex(/^(?!\.{1,2}$)[^/\0]+$/)).optional(),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,40}$/)
    .optional(),
  files: count,
  directories: count,
  unpacked_bytes: count,
  /** Encrypted by the key provider of the configuration. */
  sealed: z.boolean(),
  excluded: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
});

const manifestSchema = z.strictObject({
  format: z.literal(1),
  backup_date: z.iso.datetime(),
  /** `before-restore`: what a restore has replaced. */
  backup_type: z.enum(['full', 'before-restore']),
  /** What is in it, and nothing that is not. */
  components: z.array(z.string()),
  /** Of the command line that has made it. */
  version: z.string(),
  retention_days: z.int().min(1).nullable(),
  config: z.strictObject({ file: z.string(), sha256: sha256.nullable() }),
  /** What was to be saved and was not there. */
  missing: z.array(z.string()),
  parts: z.array(partSchema),
});

export type BackupManifest = z.infer<typeof manifestSchema>;
export type SavedPart = z.infer<typeof partSchema>;

export function renderManifest(manifest: BackupManifest): { readonly text: string; readonly sum: string } {
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  const digest = createHash('sha256').update(text).digest('hex');
  return { text, sum: `${digest}  ${manifestFile}\n` };
}

/** Larger ones were not written by us. */
const limitBytes = 16 * 1024 * 1024;

/**
 * @param folder of the backup
 * @throws HarnessError IO_READ when it was changed, or is none
 */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const file = join(folder, manifestFile);
  const [bytes, sum] = await Promise.all([
    readFile(file),
    readFile(join(folder, manifestSum), 'latin1'),
  ]).catch((cause: unknown) => {
    throw broken(file, cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (bytes.length > limitBytes) throw broken(file, `it has ${bytes.length} bytes`);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (sum !== `${digest}  ${manifestFile}\n`)
    throw broken(file, `its checksum is not that of ${manifestSum}`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw broken(file, 'it is no JSON', cause);
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw broken(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is of another form'}`);
  }
  return parsed.data;
}

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function broken(file: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `${file} cannot be believed: ${reason}`,
    hint: 'The backup was damaged, changed, or never completed. Use another.',
    cause,
  });
}
