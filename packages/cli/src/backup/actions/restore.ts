import { isHarnessError } from '@mcp-test-harness/core/errors';
import type * as Backup from '@mcp-test-harness/service/backup';
import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import { existsSync } from 'node:fs';
import { paint, type Io } from '../../io.ts';
import { resolvePath } from '../../load.ts';
import { loadServiceFromArguments } from '../../load-service.ts';
import { renderError } from '../../render-error.ts';
import { visible } from '../../visible.ts';
import { withAudit } from '../../with-audit.ts';
import type { BackupActionRun, BackupArguments } from '../actions.ts';
import { backupContext, openSealer, presentSettings } from '../context.ts';
import { requireName } from '../require-name.ts';
import { renderBackups } from './list.ts';

/** As many as the guide lists. */
const mostListed = 10;

const restore: BackupActionRun = async (options, name, io) => {
  const { findRunningService, writeStamp } = await import('@mcp-test-harness/service/checks');
  const { listBackups, placesOf, restoreBackup } = await import('@mcp-test-harness/service/backup');
  const context = await backupContext(options, io);
  if (name === undefined) {
    const known = (await listBackups(context.directory)).slice(0, mostListed);
    io.stderr('Usage  mcp-test-harness backup restore NAME\n');
    io.stderr(
      known.length === 0
        ? `${visible(context.directory)} holds no backup\n`
        : `The newest in ${visible(context.directory)}:\n${renderBackups(known, io)}\n`,
    );
    return 1;
  }
  await requireName(context.directory, name);
  const settings = await presentSettings(options, io);
  const sealer = await openSealer(settings, io);
  const drillRoot = options.root === undefined ? undefined : resolvePath(io, options.root);
  const work = (): Promise<Backup.RestoredBackup> =>
    restoreBackup({
      ...context,
      name,
      drillRoot,
      keyFiles: settings === undefined ? [] : placesOf(settings).keyFiles,
      databaseUrl: settings?.service.databaseUrl ?? io.env['DATABASE_URL'],
      unseal: sealer?.unseal,
      assumeStopped: options['force-stopped'] === true,
      runningService: settings === undefined ? undefined : () => findRunningService(settings),
    });
  try {
    const restored =
      drillRoot === undefined && settings !== undefined
        ? await logged(settings, name, io, work)
        : await work();
    await writeStamp(context.directory, 'drill', { at: new Date().toISOString(), what: name });
    const isSound = drillRoot !== undefined || (await validateRestored(options, restored, io));
    if (options.json === true)
      io.stdout(`${JSON.stringify({ ...restored, valid: isSound }, undefined, 2)}\n`);
    else io.stdout(render(restored, drillRoot, io));
    return isSound ? 0 : 1;
  } finally {
    await sealer?.close();
  }
};
export default restore;

/** A log that is not there may be one of what is restored: it is not begun anew before. */
async function logged(
  settings: ServiceSettings,
  name: string,
  io: Io,
  work: () => Promise<Backup.RestoredBackup>,
): Promise<Backup.RestoredBackup> {
  const event = { action: 'backup:restore', target: name };
  const { audit } = settings.security;
  if (audit !== undefined && !existsSync(audit.keyFile)) {
    io.stderr(`warning  the restore is not logged: there is no ${visible(audit.keyFile)}\n`);
    return await work();
  }
  if (audit === undefined || existsSync(audit.file)) return await withAudit(settings, event, io, work);
  const restored = await work();
  return await withAudit(settings, event, io, async () => restored);
}

function render(
  { name, restored, safety, notes }: Backup.RestoredBackup,
  root: string | undefined,
  io: Io,
): string {
  return [
    `${paint(io, 'green', 'restored')}  ${name}: ${restored.join(', ')}${root === undefined ? '' : ` below ${visible(root)}`}`,
    ...(safety === undefined ? [] : [`kept      what was there, as ${safety}`]),
    ...notes.map((note) => `note      ${visible(note)}`),
    ...(root === undefined ? ['next      systemctl start mcp-test-harness'] : []),
    '',
  ].join('\n');
}

/** Whether the service would take what was put back. */
async function validateRestored(
  options: BackupArguments,
  { manifest, safety }: Backup.RestoredBackup,
  io: Io,
): Promise<boolean> {
  if (!manifest.components.includes('configuration')) return true;
  try {
    await loadServiceFromArguments({ ...options, config: manifest.config.file }, io);
    return true;
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    io.stderr(renderError(error, io));
    io.stderr(
      `${paint(io, 'red', 'the restored configuration is not valid')}${safety === undefined ? '' : `; back to what was there: mcp-test-harness backup restore ${safety}`}\n`,
    );
    return false;
  }
}
