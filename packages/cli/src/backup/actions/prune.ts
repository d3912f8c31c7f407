import { count } from '../../count.ts';
import type { BackupActionRun } from '../actions.ts';
import { backupContext, readCount } from '../context.ts';

const dayMs = 86_400_000;

const prune: BackupActionRun = async (options, _name, io) => {
  const { pruneBackups } = await import('@mcp-test-harness/service/backup');
  const { directory, now } = await backupContext(options, io);
  const removed = await pruneBackups(directory, {
    olderThanMs: readCount(options, 'retention-days', 30, 1) * dayMs,
    keep: readCount(options, 'keep', 5, 1),
    now: now(),
    dryRun: options['dry-run'] === true,
  });
  if (options.json === true) io.stdout(`${JSON.stringify({ removed })}\n`);
  else {
    const done = options['dry-run'] === true ? 'would be removed' : 'removed';
    io.stdout([...removed, `${count(removed.length, 'backup')} ${done}`, ''].join('\n'));
  }
  return 0;
};
export default prune;
