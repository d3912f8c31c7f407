import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';

/**
 * A name from the command line: of a backup that is there, and no path.
 * @throws HarnessError USAGE
 */
export async function requireName(directory: string, name: string): Promise<void> {
  const { listBackups, timeOfBackup } = await import('@mcp-test-harness/service/backup');
  const known = (await listBackups(directory)).map((backup) => backup.name);
  if (timeOfBackup(name) !== undefined && known.includes(name)) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `${directory} has no backup ${JSON.stringify(name)}`,
    hint: known.length === 0 ? 'It has none at all.' : suggestName(name, known, { what: 'backups' }),
  });
}
