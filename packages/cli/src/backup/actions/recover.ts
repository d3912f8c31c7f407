import type { BackupActionRun } from '../actions.ts';
import { backupContext, presentSettings } from '../context.ts';

const recover: BackupActionRun = async (options, _name, io) => {
  const { finishRestore } = await import('@mcp-test-harness/service/backup');
  const { directory } = await backupContext(options, io);
  const settings = await presentSettings(options, io);
  const finished = await finishRestore(directory, {
    url: settings?.service.databaseUrl ?? io.env['DATABASE_URL'],
    env: io.env,
  });
  if (options.json === true) io.stdout(`${JSON.stringify(finished ?? null)}\n`);
  else if (finished !== undefined)
    io.stdout(
      finished.outcome === 'completed'
        ? `completed  the restore of ${finished.backup}\n`
        : `undone     the restore of ${finished.backup}, which had changed nothing yet\n`,
    );
  return 0;
};
export default recover;
