import { HarnessError } from '@mcp-test-harness/core/errors';
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { readProtectedFile } from '../protected-file.ts';

const keyBytes = 32;

/**
 * Reads the key of an audit log: 64 hexadecimal digits in a file that not everybody may read.
 * @throws HarnessError CONFIG_UNREADABLE or CONFIG_INVALID
 */
export async function loadAuditKey(file: string): Promise<Buffer> {
  const text = (
    await readProtectedFile(file, { what: 'the key of the audit log', secret: true, limitBytes: 4096 })
  ).toString('latin1');
  const [digits] = /^[0-9a-f]{64}(?=\s*$)/i.exec(text) ?? [];
  if (digits === undefined) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `${file} holds no key of an audit log: 64 hexadecimal digits`,
      hint: '`mcp-test-harness audit-log create-key FILE` makes one.',
    });
  }
  return Buffer.from(digits, 'hex');
}

/**
 * Makes a key. A file that exists is never written over: what was signed with it could not be verified any more.
 * @throws HarnessError IO_WRITE
 */
export async function createAuditKey(file: string): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(keyBytes).toString('hex')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const exists = (cause as { readonly code?: string }).code === 'EEXIST';
    throw new HarnessError({
      code: 'IO_WRITE',
      message: exists
        ? `${file} exists`
        : `cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: exists
        ? 'A key is never written over: entries that were signed with it could not be verified any more.'
        : 'Check that the directory exists and may be written.',
      cause,
    });
  }
}
