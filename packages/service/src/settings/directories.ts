import { HarnessError } from '@mcp-test-harness/core/errors';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServiceSettings } from './define.ts';

/**
 * Makes the directories that the service writes to, for its user and group only; those that exist stay as they are.
 * @throws HarnessError IO_WRITE naming the key of the first that cannot be written
 */
export async function prepareDirectories(settings: ServiceSettings): Promise<void> {
  const { audit } = settings.security;
  await prepare('service.data_dir', settings.service.dataDir);
  await prepare('reporting.output_dir', settings.reporting.outputDir);
  await prepare('performance.baseline_storage_path', settings.baselineDir);
  if (audit !== undefined) await prepare('security.audit_log_path', dirname(audit.file));
}

async function prepare(key: string, directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 });
    if (!(await stat(directory)).isDirectory()) throw new Error('it is no directory');
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new HarnessError({
      code: 'IO_WRITE',
      message: `${key}: cannot write to ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: `Give it to the user of this process, or name another directory with ${key}.`,
      cause,
    });
  }
}
