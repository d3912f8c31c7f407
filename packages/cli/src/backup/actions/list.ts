import { visible } from '../../visible.ts';
import { renderTable } from '../../baseline/table.ts';
import type { BackupActionRun } from '../actions.ts';
import { backupContext, sayBytes } from '../context.ts';
import type { ListedBackup } from '@mcp-test-harness/service/backup';
import type { Io } from '../../io.ts';

const list: BackupActionRun = async (options, _name, io) => {
  const { latestBackup, listBackups } = await import('@mcp-test-harness/service/backup');
  const { directory } = await backupContext(options, io);
  if (options.latest === true) {
    const newest = await latestBackup(directory);
    if (newest === undefined) {
      io.stderr(`${visible(directory)} holds no backup\n`);
      return 1;
    }
    io.stdout(`${newest.name}\n`);
    return 0;
  }
  const found = await listBackups(directory);
  if (options.json === true) io.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
  else if (found.length === 0) io.stderr(`${visible(directory)} holds no backup\n`);
  else io.stdout(`${renderBackups(found, io)}\n`);
  return 0;
};
export default list;

/** One line each. */
export function renderBackups(backups: readonly ListedBackup[], io: Io): string {
  return renderTable(
    [
      { title: 'name' },
      { title: 'type' },
      { title: 'size', right: true },
      { title: 'version' },
      { title: 'holds', flexible: true },
    ],
    backups.map(({ name, manifest, problem }) =>
      manifest === undefined
        ? [name, 'broken', '', '', problem ?? '']
        : [
            name,
            manifest.backup_type,
            sayBytes(manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0)),
            manifest.version,
            manifest.components.join(', '),
          ],
    ),
    io,
  ).join('\n');
}
